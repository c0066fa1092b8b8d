/** Declares the words and flags of `securitybaseline lint`. */
import { type Command, Option } from "commander";
import { processIo } from "../io.ts";
import type { LintForm } from "./forms.ts";
import type { LintPaths } from "./paths.ts";

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
    .action(async (flags: LintPaths) => {
      const { lintPaths } = await import("./paths.ts");
      process.exitCode = await lintPaths(flags, processIo, Date.now());
    });
}
