/** Runs `securitybaseline status`: reads baselines with the rights of whoever asks, and prints how they stand. */
import type { Posture } from "../../api/postures.ts";
import { type ClusterAccess, type ClusterOptions, withCluster } from "../cluster-access.ts";
import { paintFor } from "../colour.ts";
import type { CommandIo } from "../io.ts";
import { createJsonPrinter } from "./json.ts";
import { allPostures, readClusterPosture, readPosture } from "./postures.ts";
import { isWell, type Printer, type Total } from "./printer.ts";
import { briefOf } from "./standing.ts";
import { createTreePrinter } from "./tree-printer.ts";

/** What is asked, and how it is to be told. */
export interface StatusOptions extends ClusterOptions {
  readonly allNamespaces: boolean;
  readonly colour: boolean;
}

/**
 * Prints how baselines stand, from what their status says, and asks for nothing else.
 * @returns exit code: 0 all are compliant, 1 one is not, or not known to be, or there is none, 2 refused, 3 cannot reach the cluster
 */
export function runStatus(options: StatusOptions, io: CommandIo): Promise<number> {
  return withCluster(options, io, async (cluster) => {
    const printer = printerFor(options, cluster, io);
    const total = await tell(options, cluster, printer);
    printer.end(total);
    return isWell(total) ? 0 : 1;
  });
}

function printerFor({ output, allNamespaces, colour }: StatusOptions, { serverNow }: ClusterAccess, io: CommandIo): Printer {
  if (output === "json") return createJsonPrinter(io);
  return createTreePrinter(io, { paint: paintFor(colour), now: () => serverNow() ?? Date.now(), whole: !allNamespaces });
}

async function tell({ allNamespaces }: StatusOptions, cluster: ClusterAccess, printer: Printer): Promise<Total> {
  const namespace = allNamespaces ? undefined : cluster.namespace;
  let [baselines, compliant, hasBegun] = [0, 0, false];
  for await (const baseline of asked(cluster, namespace)) {
    // What is refused at once is told on stderr alone.
    if (!hasBegun) printer.begin();
    hasBegun = true;
    if (baseline === "Refused") {
      printer.note("not known: the ClusterSecurityBaseline, because you may not get it");
      continue;
    }
    baselines += 1;
    compliant += Number(briefOf(baseline).state === "Compliant");
    printer.baseline(baseline);
  }
  if (!hasBegun) printer.begin();
  return { baselines, compliant, namespace };
}

/** The posture of the cluster first. Whether namespaces may be listed is found out before anything is told. */
async function* asked({ transport }: ClusterAccess, namespace: string | undefined): AsyncGenerator<Posture | "Refused"> {
  if (namespace !== undefined) {
    const baseline = await readPosture(transport, namespace);
    if (baseline !== undefined) yield baseline;
    return;
  }
  const all = allPostures(transport);
  const first = await all.next();
  const ofCluster = await readClusterPosture(transport);
  if (ofCluster !== undefined) yield ofCluster;
  if (first.done === true) return;
  yield first.value;
  yield* all;
}
