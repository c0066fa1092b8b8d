/** Declares what findings read of ClusterRoles: what a binding in a namespace gives by them, and what one for the whole cluster gives besides. */
import type { JudgedKind } from "./kind.ts";
import { RBAC_GROUP } from "./role-binding.ts";
import { clusterRightsOf, rightsOf } from "./role-rights.ts";

export const clusterRole: JudgedKind = {
  apiVersion: `${RBAC_GROUP}/v1`,
  kind: "ClusterRole",
  resource: "clusterroles",
  namespaced: false,
  traits: ({ rules }) => ({ rights: [...rightsOf(rules), ...clusterRightsOf(rules)] }),
};
