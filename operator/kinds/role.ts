/** Declares the kind Role: which fields are ours, and which of their values mean the same. */
import { type OwnedKind, Rank } from "./kind.ts";
import { optionalSetOf, record, setOf } from "./normalise.ts";
import { rightsOf } from "./role-rights.ts";

/** RBAC joins rules and looks values up in their lists: neither order nor repetition means anything, empty means absent. */
const rule = record({
  verbs: optionalSetOf(),
  apiGroups: optionalSetOf(),
  resources: optionalSetOf(),
  resourceNames: optionalSetOf(),
  nonResourceURLs: optionalSetOf(),
});

export const role: OwnedKind = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  resource: "roles",
  scope: "InNamespace",
  namespaced: true,
  fields: [{ path: ["rules"], normalise: setOf(rule) }],
  rank: () => Rank.role,
  traits: ({ rules }) => ({ rights: rightsOf(rules) }),
};
