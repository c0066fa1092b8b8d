/** Declares the kind AuthorizationPolicy of Istio, of which the operator makes only the one that allows nothing. */
import { type OwnedKind, Rank } from "./kind.ts";
import { absentIf, record } from "./normalise.ts";

/** Name of the policy that denies what no other one allows. */
export const ALLOW_NOTHING_NAME = "default-deny";

/** Without an action a policy allows what its rules say; without rules that is nothing. */
const spec = record({ action: absentIf("ALLOW") });

export const authorizationPolicy: OwnedKind = {
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  resource: "authorizationpolicies",
  scope: "InNamespace",
  namespaced: true,
  // As a whole: any field at all, also one of a later version, makes it another policy.
  fields: [{ path: ["spec"], normalise: (value) => spec(value ?? {}) }],
  rank: () => Rank.networkDeny,
  optional: true,
};
