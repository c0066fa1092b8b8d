/** Declares the kind Namespace, of which only the Pod Security labels are ours. */
import { isJsonObject, type JsonObject } from "../api/json.ts";
import { type Field, type OwnedKind, Rank } from "./kind.ts";
import { NAMESPACE_NAME } from "./label-selector.ts";
import { readStandard } from "./pod-security-standard.ts";
import { shortened } from "./short-list.ts";

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

/** Labels by which policy engines leave a namespace out as they are installed: these are kept, however many others there are. */
export const ENGINE_LABELS: readonly string[] = [
  "admission.gatekeeper.sh/ignore",
  "policy.sigstore.dev/exclude",
  "webhooks.kyverno.io/exclude",
];

/** Characters that are kept of all labels. */
const LONGEST_LABELS = 700;

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
  /** Labels by which webhooks may leave the namespace out. */
  traits: (object) => {
    const all = Object.entries(labelsOf(object)).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const { usual = [], other = [] } = Object.groupBy(all, ([key]) => (ENGINE_LABELS.includes(key) ? "usual" : "other"));
    const { kept, isCut } = shortened([...usual, ...other.filter(([key]) => key !== NAMESPACE_NAME)], LONGEST_LABELS);
    return { labels: Object.fromEntries(kept), ...(isCut && { isCut }) };
  },
};

function labelsOf({ metadata }: JsonObject): JsonObject {
  const labels = isJsonObject(metadata) ? metadata["labels"] : undefined;
  return isJsonObject(labels) ? labels : {};
}
