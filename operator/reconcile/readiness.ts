/** Says whether this instance knows enough of the cluster: for the kubelet's question, and for the loop that waits to begin. */

import type { FollowedFeed } from "./caches.ts";
import { feedProblem } from "./feed-states.ts";

/** Milliseconds for which a kind that cannot be listed holds up the others. */
const PATIENCE = 10_000;

/**
 * What is missing for readiness, in one sentence; undefined if nothing is. A kind that every installation needs must be listed and followed; any other
 * is waited for only while nothing is in its way: a rollout must not depend on the API of another project.
 */
export function notReady(followed: readonly FollowedFeed[], now: number): string | undefined {
  const missing = followed.filter(({ feed, needed }) => {
    if (needed) return !feed.synced || feedProblem(feed, now) !== undefined;
    return isAwaited(feed) && feed.failure === undefined;
  });
  return missing.length === 0 ? undefined : missing.map(sentence).join("; ");
}

/**
 * Whether the loop should wait for the lists to be complete. A list that merely takes its time is waited for as long as it takes, because what is not
 * listed yet would be told as missing; one that has a problem only for a while.
 */
export function isFilling(followed: readonly FollowedFeed[], now: number): boolean {
  return followed.some(({ feed }) => isAwaited(feed) && (feed.failure === undefined || now - feed.failure.since < PATIENCE));
}

function isAwaited({ synced, served }: FollowedFeed["feed"]): boolean {
  return !synced && served;
}

function sentence({ resource, feed }: FollowedFeed): string {
  return feed.failure?.message ?? feed.problem ?? `${resource} are not listed yet`;
}
