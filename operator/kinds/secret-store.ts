/** Declares the kind SecretStore of External Secrets, which says where secrets are fetched from, and as whom. */
import { conditionFacts } from "./condition-facts.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { absentIf, record, withDefault } from "./normalise.ts";

/** What the API server fills in, by release more or less of it; values that we ask for are written and not listed here. */
const provider = record({
  vault: record({ version: withDefault("v2") }),
  aws: record({ sessionTagsPolicy: absentIf("None") }),
  gcpsm: record({ secretVersionSelectionPolicy: absentIf("LatestOrFail") }),
  azurekv: record({ environmentType: withDefault("PublicCloud"), useAzureSDK: absentIf(false) }),
});

/** `spec.refreshInterval` and `spec.retrySettings` are tuning and nobody's but the operator's of the store. */
export const secretStore: OwnedKind = {
  apiVersion: "external-secrets.io/v1",
  kind: "SecretStore",
  resource: "secretstores",
  scope: "InNamespace",
  namespaced: true,
  fields: [{ path: ["spec", "provider"], normalise: provider }],
  rank: () => Rank.secretStore,
  optional: true,
  confidential: true,
  /** `status` and `reason` of Ready. */
  facts: (object) => conditionFacts(object, "Ready"),
};
