/** Describes one check of section `admission` as data, and writes the pieces of CEL that checks share. */
import type { AdmissionCheck } from "../../api/baseline-admission.ts";
import { quote } from "../cel.ts";

/**
 * One check. Its expressions are read without types: the fields of newer versions of Kubernetes may be unknown to the API server, and one policy judges
 * several kinds.
 */
export interface Check<Of> {
  readonly name: AdmissionCheck;
  /** CEL, by name: what the check makes of the baseline, once for all objects. */
  readonly terms?: Readonly<Record<string, string>>;
  /** CEL: whether the baseline asks for it; default: its field is there. */
  readonly asked?: string;
  /** CEL: a list of strings, one per problem, each without the name of the object. */
  problems(of: Of): string;
}

/** CEL: the section of the baseline, or an empty one. A check reads its own field without asking whether it is there. */
export const SECTION = "variables.section";

/** CEL: a list at most so long that a message stays readable. The API server drops one of more than 5 KiB. */
function shortened(list: string, joined: (list: string) => string): string {
  return `(${list}.size() <= 4 ? ${joined(list)} : ${joined(`[${list}[0], ${list}[1], ${list}[2]]`)} + ' and ' + string(${list}.size() - 3) + ' more')`;
}

/** CEL: the strings of a list, as `a or b`. */
export function either(list: string): string {
  return shortened(list, (some) => `${some}.join(' or ')`);
}

/** CEL: the strings of a list, as `a, b`. */
export function commas(list: string): string {
  return shortened(list, (some) => `${some}.join(', ')`);
}

/** CEL: the strings of a list in quotes, so that an empty one is seen. */
export function quoted(list: string): string {
  return shortened(list, (some) => `'"' + ${some}.join('", "') + '"'`);
}

/** CEL: one problem where a condition holds, otherwise none. */
export function problemIf(condition: string, text: string): string {
  return `(${condition}) ? [${text}] : []`;
}

/** CEL: whether the baseline asks for a check, and no exemption that is in force leaves this object out of it. */
export function applies<Of>({ name, asked = `has(${SECTION}.${name})` }: Check<Of>): string {
  return `${asked} && !variables.exempt.exists(e, ${quote(name)} in e)`;
}
