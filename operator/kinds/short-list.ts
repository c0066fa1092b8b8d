/** Keeps of a list as much as is short, for traits, which must not grow with the object. */

/** What was kept of a list. */
export interface ShortList<T> {
  readonly kept: readonly T[];
  /** Something was left off. */
  readonly isCut: boolean;
}

/** The first entries of a list that are together no longer than so many characters of JSON. */
export function shortened<T>(list: readonly T[], longest: number): ShortList<T> {
  const kept: T[] = [];
  let left = longest;
  for (const one of list) {
    left -= JSON.stringify(one).length;
    if (left < 0) break;
    kept.push(one);
  }
  return { kept, isCut: kept.length < list.length };
}
