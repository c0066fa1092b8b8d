/** Makes the ClusterRole that adds a cluster's custom resources to what the supplied role for the whole cluster allows. */
import type { JsonObject } from "../api/json.ts";
import { DEFAULT_CLUSTER_ROLE } from "../api/names.ts";
import { partOfClusterRole } from "./supplied-roles.ts";
import { unboundedBecause } from "./unbounded.ts";

/** A kind that others brought. */
export interface CustomKind {
  readonly group: string;
  /** Plural name, as in URLs. */
  readonly resource: string;
  /** Subresources that it has. */
  readonly subresources: readonly string[];
}

/** The role, and what it leaves out. */
export interface CustomResources {
  readonly role: JsonObject;
  /** Groups of which a grant could make itself permanent, sorted. */
  readonly closed: readonly string[];
}

const WRITE = ["get", "list", "watch", "create", "update", "patch", "delete"];
/** Subresources have neither list nor create. */
const CHANGE = ["get", "update", "patch"];

/** Lists every kind, by group, but those of the groups `without` and of closed groups. Equal kinds in any order make an equal role. */
export function customResources(kinds: readonly CustomKind[], without: readonly string[]): CustomResources {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => !without.includes(group)).sort(byText);
  const rules = groups.map((group) => ({ group, rules: rulesOf(kinds.filter((kind) => kind.group === group)) }));
  const isClosed = (each: (typeof rules)[number]): boolean => unboundedBecause([...each.rules]) !== undefined;
  return {
    role: partOfClusterRole(
      `${DEFAULT_CLUSTER_ROLE}-custom-resources`,
      rules.filter((each) => !isClosed(each)).flatMap((each) => each.rules),
    ),
    closed: rules.filter(isClosed).map(({ group }) => group),
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Of the kinds of one group. */
function rulesOf(kinds: readonly CustomKind[]): readonly JsonObject[] {
  const sorted = kinds.toSorted((a, b) => byText(a.resource, b.resource));
  const apiGroups = [...new Set(sorted.map(({ group }) => group))];
  const parts = sorted.flatMap(({ resource, subresources }) => subresources.toSorted(byText).map((part) => `${resource}/${part}`));
  return [
    { apiGroups, resources: sorted.map(({ resource }) => resource), verbs: WRITE },
    ...(parts.length === 0 ? [] : [{ apiGroups, resources: parts, verbs: CHANGE }]),
  ];
}
