/** Builds the policies that confine the operator: each judges requests of its account alone, and a failure to judge refuses. */
import { OPERATOR_USERNAME } from "../../api/installation.ts";
import { BREAK_GLASS_NAMESPACE, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../../api/names.ts";
import { namespacePosture, type PostureKind } from "../../api/postures.ts";
import type { SectionName } from "../../controls/control.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { quote, enforces as sectionEnforced } from "../cel.ts";
import { type Binding, type Matched, namespacesNamed, type Operation, type Policy, type Requirement, type Validation } from "../policy.ts";

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

/** Kinds, without the operations of a policy on them. */
export type MatchedKinds = Omit<Matched, "operations">;

/** Matches the objects of a kind, without their subresources. */
export function matchKind(kind: OwnedKind): MatchedKinds {
  const [version = "", group = ""] = kind.apiVersion.split("/").toReversed();
  return { group, version, resources: [kind.resource] };
}

/**
 * `Allow` does not judge. `Deny` refuses, but judges only objects that carry our label before or after the request: the API
 * server looks for the baseline before it asks who sends the request, so otherwise everybody would be refused in every
 * namespace without a baseline. `DenyCreation` refuses creations in that way and does not judge updates, for kinds whose own
 * controllers update them: a finalizer that nobody may take away would keep a deleted namespace from ever going.
 */
export type WithoutBaseline = "Deny" | "DenyCreation" | "Allow";

/** Where the ClusterSecurityBaseline states what is generated. */
export const IN_BREAK_GLASS: readonly Requirement[] = namespacesNamed("In", BREAK_GLASS_NAMESPACE);

/**
 * Everywhere else. A policy that refuses without a SecurityBaseline is limited to this for kinds that the
 * ClusterSecurityBaseline generates, too: it would refuse all of them in the break-glass namespace, whatever their names.
 */
export const OUTSIDE_BREAK_GLASS: readonly Requirement[] = namespacesNamed("NotIn", BREAK_GLASS_NAMESPACE);

/** What a policy of the confinement says beside what all of them have in common. */
export interface Confinement {
  /** Without the prefix that all of them have. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly operations: readonly Operation[];
  readonly matches: readonly MatchedKinds[];
  /** Judge with what states the namespace's posture as `params`; says what happens where there is none. */
  readonly withoutBaseline?: WithoutBaseline;
  /** Kind that states the posture where this is judged; default SecurityBaseline. */
  readonly posture?: PostureKind;
  /** Judge only in these namespaces; default in all. */
  readonly namespaces?: readonly Requirement[];
  /** CEL, by name: narrows which requests are judged. */
  readonly conditions?: Readonly<Record<string, string>>;
  /** CEL, by name, in order: later ones may use earlier ones as `variables.<name>`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly validations: readonly Validation[];
}

/** Begins the names of all policies of the confinement. */
export const CONFINEMENT_PREFIX = "securitybaseline-operator-";

const OURS: readonly Requirement[] = [{ key: MANAGED_BY_LABEL, operator: "In", values: [MANAGED_BY_VALUE] }];

/** The policy that a confinement stands for. */
export function confine(confinement: Confinement): Policy {
  const { name, about, withoutBaseline, posture = namespacePosture, namespaces, variables, validations } = confinement;
  return {
    name: CONFINEMENT_PREFIX + name,
    about,
    matches: matching(confinement, confinement.operations),
    ...(namespaces && { namespaces }),
    ...(withoutBaseline !== undefined && withoutBaseline !== "Allow" && { objects: OURS }),
    ...(withoutBaseline && {
      params: { kind: posture.kind, name: posture.name, ifMissing: withoutBaseline === "Allow" ? "Allow" : "Deny" },
    }),
    conditions: { "by-the-operator": `request.userInfo.username == ${quote(OPERATOR_USERNAME)}`, ...confinement.conditions },
    ...(variables && { variables }),
    validations,
    ...(withoutBaseline === "DenyCreation" && { bindings: creationsApart(confinement) }),
  };
}

/** One binding of the policy's name for creations, and one for updates. */
function creationsApart(confinement: Confinement): readonly Binding[] {
  return [
    { suffix: "", matches: matching(confinement, ["CREATE"]) },
    { suffix: "-updates", matches: matching(confinement, ["UPDATE"]), ifMissing: "Allow" },
  ];
}

function matching({ matches }: Confinement, operations: readonly Operation[]): readonly Matched[] {
  return matches.map((match) => ({ ...match, operations }));
}
