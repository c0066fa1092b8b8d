/** Makes text that others chose fit the bounds of the status schema: a status that is refused tells nobody anything. */
import { createHash } from "node:crypto";

/** Longest name in status (`ObjectRef.name`, `EntryStatus.name`, `DriftEntry.manager`). */
const LONGEST_NAME = 253;
/** Longest message of a condition. */
const LONGEST_MESSAGE = 32_768;
const DIGEST = 12;

/** The name as it is, or where it is too long its beginning and a digest of the whole: two long names stay two. */
export function fitName(name: string): string {
  if (lengthOf(name) <= LONGEST_NAME) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, DIGEST);
  return `${cut(name, LONGEST_NAME - DIGEST - 1)}~${digest}`;
}

/** The message as it is, or its beginning. */
export function fitMessage(message: string): string {
  return cut(message, LONGEST_MESSAGE);
}

/** As the API server counts: characters of Unicode, whole ones. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join("");
}

function lengthOf(text: string): number {
  return text.length <= LONGEST_NAME ? text.length : [...text].length;
}
