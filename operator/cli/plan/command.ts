/** Declares the words and flags of `securitybaseline plan`. */
import { type Command, Option } from "commander";
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { addBreakGlassNamespaceFlag } from "../break-glass/flags.ts";
import { type ClusterOptions, withCluster } from "../cluster-access.ts";
import { addClusterFlags } from "../cluster-flags.ts";
import { wantsColour } from "../colour.ts";
import { tellFailures } from "../failure-text.ts";
import { type CommandIo, processIo } from "../io.ts";
import { manifestsIn } from "../manifest-files.ts";
import { addObjectLabelsFlag } from "../object-labels.ts";
import { type PlanForm, readPlannable, runPlan } from "./plan.ts";

interface PlanFlags extends Pick<ClusterOptions, "kubeconfig" | "context"> {
  readonly file: readonly string[];
  readonly output: PlanForm;
  readonly exitCode: boolean;
  readonly breakGlassNamespace: string;
  readonly objectLabels: Readonly<Record<string, string>>;
  readonly allowReservedNamespaces: boolean;
}

const FORMS: readonly PlanForm[] = ["text", "json", "markdown", "sarif"];

const RESERVED: ReadonlySet<string> = new Set(RESERVED_NAMESPACES);

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
      process.exitCode = await plan(flags, processIo);
    });
}

/** @returns exit code: as `runPlan`, 2 for input that cannot be planned or what the cluster refuses, 3 if it cannot be reached */
function plan(flags: PlanFlags, io: CommandIo): Promise<number> {
  const output = flags.output === "json" ? "json" : "text";
  return tellFailures({ output, io }, async () => {
    const request = {
      ...flags,
      files: await manifestsIn(flags.file),
      colour: wantsColour(process.env, process.stdout.isTTY === true),
      isReserved: (namespace: string) => !flags.allowReservedNamespaces && RESERVED.has(namespace),
    };
    const sources = await readPlannable(request, io);
    if (sources === undefined) return 2;
    return withCluster({ ...flags, output }, io, ({ transport, serverNow }) =>
      runPlan(request, sources, { transport, now: () => serverNow() ?? Date.now() }, io),
    );
  });
}
