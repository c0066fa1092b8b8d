/** The forms in which `lint` prints: text for people, JSON for programs, commands for GitHub's workflows, SARIF for code scanning. */
import { visible } from "../../api/visible.ts";
import type { CommandIo } from "../io.ts";
import { printVisibleJson } from "../manifest-text.ts";
import { githubCommands } from "./github.ts";
import { type LintMessage, lineOf } from "./message.ts";
import { lintSarif } from "./sarif.ts";

export type LintForm = "text" | "json" | "github" | "sarif";

type Streams = Pick<CommandIo, "stdout" | "stderr">;

/** Raised when a field goes or gets another meaning; new fields do not raise it. */
const FORM = 1;

/** Prints all messages. */
export const PRINTERS: Readonly<Record<LintForm, (messages: readonly LintMessage[], io: Streams) => void>> = {
  text: printText,
  json: (messages, io) => io.stdout(lintJson(messages)),
  github: (messages, io) => io.stdout(githubCommands(messages)),
  sarif: (messages, io) => io.stdout(lintSarif(messages)),
};

/** Problems and warnings are the answer; what lint could not do is not. */
function printText(messages: readonly LintMessage[], io: Streams): void {
  const isAnswer = ({ rule }: LintMessage): boolean => rule === "Schema" || rule === "Admission";
  for (const message of messages.filter((one) => !isAnswer(one))) io.stderr(`${visible(lineOf(message))}\n`);
  io.stdout(
    messages
      .filter(isAnswer)
      .map((message) => `${visible(lineOf(message))}\n`)
      .join(""),
  );
}

/** docs/install.md describes the form. */
function lintJson(messages: readonly LintMessage[]): string {
  const count = (level: LintMessage["level"]): number => messages.filter((message) => message.level === level).length;
  const summary = { errors: count("error"), warnings: count("warning"), notes: count("note") };
  const told = messages.map(({ level, rule, file, line, path, subject, text }) => ({
    level,
    rule,
    file,
    line,
    path,
    subject,
    message: text,
  }));
  return printVisibleJson({ version: FORM, summary, messages: told });
}
