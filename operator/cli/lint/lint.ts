/** Runs `lint`, which tells what the API server would refuse about the objects in files, with file and line: baselines by their schema, and others by the baseline beside them. */
import { GROUP } from "../../api/names.ts";
import { type Problem, printPath } from "../../api/problem.ts";
import { OUR_KINDS, ourKind, validate } from "../../api/validate.ts";
import { InputError, readDocuments, type SourceDocument } from "../documents.ts";
import type { CommandIo } from "../io.ts";
import { type Admission, lintAdmission } from "./admission.ts";
import { type LintForm, PRINTERS } from "./forms.ts";
import type { LintMessage } from "./message.ts";

export interface LintRequest {
  /** Files, no folders, in the order of the answer; "-" is standard input. */
  readonly files: readonly string[];
  readonly output: LintForm;
  /** What was found wrong with the command's own paths before. */
  readonly unread?: readonly LintMessage[];
  /** Milliseconds since the epoch, by which exemptions end. */
  readonly now: number;
}

/**
 * Checks the objects of our group in the files, and by section `admission` of a baseline among them the objects that it judges in its namespace. Prints one
 * message per problem, and what would be warned of, what is not judged and what cannot be read, which as text goes to stderr. Other objects are passed over.
 * @returns exit code: 0 fine, 1 problems found, 2 a file cannot be read or there is nothing of ours
 */
export async function runLint({ files, output, unread = [], now }: LintRequest, io: CommandIo): Promise<number> {
  return lint({ files, output, unread }, io, (documents) => lintAdmission(documents, now));
}

/** As `runLint` in form text, but of objects of our group alone. */
export function runLintOfOurs(files: readonly string[], io: CommandIo): Promise<number> {
  return lint({ files, output: "text", unread: [] }, io, () => ({ told: [], unjudged: [] }));
}

async function lint(
  { files, output, unread }: Required<Omit<LintRequest, "now">>,
  io: CommandIo,
  admissionOf: (documents: readonly SourceDocument[]) => Admission,
): Promise<number> {
  const { documents, failures } = await readAll(new Set(files), io);
  const { told, unjudged } = admissionOf(documents);
  const ours = documents.filter(isOurs);
  const found = inOrder(files, [...ours.flatMap(judge), ...told.map(aboutTold)]);
  const lost = [...unread, ...failures];
  const nothing = ours.length === 0 && lost.length === 0 ? [nothingIn(files)] : [];
  PRINTERS[output]([...lost, ...unjudged.map(aboutUnjudged), ...nothing, ...found], io);
  if (ours.length === 0 || lost.length > 0) return 2;
  return found.some(({ level }) => level === "error") ? 1 : 0;
}

async function readAll(files: ReadonlySet<string>, io: CommandIo): Promise<{ documents: SourceDocument[]; failures: LintMessage[] }> {
  const documents: SourceDocument[] = [];
  const failures: LintMessage[] = [];
  for (const file of files) {
    try {
      for (const document of await readDocuments(file, io)) documents.push(document);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push({ rule: "Unreadable", level: "error", file, line: error.line, text: error.detail });
    }
  }
  return { documents, failures };
}

/** By file as they are named, and by line. */
function inOrder(files: readonly string[], messages: readonly LintMessage[]): readonly LintMessage[] {
  const places = new Map([...new Set(files)].map((file, place) => [file, place]));
  const placeOf = ({ file = "" }: LintMessage): number => places.get(file) ?? 0;
  return messages.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.line ?? 0) - (b.line ?? 0));
}

function isOurs({ value }: SourceDocument): boolean {
  return textAt(value, "apiVersion").split("/")[0] === GROUP || ourKind(value) !== undefined;
}

function textAt(value: unknown, field: "apiVersion" | "kind" | "name" | "namespace"): string {
  const text = ((value ?? {}) as Record<string, unknown>)[field];
  return typeof text === "string" ? text : "";
}

function judge(document: SourceDocument): LintMessage[] {
  const { file, value } = document;
  const kind = ourKind(value);
  const problems = kind === undefined ? [unknownKind(textAt(value, "kind"))] : validate(kind, value);
  return problems.map(({ path, message }) => ({
    rule: "Schema",
    level: "error",
    file,
    line: document.lineOf(path),
    ...(path.length > 0 && { path: printPath(path) }),
    subject: subjectOf(document),
    text: message,
  }));
}

function aboutTold({ document, text, isRefused }: Admission["told"][number]): LintMessage {
  const level = isRefused ? "error" : "warning";
  return { rule: "Admission", level, file: document.file, line: document.lineOf([]), subject: subjectOf(document), text };
}

function aboutUnjudged({ document, text }: Admission["unjudged"][number]): LintMessage {
  return { rule: "NotJudged", level: "note", file: document.file, line: document.lineOf([]), subject: subjectOf(document), text };
}

function subjectOf({ value }: SourceDocument): string {
  const { metadata } = value as { readonly metadata?: unknown };
  const where = [textAt(metadata, "namespace"), textAt(metadata, "name")].filter((part) => part !== "").join("/");
  return `${textAt(value, "kind")} ${where}`.trim();
}

function unknownKind(kind: string): Problem {
  return {
    path: ["kind"],
    message: `unknown kind ${JSON.stringify(kind)} of group ${GROUP}: known are ${OUR_KINDS.join(", ")}`,
  };
}

/** Names that a sentence has room for. */
const MOST_NAMED = 10;

function nothingIn(files: readonly string[]): LintMessage {
  const rest = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : "";
  const names = files.length === 0 ? "no file" : `${files.slice(0, MOST_NAMED).join(", ")}${rest}`;
  return { rule: "NothingOfOurs", level: "error", text: `no object of ${GROUP} found in ${names}` };
}
