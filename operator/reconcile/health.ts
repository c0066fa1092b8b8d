/** Asks each control how the objects of its section fare with their backends, and tells it as entries and as a problem. */
import type { EntryStatus } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { Feed, Stored } from "../cluster/types.ts";
import type { Control, EntryHealth, HealthView, Lack } from "../controls/control.ts";
import { byText } from "../controls/order.ts";
import type { ObservedKind, OwnedKind } from "../kinds/kind.ts";
import { isOurs } from "../plan/ownership.ts";
import type { Section } from "../plan/snapshot.ts";
import type { Caches } from "./caches.ts";
import { feedProblem } from "./feed-states.ts";
import { fitSentence } from "./fit.ts";

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

/** What health is asked of. */
export interface HealthSource {
  readonly caches: Pick<Caches, "owned" | "observed" | "groups">;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds of the clock of the feeds. */
  readonly monotonic: number;
}

type Asked = Pick<Section, "control" | "value" | "refused">;

/** What the controls of these sections say, by control. Only of objects that are there: of others the plan tells. */
export function healthOf(sections: readonly Asked[], namespace: string, source: HealthSource): ReadonlyMap<string, SectionHealth> {
  const asked = sections.filter(({ control, refused }) => refused === undefined && (control.health ?? control.caveat) !== undefined);
  return new Map(asked.map((section) => [section.control.name, sectionHealth(section, namespace, source)]));
}

/** Milliseconds until an answer changes by time alone; undefined if none does. */
export function waitForHealth(health: ReadonlyMap<string, SectionHealth>, now: number): number | undefined {
  const dues = [...health.values()].flatMap(({ due }) => due ?? []);
  return dues.length === 0 ? undefined : Math.max(Math.min(...dues) - now, LEAST_WAIT);
}

function sectionHealth({ control, value }: Asked, namespace: string, source: HealthSource): SectionHealth {
  const view = viewOf(namespace, source);
  const health = control
    .health?.(value, view)
    .filter((entry) => isThere(entry, control, { ...source, namespace }))
    .toSorted((a, b) => byText(a.kind, b.kind) || byText(a.name, b.name));
  const dues = (health ?? []).flatMap(({ due }) => due ?? []);
  return {
    entries: health?.map(statusOf),
    problem: problemOf(health ?? []),
    caveat: control.caveat?.(value, view),
    due: dues.length === 0 ? undefined : Math.min(...dues),
  };
}

/** Where an object of a section is looked for. */
interface Home extends HealthSource {
  readonly namespace: string;
}

/** An object that somebody else made is none of the section's, whatever its name. */
function isThere(entry: EntryHealth, control: Control, { caches, namespace, monotonic }: Home): boolean {
  const kind = control.owns.find((one) => one.kind === entry.kind);
  const feed = kind && caches.owned.get(kind);
  const live = feed !== undefined && isKnown(feed, monotonic) ? feed.store.get(namespace, entry.name) : undefined;
  return live !== undefined && isOurs(live);
}

/** Rows that are kept with what health reads of them. */
type HealthRow = Stored & { readonly facts: string | undefined; readonly due?: number | undefined };

/** What is known of a kind; what could not be followed for long is not. */
function isKnown(feed: Feed<Stored>, monotonic: number): boolean {
  return feed.synced && feedProblem(feed, monotonic) === undefined;
}

/** Why nothing is known of a kind. What the groups of the API do not have is absent only while they are followed themselves. */
function lackOf(feed: Feed<Stored>, { caches: { groups }, monotonic }: HealthSource): Lack | undefined {
  const absent = !feed.served && isKnown(groups, monotonic);
  const message = absent ? feed.problem : feedProblem(feed, monotonic)?.message;
  return message === undefined ? undefined : { absent, message };
}

/** The caches as health may see them: one namespace, cluster-scoped kinds, and the time. */
export function viewOf(namespace: string, source: HealthSource): HealthView {
  const { caches, now, monotonic } = source;
  const feeds = new Map<OwnedKind | ObservedKind, Feed<HealthRow>>([...caches.owned, ...caches.observed]);
  const isServed: HealthView["isServed"] = (kind) => {
    const feed = feeds.get(kind);
    return feed !== undefined && isKnown(feed, monotonic);
  };
  const homeOf = (kind: OwnedKind | ObservedKind): string => (kind.namespaced ? namespace : "");
  /** By kind, read once for a whole look: a namespace may have thousands of them. */
  const lists = new Map<OwnedKind | ObservedKind, ReadonlyMap<string, JsonObject>>();
  const parsed = (row: HealthRow | undefined): JsonObject | undefined => {
    if (row?.facts === undefined) return undefined;
    return { ...(JSON.parse(row.facts) as JsonObject), ...(row.due !== undefined && { due: row.due }) };
  };
  return {
    namespace,
    now,
    isServed,
    lack: (kind) => {
      const feed = feeds.get(kind);
      return feed === undefined ? undefined : lackOf(feed, source);
    },
    facts: (kind, name) => (isServed(kind) ? parsed(feeds.get(kind)?.store.get(homeOf(kind), name)) : undefined),
    all: (kind) => {
      const listed = lists.get(kind);
      if (listed !== undefined) return listed;
      const rows = isServed(kind) ? [...(feeds.get(kind)?.store.list(homeOf(kind)) ?? [])] : [];
      const read = new Map(
        rows.flatMap(([name, row]) => {
          const facts = parsed(row);
          return facts === undefined ? [] : [[name, facts] as const];
        }),
      );
      lists.set(kind, read);
      return read;
    },
  };
}

function statusOf({ kind, name, state, reason, message }: EntryHealth): EntryStatus {
  return { kind, name, state, reason, ...(message !== undefined && { message: fitSentence(message) }) };
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
