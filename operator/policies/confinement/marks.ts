/** Declares where the operator may write at all: in namespaces that carry the mark of an enforced baseline, which only a baseline can give. */
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { ADMISSION_LABEL, APPLYING_LABEL, ENFORCED_LABEL, ENFORCED_REQUESTED, ENFORCED_VALUE } from "../../api/names.ts";
import { namespacePosture } from "../../api/postures.ts";
import type { SectionName } from "../../controls/control.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { namespace } from "../../kinds/namespace.ts";
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../kinds/service-account.ts";
import { quote } from "../cel.ts";
import { namespacesNamed, type Requirement } from "../policy.ts";
import { type Confinement, enforces, matchGenerated, matchKind, type Place } from "./confine.ts";
import { isNamespacedGrant, NOT_A_GRANT } from "./grant-objects.ts";

/** CEL: an update of the ServiceAccount `default`. What of it may change is judged by a policy of its own. */
const DEFAULT_ACCOUNT_UPDATED = `request.resource.resource == ${quote(serviceAccount.resource)} && request.operation == 'UPDATE' && object.metadata.name == ${quote(DEFAULT_ACCOUNT_NAME)}`;

/** Namespaces without the mark: there the operator gives up its fields of the ServiceAccount `default`, and writes nothing. */
export function unmarked(kinds: readonly OwnedKind[], glass: string): Confinement {
  return {
    name: "unmarked",
    about: "Where no baseline is enforced the operator writes nothing, and only gives up what was its own of shared objects.",
    operations: ["CREATE", "UPDATE", "DELETE"],
    matches: matchGenerated(kinds),
    namespaces: [{ key: ENFORCED_LABEL, operator: "NotIn", values: [ENFORCED_VALUE] }, ...namespacesNamed("NotIn", glass)],
    conditions: NOT_A_GRANT,
    validations: [
      {
        expression: DEFAULT_ACCOUNT_UPDATED,
        message: `refused a write where no baseline is enforced: the namespace does not carry the label ${ENFORCED_LABEL}=${ENFORCED_VALUE}`,
      },
    ],
  };
}

/** Where the marks mean nothing, a Namespace that carries one all the same is not changed by the operator. */
const NOT_MARKED = {
  isNamespace: `request.resource.resource == ${quote(namespace.resource)}`,
  labels: "object.metadata.?labels.orValue({})",
  isMarked: `variables.labels[?${quote(ENFORCED_LABEL)}].orValue('') != '' || ${admissionMarkOf("variables.labels")} != ''`,
};

/** Not installed where baselines in these namespaces are obeyed. Objects of grants may go, and are made nowhere here. */
export function reserved(kinds: readonly OwnedKind[]): Confinement {
  return {
    name: "reserved-namespaces",
    about: "In the namespaces of the cluster itself and of this installation the operator writes nothing.",
    operations: ["CREATE", "UPDATE", "DELETE"],
    matches: [...matchGenerated(kinds), matchKind(namespace)],
    namespaces: namespacesNamed("In", ...RESERVED_NAMESPACES),
    conditions: { "not-the-end-of-a-grant": `!(request.operation == 'DELETE' && ${isNamespacedGrant("oldObject")})` },
    variables: NOT_MARKED,
    validations: [
      {
        expression: `variables.isNamespace ? !variables.isMarked : ${DEFAULT_ACCOUNT_UPDATED}`,
        message: `refused a write in a reserved namespace: no baseline is obeyed in ${RESERVED_NAMESPACES.join(", ")}`,
      },
    ],
  };
}

/** The break-glass namespace holds Roles and RoleBindings that the ClusterSecurityBaseline asks for, and objects of grants. */
export function breakGlassNamespace(kinds: readonly OwnedKind[], generatedThere: readonly OwnedKind[], glass: string): Confinement {
  return {
    name: "break-glass-namespace",
    about: "In the break-glass namespace the operator writes nothing but what emergency access consists of.",
    operations: ["CREATE", "UPDATE", "DELETE"],
    matches: [...matchGenerated(kinds.filter((kind) => !generatedThere.includes(kind))), matchKind(namespace)],
    namespaces: namespacesNamed("In", glass),
    conditions: NOT_A_GRANT,
    variables: NOT_MARKED,
    validations: [
      {
        expression: "variables.isNamespace && !variables.isMarked",
        message: `refused a write in ${glass} that is no part of emergency access: no section of the ClusterSecurityBaseline asks for it`,
      },
    ],
  };
}

/**
 * The mark is given in two steps, so that the second one alone is held against a baseline: the API server looks for it before it asks who
 * sends the request, and must not do so when the mark is taken back, nor for any other change of any Namespace.
 */
