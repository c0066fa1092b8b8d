/** Declares the words and flags of `securitybaseline plan`. */
import { type Command, Option } from "commander";
import { addBreakGlassNamespaceFlag } from "../break-glass/flags.ts";
import { addClusterFlags } from "../cluster-flags.ts";
import { processIo } from "../io.ts";
import { addObjectLabelsFlag } from "../object-labels.ts";
import type { PlanForm } from "./plan.ts";
import type { PlanFlags } from "./run.ts";

const FORMS: readonly PlanForm[] = ["text", "json", "markdown", "sarif"];

/** Adds `plan`. */
export function addPlanCommand(root: Command): void {
  const command = root
    .command("plan")
    .description("show what baselines would change in a cluster, and what weakens their namespaces; writes nothing");
  addObjectLabelsFlag(addBreakGlassNamespaceFlag(addClusterFlags(command)))
    .requiredOption("-f, --file <path...>", "baselines to read: files, folders with everything below, or - for standard input")
    .addOption(new Option("-o, --output <format>", "form of the answer").choices(FORMS).default("text"))
    .option("--exit-code", "answer 1 if anything would change or weakens a namespace", false)
    .option("--allow-reserved-namespaces", "plan as for an operator that is started with this flag", false)
    .action(async (flags: PlanFlags) => {
      const { planInCluster } = await import("./run.ts");
      process.exitCode = await planInCluster(flags, processIo);
    });
}
