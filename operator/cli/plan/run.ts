/** Runs `securitybaseline plan` on the cluster of whoever asks. */
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { type ClusterOptions, withCluster } from "../cluster-access.ts";
import { wantsColour } from "../colour.ts";
import { tellFailures } from "../failure-text.ts";
import type { CommandIo } from "../io.ts";
import { manifestsIn } from "../manifest-files.ts";
import { type PlanForm, readPlannable, runPlan } from "./plan.ts";

/** Flags as commander parses them. */
export interface PlanFlags extends Pick<ClusterOptions, "kubeconfig" | "context"> {
  readonly file: readonly string[];
  readonly output: PlanForm;
  readonly exitCode: boolean;
  readonly breakGlassNamespace: string;
  readonly objectLabels: Readonly<Record<string, string>>;
  readonly allowReservedNamespaces: boolean;
}

const RESERVED: ReadonlySet<string> = new Set(RESERVED_NAMESPACES);

/** Plans what the flags name. @returns exit code: as `runPlan`, 2 for input that cannot be planned or what the cluster refuses, 3 if it cannot be reached */
export function planInCluster(flags: PlanFlags, io: CommandIo): Promise<number> {
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
