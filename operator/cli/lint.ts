/** Runs `lint`, which tells what the API server would refuse about the objects in files, with file and line: baselines by their schema, and others by the baseline beside them. */
import { GROUP } from "../api/names.ts";
import { type Problem, printPath } from "../api/problem.ts";
import { OUR_KINDS, ourKind, validate } from "../api/validate.ts";
import { InputError, readDocuments, type SourceDocument } from "./documents.ts";
import type { CommandIo } from "./io.ts";
import { type Admission, lintAdmission } from "./lint-admission.ts";

/**
 * Checks the objects of our group in the files, and by section `admission` of a baseline among them the objects that it judges in its namespace. Prints one
 * line per problem, `file:line: path: message` or `file:line: Kind name: message`, to stdout, and to stderr what cannot be judged. What would only be warned
 * of is no problem. Other objects are passed over. `now`: milliseconds since the epoch, by which exemptions end.
 * @returns exit code: 0 fine, 1 problems found, 2 a file cannot be read or holds nothing of ours
 */
export function runLint(files: readonly string[], io: CommandIo, now: number): Promise<number> {
  return lint(files, io, (documents) => lintAdmission(documents, now));
}

/** As `runLint`, but of objects of our group alone. */
export function runLintOfOurs(files: readonly string[], io: CommandIo): Promise<number> {
  return lint(files, io, () => ({ told: [], unjudged: [] }));
}

async function lint(
  files: readonly string[],
  io: CommandIo,
  admissionOf: (documents: readonly SourceDocument[]) => Admission,
): Promise<number> {
  const { documents, failures } = await readAll(new Set(files), io);
  const { told, unjudged } = admissionOf(documents);
  for (const failure of [...failures, ...unjudged]) io.stderr(`${failure}\n`);
  const ours = documents.filter(isOurs);
  const found = [...ours.flatMap(judge), ...told.map(lineAbout)];
  const lines = [...new Set(files)].flatMap((file) => found.filter((line) => line.file === file).sort(byLine));
  io.stdout(lines.map(({ text }) => `${text}\n`).join(""));
  if (failures.length > 0) return 2;
  if (ours.length === 0) io.stderr(`no object of ${GROUP} found in ${files.join(", ") || "no file"}\n`);
  return ours.length === 0 ? 2 : Number(lines.some(({ isProblem }) => isProblem));
}

async function readAll(files: ReadonlySet<string>, io: CommandIo): Promise<{ documents: SourceDocument[]; failures: string[] }> {
  const documents: SourceDocument[] = [];
  const failures: string[] = [];
  for (const file of files) {
    try {
      documents.push(...(await readDocuments(file, io)));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(error.message);
    }
  }
  return { documents, failures };
}

function isOurs({ value }: SourceDocument): boolean {
  return textAt(value, "apiVersion").split("/")[0] === GROUP || ourKind(value) !== undefined;
}

function textAt(value: unknown, field: "apiVersion" | "kind"): string {
  const text = ((value ?? {}) as Record<string, unknown>)[field];
  return typeof text === "string" ? text : "";
}

interface Line {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly isProblem: boolean;
}

function judge(document: SourceDocument): Line[] {
  const { file, value } = document;
  const kind = ourKind(value);
  const problems = kind === undefined ? [unknownKind(textAt(value, "kind"))] : validate(kind, value);
  return problems.map(({ path, message }) => {
    const line = document.lineOf(path);
    const place = path.length > 0 ? `${printPath(path)}: ` : "";
    return { file, line, text: `${file}:${line}: ${place}${message}`, isProblem: true };
  });
}

function lineAbout({ document, text, isRefused }: Admission["told"][number]): Line {
  const { file } = document;
  const line = document.lineOf([]);
  return { file, line, text: `${file}:${line}: ${text}`, isProblem: isRefused };
}

function unknownKind(kind: string): Problem {
  return {
    path: ["kind"],
    message: `unknown kind ${JSON.stringify(kind)} of group ${GROUP}: known are ${OUR_KINDS.join(", ")}`,
  };
}

function byLine(a: Line, b: Line): number {
  return a.line - b.line;
}
