/** Declares the kind TracingPolicyNamespaced of Tetragon, by which its agents watch the kernel for pods of one namespace. */
import { type OwnedKind, Rank } from "./kind.ts";

export const tracingPolicy: OwnedKind = {
  apiVersion: "cilium.io/v1alpha1",
  kind: "TracingPolicyNamespaced",
  resource: "tracingpoliciesnamespaced",
  scope: "InNamespace",
  namespaced: true,
  // As a whole: another hook, a selector that leaves pods or nodes out, or an option that has it only watch makes it another policy.
  fields: [{ path: ["spec"], normalise: (value) => value ?? {} }],
  rank: () => Rank.runtime,
  optional: true,
  /** Only that it is there: Tetragon writes no status of it. */
  facts: () => ({}),
};
