/** Writes the policies of section `admission` for Kyverno: the same expressions, with the baseline from Kyverno's cache instead of a parameter. */
import type { JsonObject } from "../../../operator/api/json.ts";
import { BASELINE_NAME, GROUP, VERSION } from "../../../operator/api/names.ts";
import { namespacePosture } from "../../../operator/api/postures.ts";
import { admissionPolicies } from "../../../operator/policies/admission/index.ts";
import { BASELINE } from "../../../operator/policies/admission/subject.ts";
import { quote } from "../../../operator/policies/cel.ts";
import { matchConstraints, named } from "../../../operator/policies/documents.ts";
import type { Policy } from "../../../operator/policies/policy.ts";
import type { ManifestFile } from "../files.ts";
import { INSTALLATION_LABELS } from "../installation.ts";

/** Name of Kyverno's cache of baselines. */
const CACHE = "securitybaselines";

/** Kyverno gathers its rights by labels. Each of its controllers fills its own cache, and complains all the time where it may not. */
const CONTROLLERS = ["admission", "background", "cleanup", "reports"];

const RIGHTS: JsonObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: {
    name: "securitybaseline-kyverno",
    labels: {
      ...INSTALLATION_LABELS,
      ...Object.fromEntries(CONTROLLERS.map((one) => [`rbac.kyverno.io/aggregate-to-${one}-controller`, "true"])),
    },
  },
  rules: [{ apiGroups: [GROUP], resources: [namespacePosture.resource], verbs: ["get", "list", "watch"] }],
};

const ENTRY: JsonObject = {
  apiVersion: "kyverno.io/v2",
  kind: "GlobalContextEntry",
  metadata: { name: CACHE, labels: INSTALLATION_LABELS },
  spec: { kubernetesResource: { group: GROUP, version: VERSION, resource: namespacePosture.resource } },
};

/** CEL: null while the cache is not filled. */
const CACHED = `dyn(globalContext.Get(${quote(CACHE)}, ''))`;

const OF_THIS_NAMESPACE = `b.metadata.namespace == request.namespace && b.metadata.name == ${quote(BASELINE_NAME)}`;

/** A namespace that is marked has a baseline: where Kyverno does not know it, only what changes nothing passes, such as the removal of a finalizer. */
const IS_KNOWN = {
  expression: "variables.found.size() > 0 || (request.operation == 'UPDATE' && dyn(object).?spec == dyn(oldObject).?spec)",
  message: `Kyverno does not know the SecurityBaseline of this namespace: see that GlobalContextEntry ${CACHE} is there, and that Kyverno may read ${namespacePosture.resource}`,
};

function validatingPolicy({ name, conditions, variables, validations, ...selection }: Policy): JsonObject {
  const found = { cached: CACHED, found: `variables.cached == null ? dyn([]) : dyn(variables.cached.filter(b, ${OF_THIS_NAMESPACE}))` };
  const baseline = { [BASELINE]: "variables.found.size() > 0 ? variables.found[0] : dyn({})" };
  return {
    apiVersion: "policies.kyverno.io/v1",
    kind: "ValidatingPolicy",
    metadata: { name, labels: INSTALLATION_LABELS },
    spec: {
      failurePolicy: "Fail",
      validationActions: ["Deny"],
      // Scans know no request, and these expressions do. They would repeat what the API server's own policies report.
      evaluation: { admission: { enabled: true }, background: { enabled: false } },
      matchConstraints: matchConstraints(selection),
      ...(conditions && { matchConditions: named(conditions) }),
      variables: named({ ...found, ...variables, ...baseline }),
      validations: [IS_KNOWN, ...validations].map((validation) => ({ ...validation })),
    },
  };
}

/** What Kyverno reads, by file. Policies that only tell stay with the API server. */
export const kyvernoFiles: readonly ManifestFile[] = [
  { path: "rights.yaml", about: "Lets Kyverno read baselines.", documents: [RIGHTS] },
  { path: "baselines.yaml", about: "Has Kyverno keep the baselines of all namespaces in its memory.", documents: [ENTRY] },
  ...admissionPolicies
    .filter(({ onFailure }) => onFailure === undefined)
    .map((policy) => ({
      path: `${policy.name.replace("securitybaseline-admission-", "")}.yaml`,
      about: policy.about,
      documents: [validatingPolicy(policy)],
    })),
];
