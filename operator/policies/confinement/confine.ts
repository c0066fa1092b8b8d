/** Builds the policies that confine the operator: each judges requests of its account alone, and a failure to judge refuses. */
import { CONFINEMENT_PREFIX, OPERATOR_USERNAME } from "../../api/installation.ts";
import { CONTROL_LABEL, ENFORCED_LABEL, ENFORCED_VALUE } from "../../api/names.ts";
import { clusterPosture, namespacePosture, type PostureKind } from "../../api/postures.ts";
import type { SectionName } from "../../controls/control.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { quote, enforces as sectionEnforced, reports as sectionReported } from "../cel.ts";
import {
  type Binding,
  type IfMissing,
  type Matched,
  namespacesNamed,
  type Operation,
  type Policy,
  type Requirement,
  type Validation,
} from "../policy.ts";

/** CEL: the baseline asks for what this section says. Off is not asking, and Report writes nothing. */
export function enforces(section: SectionName): string {
  return sectionEnforced(section, "params");
}

/** CEL: the baseline asks to be told what of this section differs. */
export function reports(section: SectionName): string {
  return sectionReported(section, "params");
}

/**
 * Match conditions: the object is new, or one of these fields of it changes. What is not asked for any more may lose its owner and stay.
 * Read without types, because the kinds of other projects may be absent.
 */
export function changes(...fields: readonly string[]): Readonly<Record<string, string>> {
  const differ = fields.map((field) => `dyn(object).?${field} != dyn(oldObject).?${field}`);
  const name = fields.length === 1 ? `changes-the-${fields[0]}` : "changes-what-is-judged";
  return { [name]: ["request.operation == 'CREATE'", ...differ].join("\n|| ") };
}

/** Kinds, without the operations of a policy on them. */
export type MatchedKinds = Omit<Matched, "operations">;

/** Matches the objects of a kind, without their subresources. */
export function matchKind(kind: Pick<OwnedKind, "apiVersion" | "resource">): MatchedKinds {
  const [version = "", group = ""] = kind.apiVersion.split("/").toReversed();
  return { group, version, resources: [kind.resource] };
}

/** Kinds outside namespaces are shared, never generated. */
export function matchGenerated(kinds: readonly OwnedKind[]): MatchedKinds[] {
  return kinds.filter((kind) => kind.namespaced).map(matchKind);
}

/** Where one kind of baseline says what the operator writes. */
export interface Place {
  /** Begins the names of the policies that are in force there. */
  readonly prefix: "" | "cluster-";
  readonly posture: PostureKind;
  readonly namespaces: readonly Requirement[];
}

const MARKED: Requirement = { key: ENFORCED_LABEL, operator: "In", values: [ENFORCED_VALUE] };

/** Namespaces in which a SecurityBaseline is enforced: the mark keeps everybody else's requests from being held against a baseline that is not there. */
export function markedNamespaces(glass: string): Place {
  return { prefix: "", posture: namespacePosture, namespaces: [MARKED, ...namespacesNamed("NotIn", glass)] };
}

/** The break-glass namespace, in which the ClusterSecurityBaseline makes objects and nothing else does. */
export function breakGlassPlace(glass: string): Place {
  return { prefix: "cluster-", posture: clusterPosture, namespaces: namespacesNamed("In", glass) };
}

/** Objects that were made for a baseline. The label of tools, `app.kubernetes.io/managed-by`, decides nothing. */
const OURS: readonly Requirement[] = [{ key: CONTROL_LABEL, operator: "Exists" }];

/** What states the posture, as `params`. */
export interface Judge {
  readonly place: Place;
  /**
   * What happens where there is none. The API server looks for it before it asks who sends the request, so `Deny` refuses everybody who
   * writes such an object. `DenyCreation` refuses creations alone, for kinds whose own controllers update them: a finalizer
   * that nobody may take away would keep a deleted namespace from ever going.
   */
  readonly withoutBaseline: IfMissing | "DenyCreation";
}

/** What a policy of the confinement says beside what all of them have in common. */
export interface Confinement {
  /** Without the prefixes. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly operations: readonly Operation[];
  readonly matches: readonly MatchedKinds[];
  readonly by?: Judge;
  /** Judge only in these namespaces; default: where the judge is, otherwise in all. */
  readonly namespaces?: readonly Requirement[];
  /** Judge only such objects; default: with a judge those that carry our label before or after the request, otherwise all. */
  readonly objects?: readonly Requirement[];
  /** CEL, by name: narrows which requests are judged. */
  readonly conditions?: Readonly<Record<string, string>>;
  /** CEL, by name, in order: later ones may use earlier ones as `variables.<name>`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly validations: readonly Validation[];
  readonly bindings?: readonly Binding[];
}

/** The policy that a confinement stands for. */
export function confine(confinement: Confinement): Policy {
  const { name, about, by, variables, validations, bindings = apart(confinement) } = confinement;
  const namespaces = confinement.namespaces ?? by?.place.namespaces;
  const objects = confinement.objects ?? (by && OURS);
  return {
    name: CONFINEMENT_PREFIX + (by?.place.prefix ?? "") + name,
    about,
    matches: matching(confinement, confinement.operations),
    ...(namespaces && { namespaces }),
    ...(objects && { objects }),
    ...(by && { params: paramsOf(by) }),
    conditions: { "by-the-operator": `request.userInfo.username == ${quote(OPERATOR_USERNAME)}`, ...confinement.conditions },
    ...(variables && { variables }),
    validations,
    ...(bindings && { bindings }),
  };
}

function paramsOf({ place: { posture }, withoutBaseline }: Judge) {
  const ifMissing: IfMissing = withoutBaseline === "Allow" ? "Allow" : "Deny";
  return { kind: posture.kind, name: posture.name, ifMissing };
}

/** For `DenyCreation` one binding of the policy's name for creations, and one for updates. */
function apart(confinement: Confinement): readonly Binding[] | undefined {
  if (confinement.by?.withoutBaseline !== "DenyCreation") return undefined;
  return [
    { suffix: "", matches: matching(confinement, ["CREATE"]) },
    { suffix: "-updates", matches: matching(confinement, ["UPDATE"]), ifMissing: "Allow" },
  ];
}

function matching({ matches }: Confinement, operations: readonly Operation[]): readonly Matched[] {
  return matches.map((match) => ({ ...match, operations }));
}
