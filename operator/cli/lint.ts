/** Runs `lint`, which tells what the API server would refuse about the objects of ours in files, with file and line. */
import { GROUP } from "../api/names.ts";
import { type Problem, printPath } from "../api/problem.ts";
import { OUR_KINDS, ourKind, validate } from "../api/validate.ts";
import { InputError, readDocuments, type SourceDocument } from "./documents.ts";
import type { CommandIo } from "./io.ts";

/**
 * Checks the objects of our group in the files and prints one line per problem, `file:line: path: message`, to stdout.
 * Objects of other groups are passed over.
 * @returns exit code: 0 fine, 1 problems found, 2 a file cannot be read or holds nothing of ours
 */
export async function runLint(files: readonly string[], io: CommandIo): Promise<number> {
  const { documents, failures } = await readAll(new Set(files), io);
  for (const failure of failures) io.stderr(`${failure}\n`);
  const ours = documents.filter(isOurs);
  const lines = [...new Set(files)].flatMap((file) =>
    ours
      .filter((document) => document.file === file)
      .flatMap(judge)
      .sort(byLine),
  );
  io.stdout(lines.map((line) => `${line.text}\n`).join(""));
  if (failures.length > 0) return 2;
  if (ours.length === 0) io.stderr(`no object of ${GROUP} found in ${files.join(", ") || "no file"}\n`);
  return ours.length === 0 ? 2 : Math.min(lines.length, 1);
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
  readonly line: number;
  readonly text: string;
}

function judge(document: SourceDocument): Line[] {
  const { value } = document;
  const kind = ourKind(value);
  const problems = kind === undefined ? [unknownKind(textAt(value, "kind"))] : validate(kind, value);
  return problems.map(({ path, message }) => {
    const line = document.lineOf(path);
    const place = path.length > 0 ? `${printPath(path)}: ` : "";
    return { line, text: `${document.file}:${line}: ${place}${message}` };
  });
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
