/** Prints what `lint` says as commands of a GitHub workflow, which shows them beside the lines of a pull request. */
import { visible } from "../../api/visible.ts";
import type { Level, LintMessage } from "./message.ts";

const COMMANDS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };

/** One command a line. A runner takes each line that begins with `::` for a command: none begins with what a file holds, or has a line break in it. */
export function githubCommands(messages: readonly LintMessage[]): string {
  return messages.map((message) => `${command(message)}\n`).join("");
}

function command({ level, rule, file, line, path, text }: LintMessage): string {
  const place =
    file === undefined || file === "-" ? [] : [`file=${property(relative(file))}`, ...(line === undefined ? [] : [`line=${line}`])];
  const properties = [...place, `title=${property(`securitybaseline ${rule}`)}`].join(",");
  return `::${COMMANDS[level]} ${properties}::${data(path === undefined ? text : `${path}: ${text}`)}`;
}

/** GitHub knows files by their path from the root of the repository. */
function relative(file: string): string {
  return file.replace(/^(\.\/+)+/, "");
}

/** As the runner reads it back; a line break or a terminal's command is written out before. */
function data(text: string): string {
  return visible(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
