/** Gathers all that one look at a namespace reads, from the caches at one moment and never from the API server. */
import { clusterPosture, namespacePosture, type PostureKind } from "../api/postures.ts";
import type { Effective } from "../controls/effective.ts";
import type { Facts } from "../facts/index.ts";
import type { Inventory } from "../plan/inventory.ts";
import type { Snapshot } from "../plan/snapshot.ts";
import type { Live } from "../plan/types.ts";
import { type BaselineEntry, type Caches, postureStore } from "./caches.ts";
import { kindStates } from "./feed-states.ts";

/** What states the posture of a namespace, unless it is gone or going: in the break-glass namespace the cluster's, elsewhere its own. */
export function baselineOf(caches: Caches, namespace: string): BaselineEntry | undefined {
  return present(caches, namespace === caches.breakGlassNamespace ? clusterPosture : namespacePosture, namespace);
}

/** A SecurityBaseline where the cluster's posture rules. */
export function misplacedOf(caches: Caches, namespace: string): BaselineEntry | undefined {
  return namespace === caches.breakGlassNamespace ? present(caches, namespacePosture, namespace) : undefined;
}

function present(caches: Caches, posture: PostureKind, namespace: string): BaselineEntry | undefined {
  const entry = postureStore(caches, posture).get(posture.namespaced ? namespace : "", posture.name);
  return entry?.baseline.metadata.deletionTimestamp === undefined ? entry : undefined;
}

/** Everything live in a namespace of the kinds that controls own and that are listed, and the Namespace itself. */
export function liveObjects(caches: Pick<Caches, "owned">, namespace: string): Live[] {
  return [...caches.owned].flatMap(([kind, { store, synced }]) => {
    if (!synced) return [];
    if (kind.scope === "InNamespace") return [...store.list(namespace).values()];
    const live = kind.scope === "TheNamespace" ? store.get("", namespace) : undefined;
    return live === undefined ? [] : [live];
  });
}

/** True while the namespace is being deleted: whatever we wrote there would be refused or thrown away. */
export function namespaceEnding(caches: Pick<Caches, "owned">, namespace: string): boolean {
  return [...caches.owned].some(([kind, { store }]) => kind.scope === "TheNamespace" && store.get("", namespace)?.terminating === true);
}

/**
 * True while a baseline is known and its namespace is not: the one watch was ahead of the other, or the namespace is gone. What we wrote there would
 * be refused for want of the mark. When the namespace comes it is looked at.
 */
export function namespaceUnseen(caches: Pick<Caches, "owned">, { posture, home }: Pick<BaselineEntry, "posture" | "home">): boolean {
  if (!posture.namespaced) return false;
  // Several aspects of a Namespace are owned; some are kept of those namespaces alone that have them.
  const aspects = [...caches.owned].filter(([kind]) => kind.scope === "TheNamespace");
  return aspects.every(([, { store, synced }]) => synced && store.get("", home) === undefined);
}

/** What a look at a baseline considers besides the caches. */
export interface Gathered {
  readonly baseline: Effective;
  readonly facts: Facts;
  readonly inventory: Inventory;
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
}

/** All that a look at this baseline considers. */
export function snapshotOf(caches: Caches, { posture }: BaselineEntry, { baseline, facts, inventory, now }: Gathered): Snapshot {
  const kinds = kindStates(caches, now);
  const live = liveObjects(caches, baseline.namespace).filter(({ kind }) => kinds.get(kind)?.known === true);
  return { baseline, facts, kinds, live, inventory, marks: posture.namespaced };
}

/** What the caches have now of the kinds that were known when the look began. */
export function knownLive(caches: Caches, { home }: BaselineEntry, { kinds }: Pick<Snapshot, "kinds">): Snapshot["live"] {
  return liveObjects(caches, home).filter(({ kind }) => kinds.get(kind)?.known === true);
}
