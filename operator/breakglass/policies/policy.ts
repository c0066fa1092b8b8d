/** Owns the form of a break-glass policy: everything that the API server would default is written out, so that what is installed equals what is declared. */
import { INSTALLATION_LABELS } from "../../api/installation.ts";
import type { JsonObject } from "../../api/json.ts";
import { API_VERSION } from "../../api/names.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** Requests that a policy looks at. */
export interface Matched {
  /** API group; "" is the core group, "*" all. */
  readonly group: string;
  /** "*" for all; other versions of a named one match as well. */
  readonly version: string;
  readonly resources: readonly string[];
  readonly operations: readonly Operation[];
}

/** Judged with these objects as `params`, one after the other; without any, refused. */
export interface Params {
  readonly kind: string;
  /** The one object of this name; absent: all in the namespace of the request. */
  readonly name?: string;
}

export interface Validation {
  /** CEL: true lets the request pass. */
  readonly expression: string;
  /** What to write instead. */
  readonly message: string;
  /** CEL: as `message`, with what only the request knows. */
  readonly messageExpression?: string;
}

/** One policy, in terms of what it allows. */
export interface Policy {
  /** Without the prefix that all of them have. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly matches: readonly Matched[];
  /** Only requests in this namespace, or in all others. Objects outside namespaces are matched in any case. */
  readonly namespaces?: { readonly operator: "In" | "NotIn"; readonly name: string };
  /** Only objects with these labels, before or after the request. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly params?: Params;
  /** CEL, by name: narrows which requests are judged. Has no variables. */
  readonly conditions?: Readonly<Record<string, string>>;
  /** CEL, by name, in order: later ones may use earlier ones as `variables.<name>`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly validations: readonly Validation[];
  /** CEL by key: strings for the audit log. */
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

const ADMISSION_VERSION = "admissionregistration.k8s.io/v1";

/** The ValidatingAdmissionPolicy and its binding, both of one name. */
export function policyDocuments(policy: Policy): readonly JsonObject[] {
  const metadata = { name: `securitybaseline-break-glass-${policy.name}`, labels: INSTALLATION_LABELS };
  return [
    { apiVersion: ADMISSION_VERSION, kind: "ValidatingAdmissionPolicy", metadata, spec: policySpec(policy) },
    { apiVersion: ADMISSION_VERSION, kind: "ValidatingAdmissionPolicyBinding", metadata, spec: bindingSpec(metadata.name, policy) },
  ];
}

/** `matchConstraints` of any admission policy, written out. */
export function matchConstraints({ matches, namespaces, labels }: Pick<Policy, "matches" | "namespaces" | "labels">): JsonObject {
  return {
    matchPolicy: "Equivalent",
    namespaceSelector: namespaces ? selectNamespace(namespaces) : {},
    objectSelector: labels ? { matchLabels: labels } : {},
    resourceRules: matches.map(({ group, version, resources, operations }) => ({
      apiGroups: [group],
      apiVersions: [version],
      operations,
      resources,
      scope: "*",
    })),
  };
}

/** Expressions as the API has them: a list, with names. */
export function named(expressions: Readonly<Record<string, string>>): JsonObject[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
}

function policySpec(policy: Policy): JsonObject {
  const { params, conditions, variables, validations, auditAnnotations } = policy;
  return {
    failurePolicy: "Fail",
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

function bindingSpec(policyName: string, { params }: Policy): JsonObject {
  return { policyName, ...(params && { paramRef: paramRef(params) }), validationActions: ["Deny"] };
}

function paramRef({ name }: Params): JsonObject {
  return { ...(name === undefined ? { selector: {} } : { name }), parameterNotFoundAction: "Deny" };
}

function selectNamespace({ operator, name }: NonNullable<Policy["namespaces"]>): JsonObject {
  return { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator, values: [name] }] };
}
