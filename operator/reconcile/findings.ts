/** Gathers what findings are judged by from one look at a namespace, and keeps their list for status. */
import type { SecurityBaselineSpec } from "../api/baseline.ts";
import type { FindingEntry } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import type { SectionName } from "../controls/control.ts";
import { applyExceptions, EXCEPTION_EXPIRED, type JudgedFinding, type Judgement } from "../findings/exceptions.ts";
import { findingsIn, SEVERITIES, type Suspect } from "../findings/find.ts";
import type { FindingContext, RoleRef } from "../findings/rule.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { role } from "../kinds/role.ts";
import { roleBinding } from "../kinds/role-binding.ts";
import type { Right } from "../kinds/role-rights.ts";
import { isOurs, isShareable } from "../plan/ownership.ts";
import type { Section, Snapshot } from "../plan/snapshot.ts";
import type { Live } from "../plan/types.ts";
import type { Caches } from "./caches.ts";
import { fitName, fitSentence } from "./fit.ts";

/** Entries that status holds at most; the rest is counted. */
const MAX_FINDINGS = 50;

/** What was found in one look. */
export interface Found extends Judgement {
  /** Kinds that could not be looked at: what was found in their objects before still stands. */
  readonly unseen: ReadonlySet<string>;
}

/** What of a namespace weakens its baseline. `now`: milliseconds since the epoch. */
export function findIn(
  { baseline, kinds, live, inventory }: Snapshot,
  sections: readonly Section[],
  { clusterRoles, now }: Pick<Caches, "clusterRoles"> & { readonly now: number },
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
  const context = contextOf({ baseline, live, sections, clusterRoles });
  const unknown = [...kinds].filter(([, { known, served }]) => !known && served).map(([{ kind }]) => kind);
  const unseen = new Set(clusterRoles.synced ? unknown : [...unknown, roleBinding.kind]);
  return { ...applyExceptions(findingsIn(suspects, context), baseline.exceptions, now), unseen };
}

/**
 * Carries both marks of a section in use: drift tells of it, or it is gone already. While a section cannot say what it asks for, what it had in place stands.
 * Both marks can be forged; with those of no section in use nobody else would tell of the object.
 */
function isUnmanaged({ kind, name, control, managed }: Live, sections: readonly Section[], inventory: Snapshot["inventory"]): boolean {
  const section = managed ? sections.find((one) => one.control.name === control) : undefined;
  return section !== undefined && (section.blocked === undefined || inventory.has(kind, name));
}

/** Exceptions end once a second at most; a timer holds less than 25 days. */
const WAITS = { least: 1000, most: 24 * 60 * 60 * 1000 };

/** Milliseconds until an exception ends, or until it is worth asking again; undefined if none is in use. */
export function waitForFindings({ due }: Pick<Found, "due">, now: number): number | undefined {
  return due === undefined ? undefined : Math.min(Math.max(due - now, WAITS.least), WAITS.most);
}

/** Findings for status. */
export interface FindingLog {
  readonly entries: readonly FindingEntry[];
  /** How many of all findings nobody accepted. */
  readonly open: number;
  /** What is told of exceptions, one sentence each. */
  readonly remarks: readonly string[];
}

/** What stood in status before keeps its time, and stays while it cannot be looked at. */
export function logFindings({ findings, unseen, idle }: Found, previous: readonly FindingEntry[] | undefined, now: string): FindingLog {
  const before = new Map((previous ?? []).map((entry) => [identityOf(entry), entry]));
  const seen = findings.map((finding) => entryOf(finding, before, now));
  const carried = [...before.values()].filter(({ ref }) => unseen.has(ref.kind));
  const fresh = seen.filter(({ ref }) => !unseen.has(ref.kind));
  const all = carried.length === 0 ? fresh : [...fresh, ...carried].toSorted(byWeight);
  return {
    entries: all.slice(0, MAX_FINDINGS),
    open: all.filter(({ accepted }) => accepted === undefined).length,
    remarks: unseen.size === 0 ? idle : [],
  };
}

/** Open ones before accepted ones, the worst first. */
function byWeight(a: FindingEntry, b: FindingEntry): number {
  const isAccepted = (entry: FindingEntry): number => (entry.accepted === undefined ? 0 : 1);
  return isAccepted(a) - isAccepted(b) || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

function entryOf(finding: JudgedFinding, before: ReadonlyMap<string, FindingEntry>, now: string): FindingEntry {
  const { control, rule, severity, ref, message, accepted } = finding;
  const told = { control, rule, severity, ref: { ...ref, name: fitName(ref.name) }, message: fitSentence(message) };
  const firstSeen = before.get(identityOf(told))?.firstSeen ?? now;
  return { ...told, firstSeen, ...(accepted !== undefined && { accepted }) };
}

function identityOf({ rule, ref, message }: Pick<FindingEntry, "rule" | "ref" | "message">): string {
  // One object may carry several expired exceptions.
  return JSON.stringify([rule, ref.kind, ref.name, rule === EXCEPTION_EXPIRED ? message : ""]);
}

function contextOf({
  baseline,
  live,
  sections,
  clusterRoles,
}: Pick<Snapshot, "baseline" | "live"> & { readonly sections: readonly Section[] } & Pick<Caches, "clusterRoles">): FindingContext {
  const values = new Map<SectionName, Section["value"]>(sections.map(({ control, value }) => [control.name, value]));
  const roles = new Map(live.filter(({ kind }) => kind === role).map((one) => [one.name, one]));
  return {
    namespace: baseline.namespace,
    section: <S extends SectionName>(name: S) => values.get(name) as SecurityBaselineSpec[S] | undefined,
    rightsOf: ({ kind, name }: RoleRef) =>
      rightsIn(kind === role.kind ? roles.get(name)?.traits : clusterRoles.store.get("", name)?.traits),
    asked: (kind: OwnedKind) =>
      sections.flatMap(({ desired }) => desired.filter((one) => one.kind === kind)).map(({ manifest }) => kind.traits?.(manifest) ?? {}),
  };
}

function rightsIn(traits: string | undefined): readonly Right[] | undefined {
  if (traits === undefined) return undefined;
  const { rights } = JSON.parse(traits) as JsonObject;
  return rights as unknown as readonly Right[];
}

function keyOf({ kind, name }: Pick<Live, "kind" | "name">): string {
  return `${kind.kind} ${name}`;
}
