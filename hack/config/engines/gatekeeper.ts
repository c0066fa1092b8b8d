/** Writes the checks of section `admission` that Gatekeeper can judge: templates in Rego, their constraints, and the wish to see baselines. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AdmissionCheck } from "../../../operator/api/baseline-admission.ts";
import { RESERVED_NAMESPACES } from "../../../operator/api/installation.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { ADMISSION_LABEL, GROUP, VERSION } from "../../../operator/api/names.ts";
import { namespacePosture } from "../../../operator/api/postures.ts";
import { groupOf } from "../../../operator/kinds/kind.ts";
import { WORKLOADS } from "../../../operator/kinds/workloads.ts";
import { ENGINE_CHECKS } from "../../../operator/policies/admission/engines.ts";
import type { ManifestFile } from "../files.ts";
import { INSTALLATION_LABELS } from "../installation.ts";

const LIBRARY = rego("lib");

const SYNC_SET: JsonObject = {
  apiVersion: "syncset.gatekeeper.sh/v1alpha1",
  kind: "SyncSet",
  metadata: { name: "securitybaseline", labels: INSTALLATION_LABELS },
  spec: { gvks: [{ group: GROUP, version: VERSION, kind: namespacePosture.kind }] },
};

function rego(name: string): string {
  return readFileSync(join(import.meta.dirname, "gatekeeper", `${name}.rego`), "utf8");
}

function kindOf(check: AdmissionCheck): string {
  return `SecurityBaseline${check.charAt(0).toUpperCase()}${check.slice(1)}`;
}

function template(check: AdmissionCheck): JsonObject {
  const kind = kindOf(check);
  const source = { version: "v1", libs: [LIBRARY], rego: rego(check.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)) };
  return {
    apiVersion: "templates.gatekeeper.sh/v1",
    kind: "ConstraintTemplate",
    metadata: { name: kind.toLowerCase(), labels: INSTALLATION_LABELS },
    spec: {
      crd: { spec: { names: { kind }, validation: { legacySchema: false } } },
      targets: [{ target: "admission.k8s.gatekeeper.sh", code: [{ engine: "Rego", source }] }],
    },
  };
}

/** Looks where the API server's own policies look. */
function constraint(check: AdmissionCheck): JsonObject {
  const kinds = [{ apiVersion: "v1", kind: "Pod" }, ...WORKLOADS];
  const groups = [...new Set(kinds.map(({ apiVersion }) => groupOf(apiVersion)))];
  return {
    apiVersion: "constraints.gatekeeper.sh/v1beta1",
    kind: kindOf(check),
    metadata: { name: "securitybaseline", labels: INSTALLATION_LABELS },
    spec: {
      enforcementAction: "deny",
      match: {
        scope: "Namespaced",
        kinds: groups.map((group) => ({
          apiGroups: [group],
          kinds: kinds.filter(({ apiVersion }) => groupOf(apiVersion) === group).map(({ kind }) => kind),
        })),
        namespaceSelector: { matchExpressions: [{ key: ADMISSION_LABEL, operator: "In", values: ["Enforce"] }] },
        excludedNamespaces: [...RESERVED_NAMESPACES],
      },
    },
  };
}

/** What Gatekeeper reads, by file. A constraint can be applied once Gatekeeper has its template. */
export const gatekeeperFiles: readonly ManifestFile[] = [
  { path: "baselines.yaml", about: "Has Gatekeeper keep the baselines of all namespaces in its memory.", documents: [SYNC_SET] },
  {
    path: "templates.yaml",
    about: "What Gatekeeper judges by the baseline of a namespace.",
    documents: ENGINE_CHECKS.Gatekeeper.map(template),
  },
  { path: "constraints.yaml", about: "Has Gatekeeper refuse it.", documents: ENGINE_CHECKS.Gatekeeper.map(constraint) },
];
