/** Reads baselines for `status` with the rights of whoever asks, and never more than a page of them at a time. */
import { clusterPosture, namespacePosture, type Posture, type PostureKind } from "../../api/postures.ts";
import { ApiError } from "../../cluster/errors.ts";
import { objectPath } from "../../cluster/paths.ts";
import type { ResourceType, Transport } from "../../cluster/types.ts";
import { isExpired } from "../../cluster/watch-event.ts";
import { listPages } from "../cluster-access.ts";
import { CommandError } from "../failure-text.ts";

const NOT_SERVED = "the cluster does not serve SecurityBaselines: install the operator first";

/** The baseline of a namespace; undefined if there is none. @throws CommandError if it may not be read; ApiError */
export async function readPosture(transport: Transport, namespace: string): Promise<Posture | undefined> {
  const type = typeOf(namespacePosture);
  const { name } = namespacePosture;
  try {
    return (await transport.request({ method: "GET", path: objectPath({ type, namespace, name }) })) as unknown as Posture;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) throw new CommandError(rightText("get", `in namespace ${namespace}`, "ask for it there"));
    if (error.status !== 404) throw error;
    // Where the kind itself is missing, the API server names no object.
    if (!error.message.includes(`"${name}"`)) throw new CommandError(NOT_SERVED);
    return undefined;
  }
}

/**
 * The baselines of all namespaces, in the order of the API server. A list that expires on the way, because whoever reads the answer pauses for
 * minutes, begins anew; what was told already is passed over.
 * @throws CommandError if they may not be listed; ApiError
 */
export async function* allPostures(transport: Transport): AsyncGenerator<Posture> {
  let told = "";
  for (;;) {
    const before = told;
    try {
      for await (const baseline of posturesAfter(transport, before)) {
        told = placeOf(baseline);
        yield baseline;
      }
      return;
    } catch (error) {
      if (!isExpired(error) || told === before) throw worded(error);
    }
  }
}

async function* posturesAfter(transport: Transport, place: string): AsyncGenerator<Posture> {
  for await (const page of listPages(transport, typeOf(namespacePosture), undefined)) {
    yield* (page as unknown as readonly Posture[]).filter((baseline) => placeOf(baseline) > place);
  }
}

/** Keys of the API server sort so, by their bytes: `a-b` before `a`. */
function placeOf({ metadata }: Posture): string {
  return `${metadata.namespace ?? ""}/`;
}

function worded(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 404) return new CommandError(NOT_SERVED);
  if (error.status !== 403) return error;
  return new CommandError(rightText("list", "in all namespaces", "name a namespace of yours with -n"));
}

function rightText(verb: string, where: string, otherwise: string): string {
  const { resource, apiVersion } = namespacePosture;
  return `you may not ${verb} SecurityBaselines ${where}: have ${verb} of ${resource}.${apiVersion.split("/")[0]} granted to you, as the ClusterRole securitybaseline-viewer does, or ${otherwise}`;
}

/** The posture of the whole cluster; undefined if there is none, `Refused` if it may not be read. @throws ApiError */
export async function readClusterPosture(transport: Transport): Promise<Posture | "Refused" | undefined> {
  const { name } = clusterPosture;
  try {
    return (await transport.request({ method: "GET", path: objectPath({ type: typeOf(clusterPosture), name }) })) as unknown as Posture;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) return "Refused";
    if (error.status === 404) return undefined;
    throw error;
  }
}

function typeOf({ apiVersion, resource, namespaced }: PostureKind): ResourceType {
  return { apiVersion, resource, namespaced };
}
