/** Reads for auditors what people wrote themselves: requests and decisions of the whole cluster, or of as many namespaces as they may read. */
import type { BreakGlassDecision } from "../api/break-glass-decision.ts";
import type { BreakGlassRequest } from "../api/break-glass-request.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { StoredDecision, StoredRequest } from "../breakglass/types.ts";
import type { Evidence } from "../breakglass/verify-decisions.ts";
import { ApiError } from "../cluster/errors.ts";
import type { ResourceType, Transport } from "../cluster/types.ts";
import { DECISIONS, REQUESTS } from "./break-glass/objects.ts";
import { type ClusterAccess, listAll } from "./cluster-access.ts";

interface Read {
  readonly objects: readonly KubernetesObject[];
  readonly unread: readonly string[];
}

const FORBIDDEN = 403;

/** `namespaces`: which to ask for one by one where the whole cluster may not be listed. @throws ApiError for anything but a lack of rights */
export async function readEvidence(
  { transport, serverNow }: Pick<ClusterAccess, "transport" | "serverNow">,
  namespaces: readonly string[],
): Promise<Evidence> {
  const [requests, decisions] = [await read(transport, REQUESTS, namespaces), await read(transport, DECISIONS, namespaces)];
  return {
    requests: requests.objects.map(toRequest),
    decisions: decisions.objects.map(toDecision),
    unread: [...new Set([...requests.unread, ...decisions.unread])],
    now: serverNow() ?? 0,
  };
}

async function read(transport: Transport, type: ResourceType, namespaces: readonly string[]): Promise<Read> {
  const everywhere = await listed(transport, type, undefined);
  if (everywhere !== undefined) return { objects: everywhere, unread: [] };
  const objects: KubernetesObject[] = [];
  const unread: string[] = [];
  for (const namespace of namespaces) {
    const found = await listed(transport, type, namespace);
    if (found === undefined) unread.push(namespace);
    else objects.push(...found);
  }
  return { objects, unread };
}

/** Undefined where that is forbidden. */
async function listed(
  transport: Transport,
  type: ResourceType,
  namespace: string | undefined,
): Promise<readonly KubernetesObject[] | undefined> {
  try {
    return await listAll(transport, type, namespace);
  } catch (error) {
    if (error instanceof ApiError && error.status === FORBIDDEN) return undefined;
    throw error;
  }
}

function common({ metadata = {} }: KubernetesObject) {
  const { namespace = "", name = "", uid = "", resourceVersion = "", creationTimestamp = "" } = metadata;
  return { namespace, name, uid, resourceVersion, createdAt: Date.parse(creationTimestamp) };
}

function toRequest(object: KubernetesObject): StoredRequest {
  const { spec, status } = object as unknown as BreakGlassRequest;
  return { ...common(object), generation: object.metadata?.generation ?? 0, spec, status };
}

function toDecision(object: KubernetesObject): StoredDecision {
  return { ...common(object), spec: (object as unknown as BreakGlassDecision).spec };
}
