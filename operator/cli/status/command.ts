/** Declares the words and flags of `securitybaseline status`. */
import { type Command, Option } from "commander";
import { addClusterFlags, addOutputFlag } from "../cluster-flags.ts";
import { wantsColour } from "../colour.ts";
import { processIo } from "../io.ts";
import type { StatusOptions } from "./run.ts";

/** Adds `status`. */
export function addStatusCommand(root: Command): void {
  addOutputFlag(addClusterFlags(root.command("status")))
    .description("show how a namespace stands to its baseline: sections, objects, what differs and what weakens it")
    .option("-n, --namespace <name>", "of one namespace; default: that of the context")
    .addOption(
      new Option("-A, --all-namespaces", "of all namespaces, in a line each where all is well").default(false).conflicts("namespace"),
    )
    .action(async (flags: Omit<StatusOptions, "colour">) => {
      const colour = wantsColour(process.env, process.stdout.isTTY === true);
      const { runStatus } = await import("./run.ts");
      process.exitCode = await runStatus({ ...flags, colour }, processIo);
    });
}
