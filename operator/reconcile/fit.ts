/** Makes text that others chose fit into status: a status that is refused tells nobody anything, and one that a name of theirs can add lines to tells lies. */
import { createHash } from "node:crypto";
import { visible } from "../api/visible.ts";

/** Longest name in status (`ObjectRef.name`, `EntryStatus.name`, `DriftEntry.manager`). */
const LONGEST_NAME = 253;
/** Longest message of a condition. */
const LONGEST_MESSAGE = 32_768;
/** Longest sentence of `recent`, and message of an entry (`EntryStatus.message`). */
const LONGEST_SENTENCE = 512;
const DIGEST = 12;

/** The name in one line, or where that is too long its beginning and a digest of the whole: two long names stay two. */
export function fitName(name: string): string {
  const line = visible(name);
  if (lengthOf(line) <= LONGEST_NAME) return line;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, DIGEST);
  return `${cut(line, LONGEST_NAME - DIGEST - 1)}~${digest}`;
}

/** The message in one line, or the beginning of it. */
export function fitMessage(message: string): string {
  return fitTo(LONGEST_MESSAGE, message);
}

/** A sentence of `recent`, or the message of an entry, in one line, or the beginning of it. */
export function fitSentence(sentence: string): string {
  return fitTo(LONGEST_SENTENCE, sentence);
}

/** The text in one line, or its beginning of this length. */
export function fitTo(length: number, text: string): string {
  return cut(visible(text), length);
}

/** As the API server counts: characters of Unicode, whole ones. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join("");
}

function lengthOf(text: string): number {
  return text.length <= LONGEST_NAME ? text.length : [...text].length;
}
