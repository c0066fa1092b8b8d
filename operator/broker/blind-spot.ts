/** Tells the broker what it cannot see of the cluster at present: nothing may be granted on what may have changed unseen. */
import type { Feed, Stored } from "../cluster/types.ts";
import type { PolicyWatch } from "../policywatch/watch.ts";
import type { BrokerCaches } from "./caches.ts";

/**
 * Why what is known may be out of date; undefined while every kind is followed. A watch that was cut for a moment is such a reason, too: it holds
 * up nothing but a grant, and that until it goes on.
 */
export function blindSpot(caches: BrokerCaches, policies: Pick<PolicyWatch, "feeds">): string | undefined {
  return sentence([...feedsOf(caches), ...policies.feeds].find(({ problem }) => problem !== undefined));
}

/** Why requests are not looked at, not even to end them: objects of grants that were not listed yet would count as gone. */
export function unlisted({ grants }: Pick<BrokerCaches, "grants">): string | undefined {
  return sentence([...grants.values()].find(({ synced, problem }) => !synced && problem !== undefined));
}

function sentence(feed: Feed<Stored> | undefined): string | undefined {
  return feed && `emergency access does not see all of the cluster: ${feed.problem}`;
}

/** Everything that the broker follows itself. */
export function feedsOf({ requests, decisions, entries, checkpoints, roles, grants }: BrokerCaches): readonly Feed<Stored>[] {
  return [requests, decisions, entries, checkpoints, roles, ...grants.values()];
}
