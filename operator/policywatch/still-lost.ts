/** Asks the API server about one policy or binding, for whoever would do on its loss what cannot be undone. */
import type { KubernetesObject } from "../api/object.ts";
import { collectionPath } from "../cluster/paths.ts";
import type { Transport } from "../cluster/types.ts";
import { type DeclaredObject, POLICY_KINDS } from "./declared.ts";
import { flawOf, isLost } from "./faults.ts";
import { projectPolicy } from "./rows.ts";

/**
 * Whether it is missing or changed now. Lists, because that is what the operator may do with these kinds; without a resourceVersion the answer is the
 * latest state, of no cache. @throws ApiError if the API server does not tell
 */
export async function isStillLost(object: DeclaredObject, transport: Pick<Transport, "request">): Promise<boolean> {
  const known = POLICY_KINDS.get(object.kind);
  if (known === undefined) throw new Error(`${object.kind} is no kind of policy`);
  const query = { fieldSelector: `metadata.name=${object.name}` };
  const list = await transport.request({ method: "GET", path: collectionPath(known.type), query });
  const [live] = (list as { readonly items?: readonly KubernetesObject[] }).items ?? [];
  const flaw = flawOf(object, live && projectPolicy(live, known.isChecked));
  return flaw !== undefined && isLost({ object, flaw });
}
