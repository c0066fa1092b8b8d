/** Declares the kind SecretProviderClass of the Secrets Store CSI driver: which fields are ours, and which of their values mean the same. */
import { type OwnedKind, Rank } from "./kind.ts";
import { optionalMap, optionalSetOf, record } from "./normalise.ts";

const secretObject = record({ data: optionalSetOf(), labels: optionalMap, annotations: optionalMap });

export const secretProviderClass: OwnedKind = {
  apiVersion: "secrets-store.csi.x-k8s.io/v1",
  kind: "SecretProviderClass",
  resource: "secretproviderclasses",
  scope: "InNamespace",
  namespaced: true,
  fields: [
    { path: ["spec", "provider"] },
    { path: ["spec", "parameters"], normalise: optionalMap },
    { path: ["spec", "secretObjects"], normalise: optionalSetOf(secretObject) },
  ],
  rank: () => Rank.secret,
  optional: true,
  confidential: true,
  /** The driver writes no status of a class; that it exists is all there is to know. */
  facts: () => ({}),
};
