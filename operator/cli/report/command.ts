/** Declares the words and flags of `securitybaseline report`. */
import { type Command, Option } from "commander";
import { addBreakGlassNamespaceFlag } from "../break-glass/flags.ts";
import { addClusterFlags } from "../cluster-flags.ts";
import { processIo } from "../io.ts";
import type { ReportOptions } from "./run.ts";

/** Adds `report`. */
export function addReportCommand(root: Command): void {
  addBreakGlassNamespaceFlag(addClusterFlags(root.command("report")))
    .description("print one page, or JSON, about coverage, findings, exceptions and emergency access")
    .addOption(new Option("-o, --output <format>", "form of the answer").choices(["html", "json"]).makeOptionMandatory())
    .option("-n, --namespace <name>", "of one namespace; default: that of the context")
    .addOption(new Option("-A, --all-namespaces", "of all namespaces").default(false).conflicts("namespace"))
    .action(async (flags: ReportOptions) => {
      const { runReport } = await import("./run.ts");
      process.exitCode = await runReport(flags, processIo);
    });
}
