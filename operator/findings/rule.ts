/** The contract between a finding's rule and the rest of the house: status, metrics and docs follow from this declaration. */
import type { SecurityBaselineSpec } from "../api/baseline.ts";
import type { FindingSeverity } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import type { SectionName } from "../controls/control.ts";
import type { JudgedKind, OwnedKind } from "../kinds/kind.ts";
import type { BindingTraits } from "../kinds/role-binding.ts";
import type { Right } from "../kinds/role-rights.ts";

/** A role as a binding names it. */
export interface RoleRef {
  readonly kind: string;
  readonly name: string;
}

/** A binding that gives an account of the namespace rights outside of it. */
export interface OutsideBinding {
  readonly kind: string;
  readonly name: string;
  /** Empty for the whole cluster. */
  readonly namespace: string;
  readonly role: RoleRef;
  /** What the role allows where the binding holds. */
  readonly rights: readonly Right[];
}

/** What a rule may look at besides the object that it judges. */
export interface FindingContext {
  readonly namespace: string;
  /** Traits of the Namespace itself; empty while they are not known, and for the whole cluster. */
  readonly home: JsonObject;
  /** A section in use, with defaults; undefined for one that is absent or Off. */
  section<S extends SectionName>(name: S): SecurityBaselineSpec[S] | undefined;
  /** What a role allows; undefined for one that is not there. */
  rightsOf(role: RoleRef): readonly Right[] | undefined;
  /** Traits of the objects of a kind that the baseline asks for, as it asks for them. */
  asked(kind: OwnedKind): readonly JsonObject[];
  /** All RoleBindings of the namespace, also those that the baseline asks for, by name. */
  readonly bindings: readonly { readonly name: string; readonly traits: BindingTraits }[];
  /** Bindings of others by which an account of the namespace has rights outside of it, sorted. */
  outside(account: string): readonly OutsideBinding[];
}

/** One way in which an object of somebody else weakens a namespace. PURE: equal input gives equal output, and nothing else is read. */
export interface Rule {
  /** CamelCase, as in status and exceptions. */
  readonly id: string;
  readonly severity: FindingSeverity;
  /** Section whose purpose is undone. */
  readonly control: SectionName;
  /** Controls of public standards that ask for the same. */
  readonly standards: readonly string[];
  /** Kinds of the objects that are judged; their `traits` are what is known of them. Kinds outside of namespaces are judged for the whole cluster. */
  readonly kinds: readonly JudgedKind[];
  /** Of objects in namespaces only where the section is in use: elsewhere nobody asked for what is undone. Default: wherever there is a baseline. */
  readonly withSectionOnly?: boolean;
  /** Judges objects outside of namespaces by what they mean for one namespace, in each, and not for the whole cluster. Default false. */
  readonly inEachNamespace?: boolean;
  /** Judges objects of ours, too: by what the baseline leaves to others. Default false. */
  readonly alsoOurs?: boolean;
  /** One sentence with the remedy about an object of these traits and this name; undefined if it is harmless. */
  judge(traits: JsonObject, context: FindingContext, name: string): string | undefined;
}
