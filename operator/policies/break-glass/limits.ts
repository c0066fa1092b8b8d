/** Words the refusals that tell the limits of a profile, and reads them: whoever may ask, but not read the baseline, learns the limits from these. */
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quoteList } from "../cel.ts";

/** Reads a refusal that tells a limit; undefined where the message of the API server says something else. */
type Reading = (message: string) => Readonly<Record<string, string | undefined>> | undefined;

/** What follows the limit where the role is one of which a grant can make itself permanent. */
const NOTICE = "mind that a grant of it can make itself permanent";

/** CEL: the longest time, of the profile that `profile` is. */
export function longestSentence(profile: string, { unboundedRoles }: Pick<BreakGlassSettings, "unboundedRoles">): string {
  const limit = `'the profile grants ' + string(${profile}.role) + ' for ' + string(${profile}.maxDuration) + ' at most: set spec.duration to ' + string(${profile}.maxDuration) + ' or less'`;
  return unboundedRoles.length === 0 ? limit : `${limit} + (string(${profile}.role) in ${quoteList(unboundedRoles)} ? '; ${NOTICE}' : '')`;
}

/** `role`, `longest` as the profile writes it, and `notice` where a grant of the role can make itself permanent. */
export const readLongest: Reading = (message) =>
  new RegExp(`the profile grants (?<role>\\S+) for (?<longest>\\S+) at most:[^;]*(?:; (?<notice>${NOTICE}))?`).exec(message)?.groups;

/** CEL: the longest time without approval. */
export function longestWithoutApprovalSentence(profile: string): string {
  return `'without approval the profile lasts ' + string(${profile}.?bypass.?maxDuration.orValue('0s')) + ' at most: lower spec.duration or remove spec.bypass'`;
}

/** `longest` without approval. */
export const readLongestWithoutApproval: Reading = (message) =>
  /without approval the profile lasts (?<longest>\S+) at most:/.exec(message)?.groups;
