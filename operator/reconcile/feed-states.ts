/** Says which kinds can be relied on now: for sections, for readiness, and for the gauge that alerts people. */
import type { SectionProblem } from "../api/reasons.ts";
import type { Feed, FeedFailure, Stored } from "../cluster/types.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import type { KindState } from "../plan/snapshot.ts";
import type { Caches } from "./caches.ts";

/** Milliseconds after which a kind that cannot be followed is no longer taken to be as it was last seen. */
export const LASTING = 120_000;

type Followed = Pick<Feed<Stored>, "synced" | "served" | "problem" | "failure">;

/** The problem of a feed that cannot be relied on: it was never listed and something is in the way, or has not been followed for two minutes. */
export function feedProblem({ synced, failure }: Followed, now: number): SectionProblem | undefined {
  if (failure === undefined || (synced && now - failure.since < LASTING)) return undefined;
  return { reason: failure.status === 403 ? "Forbidden" : "BackendUnavailable", message: failure.message };
}

/** Milliseconds until a failure has lasted; undefined if there is none or it has. */
export function untilLasting(failure: FeedFailure | undefined, now: number): number | undefined {
  if (failure === undefined) return undefined;
  const rest = failure.since + LASTING - now;
  return rest > 0 ? rest : undefined;
}

/** State of every kind that some control owns. */
export function kindStates({ owned, groups }: Pick<Caches, "owned" | "groups">, now: number): ReadonlyMap<OwnedKind, KindState> {
  return new Map([...owned].map(([kind, feed]) => [kind, kindState(kind, feed, { groups, now })]));
}

function kindState(kind: OwnedKind, feed: Followed, { groups, now }: { readonly groups: Followed; readonly now: number }): KindState {
  const needed = kind.optional === true && !groups.synced ? groups : feed;
  const problem = feedProblem(needed, now);
  return { known: feed.synced && problem === undefined, served: needed === groups || feed.served, problem };
}
