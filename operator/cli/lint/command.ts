/** Declares the words and flags of `securitybaseline lint`. */
import { type Command, Option } from "commander";
import { CommandError } from "../failure-text.ts";
import { type CommandIo, processIo } from "../io.ts";
import { manifestsIn } from "../manifest-files.ts";
import type { LintForm } from "./forms.ts";
import { runLint } from "./lint.ts";
import type { LintMessage } from "./message.ts";

interface LintFlags {
  readonly file: readonly string[];
  readonly output: LintForm;
}

const FORMS: readonly LintForm[] = ["text", "json", "github", "sarif"];

/** Adds `lint`. */
export function addLintCommand(root: Command): void {
  root
    .command("lint")
    .description(
      "check baselines against the schema and its rules, and other objects by the section admission of a baseline beside them, without a cluster",
    )
    .requiredOption(
      "-f, --file <path...>",
      "baselines, and objects of their namespaces: files, folders with everything below, or - for standard input",
    )
    .addOption(new Option("-o, --output <format>", "form of the answer").choices(FORMS).default("text"))
    .action(async (flags: LintFlags) => {
      process.exitCode = await lintPaths(flags, processIo, Date.now());
    });
}

/** Lints files and what is in folders; a folder that cannot be read is told, and what is beside it is judged. @returns exit code: as `runLint` */
export async function lintPaths({ file: paths, output }: LintFlags, io: CommandIo, now: number): Promise<number> {
  const files: string[] = [];
  const unread: LintMessage[] = [];
  for (const path of paths) {
    try {
      for (const file of await manifestsIn([path])) files.push(file);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      unread.push({ rule: "Unreadable", level: "error", text: error.message });
    }
  }
  return runLint({ files, output, unread, now }, io);
}
