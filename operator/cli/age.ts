/** Says how long ago something was, for people who should not have to reckon with time zones. */

/** Seconds of each unit, the longest first. */
const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
];

/** `5m`: whole units of the longest that fits. `time` is RFC 3339, `now` milliseconds since the epoch; `?` for what is no time, `0s` for the future. */
export function age(time: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) return "?";
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? ["s", 1];
  return `${Math.floor(seconds / length)}${unit}`;
}
