/** Reads what a RoleBinding or ClusterRoleBinding gives to whom, for the rules about access. */
import type { Audience, AudienceClass, Listed } from "../kinds/binding-audience.ts";
import { clusterRoleBinding } from "../kinds/cluster-role-binding.ts";
import type { JudgedKind } from "../kinds/kind.ts";
import { bindingTraits, roleBinding } from "../kinds/role-binding.ts";
import type { Right } from "../kinds/role-rights.ts";
import type { RoleRef, Rule } from "./rule.ts";

/** What a RoleBinding gives in its namespace, a ClusterRoleBinding gives in every namespace. */
export const BINDINGS: readonly JudgedKind[] = [roleBinding, clusterRoleBinding];

/** A binding as rules see it. */
export interface Binding {
  readonly role: RoleRef;
  /** Empty also for a role that is not there: it gives nothing now. */
  readonly rights: ReadonlySet<Right>;
  /** It holds in the whole cluster. */
  readonly everywhere: boolean;
}

/** Users, groups and everybody: whoever is not a workload. Workloads count where nobody chose them: by their being in some pod, or too many to be looked at. */
export const PEOPLE: readonly AudienceClass[] = ["User", "Group", "Public", "DefaultAccount", "Crowd"];

/** The ServiceAccounts of others are no people either. */
export const ANYBODY: readonly AudienceClass[] = [...PEOPLE, "ForeignAccount", "OwnAccount"];

const WORDS: Readonly<Record<AudienceClass, string>> = {
  User: "User",
  Group: "Group",
  Public: "everybody in",
  OwnAccount: "ServiceAccount",
  ForeignAccount: "ServiceAccount",
  DefaultAccount: "ServiceAccount",
  Crowd: "ServiceAccounts",
};

/**
 * A `judge` for bindings that give anything to one of these classes. `say` gets them as words, for example `User bob and Group dev`, and answers one
 * sentence with the remedy, or undefined where nothing is wrong.
 */
export function aboutBindings(
  classes: readonly AudienceClass[],
  say: (binding: Binding, whom: string) => string | undefined,
): Rule["judge"] {
  return (traits, context) => {
    const { role, audience, everywhere = false } = bindingTraits(traits);
    const whom = peopleIn(audience, classes);
    return whom === undefined ? undefined : say({ role, rights: new Set(context.rightsOf(role)), everywhere }, whom);
  };
}

/** Who of these classes is meant, in words; undefined if nobody. */
export function peopleIn(audience: Audience, classes: readonly AudienceClass[]): string | undefined {
  const named = classes.flatMap((one) => (audience[one] === undefined ? [] : [`${WORDS[one]} ${namesOf(audience[one])}`]));
  return named.length === 0 ? undefined : named.join(" and ");
}

/** A Role of the namespace may have the name of a ClusterRole. */
export function roleName({ kind, name }: RoleRef): string {
  return kind === "Role" ? `Role ${name}` : name;
}

/** How to give what is needed instead: where everybody sees it, or no further than it is needed. */
export function insteadOf({ everywhere }: Pick<Binding, "everywhere">): string {
  return everywhere ? "by RoleBindings in the namespaces that need it" : "by spec.access";
}

function namesOf({ names, count }: Listed): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
