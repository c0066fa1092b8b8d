/** Tells the rules of our schemas whether the API server takes a text as a regular expression: RE2, in the syntax of Go. */
import { RE2Set } from "re2js";

/** Longest pattern that is read, in UTF-16 units: 256 characters, the bound in our schema. The time to read one grows with its square. */
const MAX_LENGTH = 512;

/** What Go spells more loosely than the library. Text that only looks like it, quoted or escaped, is passed over first. */
const SPELLING = /\\Q.*?(?:\\E|$)|\\[pP](?:\{(?<not>\^?)(?<name>[^}]*)\}|(?<letter>[a-z]))|\\.|\(\?P?<(?<group>\w+)>/gsu;

/** Classes of characters that have a long name besides their short one, as Go compares it: https://pkg.go.dev/unicode#pkg-variables */
const LONG_NAMES = new Set(
  `Casedletter Closepunctuation Cntrl Combiningmark Connectorpunctuation Control Currencysymbol Dashpunctuation Decimalnumber Digit
  Enclosingmark Finalpunctuation Format Initialpunctuation Letter Letternumber Lineseparator Lowercaseletter Mark Mathsymbol
  Modifierletter Modifiersymbol Nonspacingmark Number Openpunctuation Other Otherletter Othernumber Otherpunctuation Othersymbol
  Paragraphseparator Privateuse Punct Punctuation Separator Spaceseparator Spacingmark Surrogate Symbol Titlecaseletter Unassigned
  Uppercaseletter`.split(/\s+/),
);

/**
 * True if the API server takes the pattern. The pattern is only read: the program of a short one can take hundreds of megabytes, so
 * none is built here, and nothing is ever matched.
 */
export function isRE2(pattern: string): boolean {
  if (pattern.length > MAX_LENGTH) return false;
  try {
    new RE2Set().add(respell(pattern.toWellFormed()));
    return true;
  } catch {
    return false;
  }
}

/** The same pattern as the library spells it, as far as only the verdict counts. */
function respell(pattern: string): string {
  let groups = 0;
  return pattern.replace(SPELLING, (text: string, ...rest: unknown[]) => {
    const { not, name, letter, group } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    // Two groups of one name are two groups to Go.
    if (group !== undefined) return `(?<g${groups++}>`;
    if (letter !== undefined) return text.slice(0, -1) + letter.toUpperCase();
    return name === undefined ? text : `${text.slice(0, 2)}{${not}${shortName(name)}}`;
  });
}

/** Go (since Kubernetes 1.35) compares names without regard to case, spaces, hyphens and underscores. */
function shortName(name: string): string {
  const bare = name.replaceAll(/[ _-]/g, "");
  const compared = bare.slice(0, 1).toUpperCase() + bare.slice(1).toLowerCase();
  return LONG_NAMES.has(compared) ? "L" : compared;
}
