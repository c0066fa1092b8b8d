/** Reads and writes durations as Go does (`1h30m0s`), the form in which the backends of secrets store them. */

/** Milliseconds per unit (Go `time.ParseDuration`). */
const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  μs: 0.001,
  ns: 0.000001,
};

const PART = /(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|μs|ns)/g;
const WHOLE = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|m|s|us|µs|μs|ns))+$/;

/** Milliseconds of a duration as Go reads it, `1.5h` or `90m`; undefined for anything else, negative ones included. */
export function durationMillis(text: string): number | undefined {
  if (text === "0") return 0;
  if (!WHOLE.test(text)) return undefined;
  return [...text.matchAll(PART)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
}

/** The one form in which equal durations of whole seconds are equal text, as Go prints it. Everything else stays as it is. */
export function canonicalDuration(text: string): string {
  const seconds = (durationMillis(text) ?? Number.NaN) / 1000;
  if (!Number.isSafeInteger(seconds)) return text;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60);
  const ofHours = hours > 0 ? `${hours}h${minutes % 60}m` : `${minutes}m`;
  return minutes > 0 ? `${ofHours}${seconds % 60}s` : `${seconds}s`;
}
