/** Runs `securitybaseline lint` on files and folders. */
import { CommandError } from "../failure-text.ts";
import type { CommandIo } from "../io.ts";
import { manifestsIn } from "../manifest-files.ts";
import type { LintForm } from "./forms.ts";
import { runLint } from "./lint.ts";
import type { LintMessage } from "./message.ts";

/** What to lint, and how to tell. */
export interface LintPaths {
  readonly file: readonly string[];
  readonly output: LintForm;
}

/** Lints files and what is in folders; a folder that cannot be read is told, and what is beside it is judged. @returns exit code: as `runLint` */
export async function lintPaths({ file: paths, output }: LintPaths, io: CommandIo, now: number): Promise<number> {
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
