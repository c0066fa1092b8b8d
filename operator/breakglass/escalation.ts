/** Says from when on stand-ins decide about a request: so long after its approvers were asked as the profile says. */
import { escalatesIn, type Story } from "./history.ts";
import { escalationSeconds } from "./profiles.ts";
import { unixSeconds } from "./times.ts";
import type { CurrentProfile } from "./types.ts";

/**
 * From when on stand-ins decide, in milliseconds; undefined without any. The time counts from the first entry of the ledger, not from the creation of the
 * request: before that nobody was asked, and whoever fills their own line would else leave the approvers no time. That entry says it, too, and is believed
 * as far as the profile lets it: whoever holds the operator's token can write it otherwise.
 */
export function escalationTime(story: Story, profile: CurrentProfile | undefined): number | undefined {
  const recorded = escalatesIn(story);
  const seconds = profile === undefined ? undefined : escalationSeconds(profile.profile);
  if (recorded === undefined || seconds === undefined) return undefined;
  return Math.max(recorded, unixSeconds(story.requested?.time ?? "") + seconds) * 1000;
}

/** Whether stand-ins decide by now: the ledger says so, and not too early. */
export function isEscalated(story: Story, profile: CurrentProfile | undefined): boolean {
  const from = escalationTime(story, profile);
  return from !== undefined && escalatedAt(story) >= from;
}

/** The same by the ledger alone, for what was decided before: the profile may have changed since. */
export function wasEscalated(story: Story): boolean {
  const from = escalatesIn(story);
  return from !== undefined && escalatedAt(story) >= from * 1000;
}

function escalatedAt({ escalated }: Story): number {
  return escalated === undefined ? Number.NEGATIVE_INFINITY : unixSeconds(escalated.time) * 1000;
}
