/** Declares every command, for whoever runs them and for whoever says what there is. */
import { Command, Option } from "commander";
import { addAuditCommands } from "./cli/audit-commands.ts";
import { addBreakGlassCommands } from "./cli/break-glass/commands.ts";
import { addCompletionCommands } from "./cli/completion/command.ts";
import { addFalcoNamespaceFlag } from "./cli/falco-namespace.ts";
import { processIo } from "./cli/io.ts";
import { addLintCommand } from "./cli/lint/command.ts";
import { manifestsIn } from "./cli/manifest-files.ts";
import { addObjectLabelsFlag } from "./cli/object-labels.ts";
import { addPlanCommand } from "./cli/plan/command.ts";
import { addReportCommand } from "./cli/report/command.ts";
import { addStatusCommand } from "./cli/status/command.ts";
import { versionText } from "./cli/version.ts";
import { addOperatorFlags, operatorSettings } from "./settings.ts";

/** A command that begins. `debugging`: it was asked for debug output; `serving`: it works for others until it is stopped. */
export interface Beginning {
  readonly debugging: boolean;
  readonly serving: boolean;
}

/** What the commands need to know of the process. */
export interface Surroundings {
  /** The file that was started. */
  readonly programFile: string;
  /** Called before a command runs. */
  begins(command: Beginning): void;
}

/**
 * The tree of all commands. Parsing throws CommanderError where the usage is wrong. What a command runs is loaded when it does: most of the program
 * is the operator's, and nobody who asks for the version waits for it.
 */
export function createProgram({ programFile, begins }: Surroundings): Command {
  const root = new Command("securitybaseline")
    .description("States, keeps and explains the security posture of namespaces.")
    .exitOverride()
    .hook("preAction", (_root, command) => {
      begins({ debugging: command.opts()["logLevel"] === "debug", serving: command.name() === "operator" });
    });
  addOperatorFlags(root.command("operator").description("run the operator")).action(async (flags) => {
    const { runOperator } = await import("./operator.ts");
    const { stopSignal } = await import("./stop-signal.ts");
    await runOperator(operatorSettings(flags), stopSignal());
  });
  addFalcoNamespaceFlag(
    addObjectLabelsFlag(
      root
        .command("render")
        .description(
          "print what a baseline would generate, and warn of objects beside it that its section admission would not admit, without a cluster",
        ),
    ),
  )
    .requiredOption("-f, --file <path...>", "baselines to read: files, folders with everything below, or - for standard input")
    .addOption(new Option("-o, --output <format>", "form of the answer").choices(["yaml", "json"]).default("yaml"))
    .action(async ({ file, output, objectLabels, falcoNamespace }) => {
      const { runRender } = await import("./cli/render.ts");
      process.exitCode = await runRender(
        { files: await manifestsIn(file), output, objectLabels, falcoNamespace, now: Date.now() },
        processIo,
      );
    });
  addLintCommand(root);
  addPlanCommand(root);
  addStatusCommand(root);
  addBreakGlassCommands(root, programFile);
  addAuditCommands(root);
  addReportCommand(root);
  addCompletionCommands(root);
  root
    .command("version")
    .description("print version and commit")
    .action(() => processIo.stdout(`${versionText()}\n`));
  return root;
}
