/** Compares resourceVersions: which of two states of one kind is the later one. */

const digits = /^[1-9][0-9]*$/;

/**
 * True if `candidate` is a later version than `known`. Versions of one kind compare as integers (KEP-5504), here as text because they may exceed
 * 2^53. Versions that are no integers have no order: then the one that arrives later counts as the newer one.
 */
export function isNewer(candidate: string, known: string): boolean {
  if (candidate === known) return false;
  if (!digits.test(candidate) || !digits.test(known)) return true;
  if (candidate.length !== known.length) return candidate.length > known.length;
  return candidate > known;
}

/** True if `candidate` is certainly an earlier version than `known`: both are integers. */
export function isOlder(candidate: string, known: string): boolean {
  return digits.test(candidate) && digits.test(known) && isNewer(known, candidate);
}
