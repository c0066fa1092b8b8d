/** Prints policies as the API server stores them: everything that it would fill in is written out, so that what is installed equals what is declared. */
import { INSTALLATION_LABELS } from "../api/installation.ts";
import type { JsonObject } from "../api/json.ts";
import { API_VERSION } from "../api/names.ts";
import type { Binding, IfMissing, Matched, Params, Policy, Requirement, Selection } from "./policy.ts";

const ADMISSION_VERSION = "admissionregistration.k8s.io/v1";

const WHOLE: Binding = { suffix: "" };

/** The ValidatingAdmissionPolicy and its bindings. */
export function policyDocuments(policy: Policy): readonly JsonObject[] {
  const { name, labels, bindings = [WHOLE] } = policy;
  return [
    document("ValidatingAdmissionPolicy", { name, labels }, policySpec(policy)),
    ...bindings.map((binding) => bindingDocument(policy, binding)),
  ];
}

function bindingDocument(policy: Policy, binding: Binding): JsonObject {
  return document("ValidatingAdmissionPolicyBinding", { name: policy.name + binding.suffix }, bindingSpec(policy, binding));
}

function document(
  kind: string,
  { name, labels = {} }: { name: string; labels?: Policy["labels"] | undefined },
  spec: JsonObject,
): JsonObject {
  return { apiVersion: ADMISSION_VERSION, kind, metadata: { name, labels: { ...INSTALLATION_LABELS, ...labels } }, spec };
}

/** `matchConstraints` of any admission policy. */
export function matchConstraints({ namespaces, objects, matches = [] }: Selection & { readonly matches?: readonly Matched[] }): JsonObject {
  return {
    matchPolicy: "Equivalent",
    namespaceSelector: selector(namespaces),
    objectSelector: selector(objects),
    ...(matches.length > 0 && { resourceRules: matches.map(resourceRule) }),
  };
}

function resourceRule({ group, version, resources, names, operations }: Matched): JsonObject {
  return { apiGroups: [group], apiVersions: [version], operations, ...(names && { resourceNames: names }), resources, scope: "*" };
}

function selector(requirements: readonly Requirement[] = []): JsonObject {
  return requirements.length === 0 ? {} : { matchExpressions: requirements.map((requirement) => ({ ...requirement })) };
}

/** Expressions as the API has them: a list, with names. */
export function named(expressions: Readonly<Record<string, string>>): JsonObject[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
}

function policySpec(policy: Policy): JsonObject {
  const { params, conditions, variables, validations, auditAnnotations } = policy;
  return {
    failurePolicy: policy.onFailure ?? "Fail",
    ...(params && { paramKind: { apiVersion: API_VERSION, kind: params.kind } }),
    matchConstraints: matchConstraints(policy),
    ...(conditions && { matchConditions: named(conditions) }),
    ...(variables && { variables: named(variables) }),
    // Without a reason the API server answers 422, as if the object were malformed.
    validations: validations.map((validation) => ({ ...validation, reason: "Forbidden" })),
    ...(auditAnnotations && {
      auditAnnotations: Object.entries(auditAnnotations).map(([key, valueExpression]) => ({ key, valueExpression })),
    }),
  };
}

function bindingSpec({ name, params, actions = ["Deny"] }: Policy, binding: Binding): JsonObject {
  const narrows = [binding.namespaces, binding.objects, binding.matches].some((part) => part !== undefined);
  return {
    policyName: name,
    ...(params && { paramRef: paramRef(params, binding.ifMissing ?? params.ifMissing) }),
    ...(narrows && { matchResources: matchConstraints(binding) }),
    validationActions: actions,
  };
}

function paramRef({ name }: Params, parameterNotFoundAction: IfMissing): JsonObject {
  return { ...(name === undefined ? { selector: {} } : { name }), parameterNotFoundAction };
}
