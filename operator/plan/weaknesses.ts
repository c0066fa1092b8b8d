/** Gathers what findings are judged by from a snapshot of a namespace: the operator and the command line find the same. PURE. */
import type { SecurityBaselineSpec } from "../api/baseline.ts";
import type { JsonObject } from "../api/json.ts";
import type { SectionName } from "../controls/control.ts";
import { BINDINGS } from "../findings/binding.ts";
import { applyExceptions, type Judgement } from "../findings/exceptions.ts";
import { findingsIn, type Suspect } from "../findings/find.ts";
import type { FindingContext, RoleRef } from "../findings/rule.ts";
import { type JudgedKind, kindKey, type OwnedKind } from "../kinds/kind.ts";
import { role } from "../kinds/role.ts";
import { bindingTraits, roleBinding } from "../kinds/role-binding.ts";
import type { Right } from "../kinds/role-rights.ts";
import { objectKey } from "./object-key.ts";
import { isOurs, isShareable } from "./ownership.ts";
import type { Section, Snapshot } from "./snapshot.ts";
import type { Live } from "./types.ts";

/** What is known of the ClusterRoles that RoleBindings refer to. */
export interface KnownClusterRoles {
  /** False while they are not listed. */
  readonly synced: boolean;
  /** By name, in namespace "". */
  readonly store: { get(namespace: string, name: string): { readonly traits: string | undefined } | undefined };
}

/** What was found in one look. */
export interface Found extends Judgement {
  /** Kinds that could not be looked at, as `kindKey` names them: what was found in their objects before still stands. */
  readonly unseen: ReadonlySet<string>;
}

/** What lies beyond the kinds that baselines generate: what reaches into a namespace from outside, and what weakens the whole cluster. */
export interface Beyond {
  readonly suspects: readonly Suspect[];
  /** Kinds that are not listed yet. */
  readonly unseen: readonly JudgedKind[];
  readonly outside: FindingContext["outside"];
}

/** What findings are judged by besides a snapshot. `now`: milliseconds since the epoch. */
export interface Surroundings {
  readonly clusterRoles: KnownClusterRoles;
  readonly beyond: Beyond;
  readonly now: number;
}

/** What of a namespace, and of what lies beyond, weakens its baseline. */
export function findIn(
  { baseline, kinds, live, inventory }: Snapshot,
  sections: readonly Section[],
  { clusterRoles, beyond, now }: Surroundings,
): Found {
  const asked = new Set(sections.flatMap(({ desired }) => desired.map(keyOf)));
  const suspects = live.flatMap((one): readonly Suspect[] => {
    // Also of one that is being deleted: it grants and opens until its last finalizer is gone.
    if (one.traits === undefined) return [];
    const isAsked = asked.has(keyOf(one));
    if (!isAsked && isUnmanaged(one, sections, inventory)) return [];
    const ours = isAsked && (isOurs(one) || isShareable(one));
    return [{ kind: one.kind, name: one.name, traits: JSON.parse(one.traits) as JsonObject, ours }];
  });
  const context = contextOf({ baseline, live, sections, clusterRoles, beyond });
  const unknown = [...kinds].filter(([, { known, served }]) => !known && served).map(([kind]) => kind);
  const unlisted = [...unknown, ...beyond.unseen, ...(clusterRoles.synced ? [] : BINDINGS)];
  const unseen = new Set(unlisted.map(kindKey));
  return { ...applyExceptions(findingsIn([...suspects, ...beyond.suspects], context), baseline.exceptions, now), unseen };
}

/**
 * Carries both marks of a section in use: drift tells of it, or it is gone already. While a section cannot say what it asks for, what it had in place stands.
 * Both marks can be forged; with those of no section in use nobody else would tell of the object.
 */
function isUnmanaged({ kind, name, control, managed }: Live, sections: readonly Section[], inventory: Snapshot["inventory"]): boolean {
  const section = managed ? sections.find((one) => one.control.name === control) : undefined;
  return section !== undefined && (section.blocked === undefined || inventory.has(kind, name));
}

function contextOf({
  baseline,
  live,
  sections,
  clusterRoles,
  beyond,
}: Pick<Snapshot, "baseline" | "live"> & { readonly sections: readonly Section[] } & Omit<Surroundings, "now">): FindingContext {
  const values = new Map<SectionName, Section["value"]>(sections.map(({ control, value }) => [control.name, value]));
  const roles = new Map(live.filter(({ kind }) => kind === role).map((one) => [one.name, one]));
  return {
    namespace: baseline.namespace,
    home: homeOf(live),
    section: <S extends SectionName>(name: S) => values.get(name) as SecurityBaselineSpec[S] | undefined,
    rightsOf: ({ kind, name }: RoleRef) =>
      rightsIn(kind === role.kind ? roles.get(name)?.traits : clusterRoles.store.get("", name)?.traits),
    asked: (kind: OwnedKind) =>
      sections.flatMap(({ desired }) => desired.filter((one) => one.kind === kind)).map(({ manifest }) => kind.traits?.(manifest) ?? {}),
    bindings: live.flatMap(({ kind, name, traits }) =>
      kind === roleBinding && traits !== undefined ? [{ name, traits: bindingTraits(JSON.parse(traits) as JsonObject) }] : [],
    ),
    outside: beyond.outside,
  };
}

/** Traits of the Namespace. */
function homeOf(live: Snapshot["live"]): JsonObject {
  const traits = live.find(({ kind, traits }) => kind.scope === "TheNamespace" && traits !== undefined)?.traits;
  return traits === undefined ? {} : (JSON.parse(traits) as JsonObject);
}

/** Reads the traits of a role. */
export function rightsIn(traits: string | undefined): readonly Right[] | undefined {
  if (traits === undefined) return undefined;
  const { rights } = JSON.parse(traits) as JsonObject;
  return rights as unknown as readonly Right[];
}

function keyOf({ kind, name }: Pick<Live, "kind" | "name">): string {
  return objectKey(kind, name);
}
