/** Declares the kind Namespace, of which only the Pod Security labels are ours. */
import { isJsonObject, type JsonObject } from "../api/json.ts";
import { type Field, type OwnedKind, Rank } from "./kind.ts";
import { readStandard } from "./pod-security-standard.ts";

const PREFIX = "pod-security.kubernetes.io/";

/** Labels that Pod Security admission reads. An absent one falls back to the API server's configuration, so absent equals no value. */
export const POD_SECURITY_LABELS = {
  enforce: `${PREFIX}enforce`,
  enforceVersion: `${PREFIX}enforce-version`,
  audit: `${PREFIX}audit`,
  auditVersion: `${PREFIX}audit-version`,
  warn: `${PREFIX}warn`,
  warnVersion: `${PREFIX}warn-version`,
} as const;

export const namespace: OwnedKind = {
  apiVersion: "v1",
  kind: "Namespace",
  resource: "namespaces",
  scope: "TheNamespace",
  namespaced: false,
  fields: Object.values(POD_SECURITY_LABELS).map((label): Field => ({ path: ["metadata", "labels", label] })),
  rank: () => Rank.podSecurity,
  shareable: () => true,
  facts: (object) => {
    const labels = labelsOf(object);
    return { ...readStandard(labels[POD_SECURITY_LABELS.enforce], labels[POD_SECURITY_LABELS.enforceVersion]) };
  },
};

function labelsOf({ metadata }: JsonObject): JsonObject {
  const labels = isJsonObject(metadata) ? metadata["labels"] : undefined;
  return isJsonObject(labels) ? labels : {};
}
