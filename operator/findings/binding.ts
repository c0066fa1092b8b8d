/** Reads what a RoleBinding gives to whom, for the rules about access. */
import type { Audience, AudienceClass, Listed } from "../kinds/binding-audience.ts";
import type { Right } from "../kinds/role-rights.ts";
import type { RoleRef, Rule } from "./rule.ts";

/** A binding as rules see it. */
export interface Binding {
  readonly role: RoleRef;
  /** Empty also for a role that is not there: it gives nothing now. */
  readonly rights: ReadonlySet<Right>;
}

/** Users, groups and everybody: whoever is not a workload. */
export const PEOPLE: readonly AudienceClass[] = ["User", "Group", "Public"];

/** The ServiceAccounts of others are no people either. */
export const ANYBODY: readonly AudienceClass[] = [...PEOPLE, "ForeignAccount", "OwnAccount"];

const WORDS: Readonly<Record<AudienceClass, string>> = {
  User: "User",
  Group: "Group",
  Public: "everybody in",
  OwnAccount: "ServiceAccount",
  ForeignAccount: "ServiceAccount",
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
    const { role, audience } = traits as unknown as { readonly role: RoleRef; readonly audience: Audience };
    const named = classes.flatMap((one) => (audience[one] === undefined ? [] : [`${WORDS[one]} ${namesOf(audience[one])}`]));
    return named.length === 0 ? undefined : say({ role, rights: new Set(context.rightsOf(role)) }, named.join(" and "));
  };
}

/** A Role of the namespace may have the name of a ClusterRole. */
export function roleName({ kind, name }: RoleRef): string {
  return kind === "Role" ? `Role ${name}` : name;
}

function namesOf({ names, count }: Listed): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
