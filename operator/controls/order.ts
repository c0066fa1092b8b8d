/** Puts generated lists and objects into one order, so that equal input gives equal bytes on every machine. */

/** Compares by UTF-16 code units; unlike a locale's order it is the same everywhere. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Each value once, in code unit order: for lists that stand for a set, in which neither order nor repetition means anything. */
export function sortedSet(values: Iterable<string>): readonly string[] {
  return [...new Set(values)].toSorted(byText);
}

/** The same map with its keys in code unit order. */
export function sortedMap<T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => byText(a, b)));
}
