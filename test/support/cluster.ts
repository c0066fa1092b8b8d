/** Gives cluster tests access to the shared control plane: as administrator, as somebody else, in a namespace of their own. */
import type { ControlPlane } from "../../hack/control-plane.ts";
import { ApiClient } from "./api-client.ts";
import { eventually } from "./eventually.ts";

let shared: { readonly plane: ControlPlane; readonly admin: ApiClient } | undefined;
let namespaces = 0;

/** Called once by the root hooks. */
export function shareCluster(plane: ControlPlane): void {
  shared = { plane, admin: new ApiClient(plane.server, plane.ca, plane.admin) };
}

/** The control plane of this run. Throws outside test/cluster and while test files are still being loaded. */
export function cluster(): ControlPlane {
  return current().plane;
}

/** The client of group system:masters. */
export function admin(): ApiClient {
  return current().admin;
}

/** A client that acts as a user with groups. */
export function impersonate(user: string, ...groups: string[]): ApiClient {
  return admin().impersonate(user, ...groups);
}

/** A client with a token of that ServiceAccount. */
export async function asServiceAccount(namespace: string, name: string): Promise<ApiClient> {
  return admin().as({ token: await admin().createToken(namespace, name) });
}

/** A name for a namespace that no other test uses. */
export function unusedName(prefix: string): string {
  namespaces += 1;
  return `${prefix}-${Date.now().toString(36)}-${namespaces}`;
}

/** Makes a namespace that no other test uses, waits for its ServiceAccount `default`, and answers its name. */
export async function freshNamespace(prefix: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = unusedName(prefix);
  await admin().create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: name, name: "default" };
  await eventually(`ServiceAccount default of ${name} is there`, () => admin().get(account));
  return name;
}

function current() {
  if (!shared) throw new Error("only hooks and tests below test/cluster have a control plane");
  return shared;
}
