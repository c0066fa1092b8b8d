/** Owns the form of a confinement policy: it judges requests of the operator's account alone, and a failure to judge refuses. */
import type { JsonObject } from "../../operator/api/json.ts";
import { BREAK_GLASS_NAMESPACE, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../../operator/api/names.ts";
import { namespacePosture, type PostureKind } from "../../operator/api/postures.ts";
import { quote, enforces as sectionEnforced } from "../../operator/breakglass/cel.ts";
import type { SectionName } from "../../operator/controls/control.ts";
import type { ObservedKind, OwnedKind } from "../../operator/kinds/kind.ts";
import { INSTALLATION_LABELS, OPERATOR_USERNAME } from "./installation.ts";

export { quote, quoteList } from "../../operator/breakglass/cel.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE";

/** Resources of one API group and version. */
export interface Matched {
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resources: readonly string[];
}

/** CEL: the baseline asks for what this section says. Off is not asking, and Report writes nothing. */
export function enforces(section: SectionName): string {
  return sectionEnforced(section, "params");
}

/**
 * Match conditions: the object is new, or this field of it changes. What is not asked for any more may lose its owner and stay.
 * Read without types, because the kinds of other projects may be absent.
 */
export function changes(field: string): Readonly<Record<string, string>> {
  return { [`changes-the-${field}`]: `request.operation == 'CREATE' || dyn(object).?${field} != dyn(oldObject).?${field}` };
}

/** API group of a kind; "" is the core group. */
export function groupOf(kind: OwnedKind | ObservedKind): string {
  return kind.apiVersion.includes("/") ? kind.apiVersion.replace(/\/.*$/, "") : "";
}

/** Matches the objects of a kind, without their subresources. */
export function matchKind(kind: OwnedKind): Matched {
  return { apiGroup: groupOf(kind), apiVersion: kind.apiVersion.replace(/^.*\//, ""), resources: [kind.resource] };
}

/**
 * `Allow` does not judge. `Deny` refuses, but judges only objects that carry our label before or after the request: the API
 * server looks for the baseline before it asks who sends the request, so otherwise everybody would be refused in every
 * namespace without a baseline. `DenyCreation` refuses creations in that way and does not judge updates, for kinds whose own
 * controllers update them: a finalizer that nobody may take away would keep a deleted namespace from ever going.
 */
export type WithoutBaseline = "Deny" | "DenyCreation" | "Allow";

export interface NamespaceChoice {
  readonly operator: "In" | "NotIn";
  readonly values: readonly string[];
}

/** Where the ClusterSecurityBaseline states what is generated. */
export const IN_BREAK_GLASS: NamespaceChoice = { operator: "In", values: [BREAK_GLASS_NAMESPACE] };

/**
 * Everywhere else. A policy that refuses without a SecurityBaseline is limited to this for kinds that the
 * ClusterSecurityBaseline generates, too: it would refuse all of them in the break-glass namespace, whatever their names.
 */
export const OUTSIDE_BREAK_GLASS: NamespaceChoice = { operator: "NotIn", values: [BREAK_GLASS_NAMESPACE] };

/** One policy, in terms of what it allows. */
export interface Confinement {
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly matches: readonly Matched[];
  /** Judge with what states the namespace's posture as `params`; says what happens where there is none. */
  readonly withoutBaseline?: WithoutBaseline;
  /** Kind that states the posture where this is judged; default SecurityBaseline. */
  readonly posture?: PostureKind;
  /** Judge only in these namespaces, or in all but these; default in all. */
  readonly namespaces?: NamespaceChoice;
  /** CEL, by name: narrows which requests are judged. */
  readonly conditions?: Readonly<Record<string, string>>;
  /** CEL, by name, in order: later ones may use earlier ones as `variables.<name>`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly validations: readonly { readonly expression: string; readonly message: string }[];
}

/** The API server sets it on every Namespace and lets nobody change it. */
const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

const ADMISSION_VERSION = "admissionregistration.k8s.io/v1";

/** The ValidatingAdmissionPolicy and its bindings: one of the confinement's name, and one for updates where they are treated apart. */
export function confinementDocuments(confinement: Confinement): JsonObject[] {
  const policyName = `securitybaseline-operator-${confinement.name}`;
  const metadata = { name: policyName, labels: INSTALLATION_LABELS };
  return [
    { apiVersion: ADMISSION_VERSION, kind: "ValidatingAdmissionPolicy", metadata, spec: policySpec(confinement) },
    ...bindingSpecs(confinement).map(({ suffix, ...spec }) => ({
      apiVersion: ADMISSION_VERSION,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { ...metadata, name: policyName + suffix },
      spec: { policyName, ...spec, validationActions: ["Deny"] },
    })),
  ];
}

/** What each binding adds to the name of its policy, and to the spec that all of them share. */
function bindingSpecs({ withoutBaseline, matches, posture = namespacePosture }: Confinement): ({ readonly suffix: string } & JsonObject)[] {
  if (withoutBaseline === undefined) return [{ suffix: "" }];
  const paramRef = (action: "Deny" | "Allow"): JsonObject => ({ paramRef: { name: posture.name, parameterNotFoundAction: action } });
  if (withoutBaseline !== "DenyCreation") return [{ suffix: "", ...paramRef(withoutBaseline) }];
  return [
    { suffix: "", ...paramRef("Deny"), matchResources: { resourceRules: resourceRules(matches, ["CREATE"]) } },
    { suffix: "-updates", ...paramRef("Allow"), matchResources: { resourceRules: resourceRules(matches, ["UPDATE"]) } },
  ];
}

function resourceRules(matches: readonly Matched[], operations: readonly Operation[]): JsonObject[] {
  return matches.map(({ apiGroup, apiVersion, resources }) => ({
    apiGroups: [apiGroup],
    apiVersions: [apiVersion],
    operations,
    resources,
  }));
}

function policySpec(confinement: Confinement): JsonObject {
  const { posture = namespacePosture, namespaces } = confinement;
  const conditions = { "by-the-operator": `request.userInfo.username == ${quote(OPERATOR_USERNAME)}`, ...confinement.conditions };
  return {
    failurePolicy: "Fail",
    ...(confinement.withoutBaseline && { paramKind: { apiVersion: posture.apiVersion, kind: posture.kind } }),
    matchConstraints: {
      ...(refusesWithoutBaseline(confinement) && { objectSelector: { matchLabels: { [MANAGED_BY_LABEL]: MANAGED_BY_VALUE } } }),
      ...(namespaces && { namespaceSelector: { matchExpressions: [{ key: NAMESPACE_NAME_LABEL, ...namespaces }] } }),
      resourceRules: resourceRules(confinement.matches, confinement.operations),
    },
    matchConditions: named(conditions),
    ...(confinement.variables && { variables: named(confinement.variables) }),
    // Without a reason the API server answers 422, as if the object were malformed.
    validations: confinement.validations.map(({ expression, message }) => ({ expression, message, reason: "Forbidden" })),
  };
}

function refusesWithoutBaseline({ withoutBaseline }: Confinement): boolean {
  return withoutBaseline !== undefined && withoutBaseline !== "Allow";
}

function named(expressions: Readonly<Record<string, string>>): JsonObject[] {
  return Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
}