export function marks(sections: readonly SectionName[]): Confinement {
  const value = (...values: readonly string[]) => [{ key: ENFORCED_LABEL, operator: "In", values }] as const;
  return {
    name: "marks",
    about: "The operator marks namespaces only in which a baseline is enforced.",
    operations: ["UPDATE"],
    matches: [matchKind(namespace)],
    by: { place: { prefix: "", posture: namespacePosture, namespaces: [] }, withoutBaseline: "Deny" },
    // Selectors look at the object before and after the request: together they match the one step from the first value to the second. The policy's own has
    // the value that stands for a moment alone: while an API server that starts does not know the parameter's kind, it refuses all that the policy matches.
    objects: value(ENFORCED_REQUESTED),
    bindings: [{ suffix: "", objects: value(ENFORCED_VALUE) }],
    validations: [
      {
        expression: sections.map(enforces).join("\n|| "),
        message: "refused to mark a namespace whose SecurityBaseline enforces nothing: no section is in mode Enforce",
      },
    ],
  };
}

/** CEL: the mark changes as it may: to its first value, from there to its second, and away. `labels` and `oldLabels` are variables. */
export const MARK_STEPS = [
  `variables.mark in ['', variables.oldMark, ${quote(ENFORCED_REQUESTED)}]`,
  `|| (variables.mark == ${quote(ENFORCED_VALUE)} && variables.oldMark == ${quote(ENFORCED_REQUESTED)})`,
].join("\n");

/** The mark before and after the request, as variables. */
export const MARKS: Readonly<Record<string, string>> = {
  mark: `variables.labels[?${quote(ENFORCED_LABEL)}].orValue('')`,
  oldMark: `variables.oldLabels[?${quote(ENFORCED_LABEL)}].orValue('')`,
};

/** Matches shared objects that the operator is changing, before or after the request: at no other change of them the API server looks for a baseline. */
export const BEING_APPLIED: readonly Requirement[] = [{ key: APPLYING_LABEL, operator: "Exists" }];

/** Where a policy on what the operator applies to Namespaces looks. They are selected by their own labels: those after the request, and as objects those before, too. */
export const WHERE_NAMESPACES_ARE_APPLIED = {
  operations: ["UPDATE"],
  matches: [matchKind(namespace)],
  namespaces: [],
  objects: BEING_APPLIED,
} as const satisfies Partial<Confinement>;

/** CEL: the object says that it is being changed by the operator. Needs the variable `labels`. */
export const IS_APPLIED = `${quote(APPLYING_LABEL)} in variables.labels`;

/** CEL: the namespace of the request carries the mark, as far as the API server knows. */
export const IN_A_MARKED_NAMESPACE = `namespaceObject.?metadata.?labels[?${quote(ENFORCED_LABEL)}].orValue('') == ${quote(ENFORCED_VALUE)}`;

/** CEL: the label by which the API server judges workloads, of a map of labels; "" where it is missing. */
export function admissionMarkOf(labels: string): string {
  return `${labels}[?${quote(ADMISSION_LABEL)}].orValue('')`;
}

/** CEL: what the baseline has the operator mark: the mode of the section, "" where it is not in use. */
const ASKED_MODE = [
  "!has(params.spec) || !has(params.spec.admission) ? ''",
  ": params.spec.admission.?mode.orValue(params.spec.?mode.orValue('Enforce'))",
].join("\n");

/**
 * The label by which the API server judges workloads is the mode that the baseline asks for, and goes with the section. Without a baseline it may only go: what
 * carries it and is being changed, so that it may have been set, is refused.
 */
export function admissionMark(place: Place): Confinement {
  const [after, before] = [admissionMarkOf("variables.labels"), admissionMarkOf("variables.oldLabels")];
  return {
    name: "admission-mark",
    about: "The operator has workloads judged exactly where and as the namespace's baseline asks for it.",
    ...WHERE_NAMESPACES_ARE_APPLIED,
    by: { place, withoutBaseline: "Allow" },
    bindings: [
      { suffix: "" },
      { suffix: "-set", objects: [...BEING_APPLIED, { key: ADMISSION_LABEL, operator: "Exists" }], ifMissing: "Deny" },
    ],
    variables: {
      labels: "object.metadata.?labels.orValue({})",
      oldLabels: "oldObject.metadata.?labels.orValue({})",
      mode: ASKED_MODE,
      asked: "variables.mode == 'Off' ? '' : variables.mode",
    },
    validations: [
      {
        expression: `${after} == ${before} || ${after} == variables.asked`,
        message: `refused another value of the label ${ADMISSION_LABEL}: it is the mode of spec.admission in the namespace's SecurityBaseline, and absent where that is not in use`,
      },
    ],
  };
}
