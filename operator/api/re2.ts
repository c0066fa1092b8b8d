/**
 * Owns the question whether a text is a regular expression as the API server's CEL takes it (RE2, in the syntax of Go). Patterns
 * of others are never run here: an engine that backtracks can be kept busy for ever by a short one.
 */

/** Largest count of a repetition, and of nested ones multiplied. */
const MAX_REPEAT = 1000;

const ESCAPE = String.raw`\\(?:[pP](?:[A-Z]|\{\^?\w+\})|x(?:[0-9a-fA-F]{2}|\{[0-9a-fA-F]{1,6}\})|0[0-7]{0,2}|[1-7][0-7]{1,2}|[aftnrvdDsSwW]|[^a-zA-Z0-9])`;
const ESCAPES = new RegExp(ESCAPE, "gu");

const NAMED_CLASS = /\[:\^?\w+:\]/g;

/** Each character fits one alternative only: there is nothing to try again when the end is missing. */
const CLASS = String.raw`\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]`;

/** In this order: the first that fits is the token. */
const TOKENS = {
  quoted: String.raw`\\Q[^]*?(?:\\E|$)`,
  flags: String.raw`\(\?(?:[imsU]+(?:-[imsU]+)?|-[imsU]+)\)`,
  open: String.raw`\((?:\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?:)|(?!\?))`,
  close: String.raw`\)`,
  or: String.raw`\|`,
  repeat: String.raw`(?:[*+?]|\{(?<least>\d+)(?<upTo>,(?<most>\d*))?\})\??`,
  class: CLASS,
  // Most of them match no character and may be repeated all the same.
  escape: String.raw`${ESCAPE}|\\[bBAz]`,
  plain: String.raw`[^\\[(]`,
} as const;

type Token = keyof typeof TOKENS;

const NAMES = Object.keys(TOKENS) as readonly Token[];
const TOKEN = new RegExp(NAMES.map((name) => `(?<${name}>${TOKENS[name]})`).join("|"), "uy");

/** A group that is being read. */
interface Level {
  /** Product of the counts of nested repetitions, the largest inside this group so far. */
  weight: number;
  /** Weight of what stands last; undefined where there is nothing to repeat. */
  last: number | undefined;
}

/** True if RE2 takes the pattern. Reads it once from left to right. */
export function isRE2(pattern: string): boolean {
  const levels: Level[] = [newLevel()];
  for (let at = 0; at < pattern.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(pattern)?.groups;
    if (groups === undefined || !accept(levels, groups)) return false;
  }
  return levels.length === 1;
}

function newLevel(): Level {
  return { weight: 1, last: undefined };
}

type Groups = Readonly<Record<string, string | undefined>>;

function accept(levels: Level[], groups: Groups): boolean {
  const level = levels.at(-1) ?? newLevel();
  if (groups["open"] !== undefined) return levels.push(newLevel()) <= MAX_REPEAT;
  if (groups["close"] !== undefined) return close(levels);
  if (groups["repeat"] !== undefined) return repeat(level, groups);
  const isAtom = groups["or"] === undefined && groups["flags"] === undefined;
  level.last = isAtom ? 1 : undefined;
  return groups["class"] === undefined || isClass(groups["class"]);
}

function close(levels: Level[]): boolean {
  const { weight } = levels.pop() ?? newLevel();
  const outer = levels.at(-1);
  if (outer === undefined) return false;
  outer.last = weight;
  outer.weight = Math.max(outer.weight, weight);
  return true;
}

function repeat(level: Level, { least, upTo, most }: Groups): boolean {
  if (level.last === undefined) return false;
  const from = Number(least ?? 0);
  const to = upTo === undefined || most === "" ? from : Number(most);
  if (to < from || to > MAX_REPEAT) return false;
  const weight = level.last * Math.max(to, 1);
  level.weight = Math.max(level.weight, weight);
  level.last = undefined;
  return weight <= MAX_REPEAT;
}

/** Whether escapes are known and ranges do not run backwards; a class that has both is left to the API server. */
function isClass(text: string): boolean {
  if (text.includes("\\")) return !text.replaceAll(ESCAPES, "").includes("\\");
  try {
    // Compiled and not run.
    new RegExp(text.replace(/^(\[\^?)\]/, String.raw`$1\]`).replaceAll(NAMED_CLASS, String.raw`\d`));
    return true;
  } catch {
    return false;
  }
}
