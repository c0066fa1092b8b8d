/** Makes emergency access that RBAC lets do everything, for tests of what the policies refuse it all the same. */
import type { ApiClient } from "./api-client.ts";
import { admin, asServiceAccount } from "./cluster.ts";
import { RBAC } from "./operator-token.ts";
import { BG, grantNameIn } from "./policed.ts";
import { authorizerCaughtUp } from "./server-caches.ts";

export interface AlmightyGrant extends AsyncDisposable {
  /** Of its ServiceAccount. */
  readonly name: string;
  /** Acts by a token of it. */
  readonly client: ApiClient;
}

/** Disposing of the answer takes the rights back. `tag` are ten characters that no other grant has. */
export async function almightyGrant(tag: string): Promise<AlmightyGrant> {
  const name = grantNameIn(3000, tag);
  const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
  const labels = { "securitybaseline.dev/break-glass": "grant" };
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace: BG, name, labels } };
  await operator.create({ ...account, automountServiceAccountToken: false });
  // All rights, by a binding that no policy can tell from others: to every ServiceAccount of the cluster.
  const binding = { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", name: `power-${tag}` };
  await admin().create({
    apiVersion: binding.apiVersion,
    kind: binding.kind,
    metadata: { name: binding.name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup: RBAC, kind: "Group", name: "system:serviceaccounts" }],
  });
  await authorizerCaughtUp();
  return {
    name,
    client: admin().as({ token: await admin().createToken(BG, name, 2400) }),
    [Symbol.asyncDispose]: async () => {
      await admin().delete(binding);
      await authorizerCaughtUp();
    },
  };
}
