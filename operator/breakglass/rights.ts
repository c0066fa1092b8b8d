/** Says from when on a grant gives nobody anything, although objects of it may be there for as long as somebody keeps them from going. */
import { deadlineIn } from "./history.ts";
import type { Look } from "./look.ts";

/**
 * How long a token may be taken after its end, or after the deletion of its ServiceAccount began, in milliseconds: the API server allows for a minute of
 * difference between clocks (`jwt.DefaultLeeway`, in both cases), and remembers for ten seconds that a token was good. Five more, because times of
 * objects have whole seconds and the caches of API servers lag.
 */
const AFTERLIFE = 75_000;

/**
 * Milliseconds since the epoch. A binding gives its rights until it is gone, also while it is being deleted; without a ServiceAccount, or with one that
 * has been on its way out for long enough, there is nobody who has them.
 */
export function rightsGoneAt({ snapshot: { objects }, story }: Look): number {
  const identity = objects.get("identity");
  if (!objects.has("binding") || identity === undefined) return 0;
  const deadline = deadlineIn(story);
  const ends = [identity.terminatingSince, deadline === undefined ? undefined : deadline * 1000];
  return Math.min(...ends.filter((end) => end !== undefined)) + AFTERLIFE;
}
