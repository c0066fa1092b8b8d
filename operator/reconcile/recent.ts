/** Keeps the last happenings as plain sentences in status, for readers of `kubectl describe`. */
import type { SecurityBaselineStatus } from "../api/baseline-status.ts";
import { fitSentence } from "./fit.ts";
import type { Told } from "./happenings.ts";

/** Sentences that status holds at most. */
const MAX_RECENT = 10;

/** The sentences after what happened now; `now` is RFC 3339. A list without any is left out, as the API server stores it. */
export function recentAfter(
  previous: SecurityBaselineStatus["recent"],
  happenings: readonly Told[],
  now: string,
): Pick<SecurityBaselineStatus, "recent"> {
  const time = now.slice("2026-11-23T".length, "2026-11-23T10:00:00".length);
  const sentences = happenings.map(({ note }) => fitSentence(`${time} ${note}`));
  const recent = [...sentences, ...(previous ?? [])].slice(0, MAX_RECENT);
  return recent.length === 0 ? {} : { recent };
}
