/** Shares short strings that occur on very many live objects, because parsed JSON brings a copy with each. */

/** Distinct strings that are kept at most; the names of namespaces and a few constants fit in. */
const CAPACITY = 16_384;
/** Longer strings are hardly ever equal. */
const MAX_LENGTH = 256;

const pool = new Map<string, string>();

/** The same text, as one string in memory for all who ask. Has no effect that a caller could see. */
export function intern<T extends string | undefined>(text: T): T {
  if (text === undefined || text.length > MAX_LENGTH) return text;
  const known = pool.get(text);
  if (known !== undefined) return known as T;
  if (pool.size >= CAPACITY) pool.clear();
  pool.set(text, text);
  return text;
}
