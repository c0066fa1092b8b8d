/** Says how each shell hands over what was typed, and in which form it takes candidates. PURE. */
import { visible } from "../../api/visible.ts";
import { shortened } from "../visible-text.ts";
import { readBashLine } from "./bash-line.ts";
import type { Candidate, Completion } from "./completions-of.ts";

/** Who can ask for candidates. */
export type Form = "bash" | "zsh" | "fish" | "powershell" | "kubectl";

/** What was typed, and how an answer to it is written. */
export interface Typed {
  /** The last one is at the cursor. */
  readonly words: readonly string[];
  /** A candidate in one line without its end; undefined if there is no safe way to write it. */
  written(candidate: Candidate): string | undefined;
}

/** Candidates in one answer. */
export const MOST_CANDIDATES = 1_000;

/** Characters of a candidate: no name of Kubernetes is longer than 253. */
const LONGEST = 512;
const LONGEST_DESCRIPTION = 100;

/** What each shell takes for text wherever it stands. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/** How what was typed is read from the words that a script passes on. */
export const FORMS: Readonly<Record<Form, (words: readonly string[]) => Typed>> = {
  bash: ([line = "", breaks = ""]) => {
    const { words, inserted } = readBashLine(line, breaks);
    return { words, written: ({ value }) => inserted(value) };
  },
  zsh: (words) => ({ words, written: described }),
  fish: (words) => ({ words, written: described }),
  // A dot stands before each word: older ones of this shell drop an argument that is empty.
  powershell: (words) => ({ words: words.map((word) => word.slice(1)), written: described }),
  // Which shell stands behind kubectl, and whether its script quotes what it inserts, is not known here.
  kubectl: (words) => ({ words, written: (candidate) => (PLAIN.test(candidate.value) ? described(candidate) : undefined) }),
};

function described({ value, description = "" }: Candidate): string {
  return description === "" ? value : `${value}\t${shortened(visible(description), LONGEST_DESCRIPTION)}`;
}

/** The last line of an answer, as scripts made by cobra know it (`ShellCompDirective`). */
const FILES_TOO = ":0";
const NO_FILES = ":4";

/** The answer to a shell: the candidates that go on what was typed, and whether files do. What a terminal would obey is left out. */
export function answerText({ words, written }: Typed, { prefix, wanted }: Completion, candidates: readonly Candidate[]): string {
  const word = words.at(-1) ?? "";
  const lines = candidates
    .filter(({ value }) => isHarmless(value))
    .map((candidate) => ({ ...candidate, value: prefix + candidate.value }))
    .filter(({ value }) => value.startsWith(word))
    .slice(0, MOST_CANDIDATES)
    .flatMap((candidate) => written(candidate) ?? []);
  return [...lines, wanted.kind === "Files" ? FILES_TOO : NO_FILES].map((line) => `${line}\n`).join("");
}

function isHarmless(value: string): boolean {
  return value !== "" && value.length <= LONGEST && visible(value) === value;
}
