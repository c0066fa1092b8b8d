/** Owns how the objects of a section fare with their backends: asked of its control, told as entries and as a problem. */
import type { EntryStatus } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { withDefaults } from "../api/validate.ts";
import type { Feed, Stored } from "../cluster/types.ts";
import type { Control, EntryHealth, HealthView } from "../controls/control.ts";
import { byText } from "../controls/order.ts";
import type { ObservedKind, OwnedKind } from "../kinds/kind.ts";
import { isOurs } from "../plan/ownership.ts";
import type { BaselineEntry, Caches } from "./caches.ts";
import type { Section } from "./snapshot.ts";

/** Objects that a message names at most. */
const MAX_NAMED = 10;
/** The clock of the cluster's objects and our own may disagree: no more than one look in so many milliseconds because of time. */
const LEAST_WAIT = 1000;

export interface SectionHealth {
  /** By kind and name; absent if nothing of the section has a backend. */
  readonly entries: readonly EntryStatus[] | undefined;
  readonly problem: SectionProblem | undefined;
  /** What could not be checked. */
  readonly caveat: string | undefined;
  /** Milliseconds since the epoch when the answer changes by time alone. */
  readonly due: number | undefined;
}

/** What health is asked of: the caches, and the time in milliseconds since the epoch. */
export interface HealthSource {
  readonly caches: Pick<Caches, "owned" | "observed">;
  readonly now: number;
}

type Asked = Pick<BaselineEntry, "baseline" | "home">;

/** What the controls of these sections say, by control. Only of objects that are there: of others the plan tells. */
export function healthOf(
  sections: readonly Pick<Section, "control">[],
  entry: Asked,
  source: HealthSource,
): ReadonlyMap<string, SectionHealth> {
  const asked = sections.map(({ control }) => control).filter(({ health, caveat }) => health !== undefined || caveat !== undefined);
  return new Map(asked.map((control) => [control.name, sectionHealth(control, entry, source)]));
}

/** Milliseconds until an answer changes by time alone; undefined if none does. */
export function waitForHealth(health: ReadonlyMap<string, SectionHealth>, now: number): number | undefined {
  const dues = [...health.values()].flatMap(({ due }) => due ?? []);
  return dues.length === 0 ? undefined : Math.max(Math.min(...dues) - now, LEAST_WAIT);
}

function sectionHealth(control: Control, { baseline, home: namespace }: Asked, { caches, now }: HealthSource): SectionHealth {
  const section = withDefaults(baseline).spec?.[control.name];
  if (section === undefined) return { entries: undefined, problem: undefined, caveat: undefined, due: undefined };
  const health = control
    .health?.(section, viewOf(caches, namespace, now))
    .filter((entry) => isThere(entry, control, { caches, namespace }))
    .toSorted((a, b) => byText(a.kind, b.kind) || byText(a.name, b.name));
  const dues = (health ?? []).flatMap(({ due }) => due ?? []);
  return {
    entries: health?.map(statusOf),
    problem: problemOf(health ?? []),
    caveat: control.caveat?.(section),
    due: dues.length === 0 ? undefined : Math.min(...dues),
  };
}

interface Place {
  readonly caches: HealthSource["caches"];
  readonly namespace: string;
}

/** An object that somebody else made is none of the section's, whatever its name. */
function isThere(entry: EntryHealth, control: Control, { caches, namespace }: Place): boolean {
  const kind = control.owns.find((one) => one.kind === entry.kind);
  const feed = kind && caches.owned.get(kind);
  const live = feed?.synced === true ? feed.store.get(namespace, entry.name) : undefined;
  return live !== undefined && isOurs(live);
}

/** Rows that are kept with facts. */
type Facts = Stored & { readonly facts: string | undefined };

/** The caches as health may see them: one namespace, cluster-scoped kinds, and the time in milliseconds since the epoch. */
export function viewOf(caches: Pick<Caches, "owned" | "observed">, namespace: string, now: number): HealthView {
  const feeds = new Map<OwnedKind | ObservedKind, Feed<Facts>>([...caches.owned, ...caches.observed]);
  const isServed: HealthView["isServed"] = (kind) => feeds.get(kind)?.synced === true;
  const place = (kind: OwnedKind | ObservedKind): string => (kind.namespaced ? namespace : "");
  const parsed = (row: Facts | undefined): JsonObject | undefined => (row?.facts === undefined ? undefined : JSON.parse(row.facts));
  return {
    namespace,
    now,
    isServed,
    facts: (kind, name) => (isServed(kind) ? parsed(feeds.get(kind)?.store.get(place(kind), name)) : undefined),
    all: (kind) => {
      const rows = isServed(kind) ? [...(feeds.get(kind)?.store.list(place(kind)) ?? [])] : [];
      return new Map(rows.flatMap(([name, row]) => (row.facts === undefined ? [] : [[name, JSON.parse(row.facts) as JsonObject]])));
    },
  };
}

function statusOf({ kind, name, state, reason, message }: EntryHealth): EntryStatus {
  return { kind, name, state, reason, ...(message !== undefined && { message }) };
}

function problemOf(health: readonly EntryHealth[]): SectionProblem | undefined {
  const failed = health.filter(({ state }) => state === "Failed").map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`);
  const pending = health.filter(({ state }) => state === "Pending").map(({ kind, name }) => `${kind} ${name}`);
  if (failed.length > 0) return { reason: "BackendUnavailable", message: listed(failed) };
  return pending.length > 0 ? { reason: "Progressing", message: `waiting for the backend of: ${listed(pending)}` } : undefined;
}

function listed(items: readonly string[]): string {
  const more = items.length - MAX_NAMED;
  return more > 0 ? `${items.slice(0, MAX_NAMED).join(", ")} and ${more} more` : items.join(", ");
}
