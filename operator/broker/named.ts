/** Asks the API server for the broker which object of a name there is, whatever the caches know. */
import type { KubernetesObject } from "../api/object.ts";
import { collectionPath } from "../cluster/paths.ts";
import type { ResourceType, Transport } from "../cluster/types.ts";

/** One name of a kind, or all of a namespace. */
export interface Named {
  readonly type: ResourceType;
  /** "" outside namespaces. */
  readonly namespace: string;
  /** Absent: all of the namespace. */
  readonly name?: string;
  /** Absent: whatever its labels. */
  readonly labelSelector?: string;
}

/**
 * The object of this name, or nothing; without a name all objects. Lists, because that is what the operator may do with these kinds; without a resourceVersion the answer is the
 * latest state, of no cache. @throws ApiError
 */
export async function named(
  { type, namespace, name, labelSelector }: Named,
  transport: Pick<Transport, "request">,
): Promise<readonly KubernetesObject[]> {
  const query = { fieldSelector: name === undefined ? undefined : `metadata.name=${name}`, labelSelector };
  const list = await transport.request({ method: "GET", path: collectionPath(type, namespace), query });
  return (list["items"] ?? []) as readonly KubernetesObject[];
}
