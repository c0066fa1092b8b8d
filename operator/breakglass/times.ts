/** Writes and reads points in time as ledger, status and annotations hold them: RFC 3339 in UTC with seconds. */

/** Unix seconds, or a part of one, as RFC 3339 with whole seconds: `2026-11-23T10:00:00Z`. */
export function rfc3339(seconds: number): string {
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Unix seconds of an RFC 3339 time; NaN for what is none. */
export function unixSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
