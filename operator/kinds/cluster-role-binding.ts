/** Declares what findings read of ClusterRoleBindings, which reach into every namespace. */
import { audienceInCluster, foreignAccounts } from "./binding-audience.ts";
import type { JudgedKind } from "./kind.ts";
import { isGrant, RBAC_GROUP, roleRefOf } from "./role-binding.ts";

export const clusterRoleBinding: JudgedKind = {
  apiVersion: `${RBAC_GROUP}/v1`,
  kind: "ClusterRoleBinding",
  resource: "clusterrolebindings",
  namespaced: false,
  traits: (object) => {
    const role = roleRefOf(object);
    if (isGrant(object)) return { role, audience: {}, everywhere: true };
    const { subjects } = object;
    const accounts = foreignAccounts(subjects, "");
    return { role, audience: audienceInCluster(subjects), everywhere: true, ...(accounts.length > 0 && { accounts }) };
  },
};
