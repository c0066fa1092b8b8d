/** Reads the objects that a command is given: files, standard input, several documents, lists. */
import type { ObjectPath } from "../api/problem.ts";
import type { CommandIo } from "./io.ts";
import { parseYaml, type YamlDocument, YamlError } from "./yaml-text.ts";

/** Bytes of one file; the API server itself takes about 3 MiB per request. */
const MAX_BYTES = 4 * 1024 * 1024;

const MAX_DOCUMENTS = 1_000;

/** One object and where it stands. */
export interface SourceDocument {
  /** As the user wrote it; "-" is standard input. */
  readonly file: string;
  readonly value: unknown;
  /** Line, from 1, of a field of the object, or of the innermost thing around it that stands in the file. */
  lineOf(path: ObjectPath): number;
}

/** Input that cannot be read. The message begins with `file: ` or `file:line: `. */
export class InputError extends Error {
  override readonly name = "InputError";
  /** From 1; undefined where it is about the whole file. */
  readonly line: number | undefined;
  /** The message without its place. */
  readonly detail: string;

  constructor({ file, line, detail }: { readonly file: string; readonly line?: number; readonly detail: string }, cause?: unknown) {
    super(`${file}:${line === undefined ? "" : `${line}:`} ${detail}`, { cause });
    this.line = line;
    this.detail = detail;
  }
}

/**
 * Reads all objects of a file in order. A `v1` List counts as the objects in it.
 * @param file path, or "-" for standard input
 * @throws InputError if the file cannot be read, is too large, or is no UTF-8, YAML or JSON
 */
export async function readDocuments(file: string, io: Pick<CommandIo, "readFile">): Promise<SourceDocument[]> {
  const documents = parseFile(file, await readText(file, io)).flatMap((document) => unfold(file, document));
  if (documents.length > MAX_DOCUMENTS) throw new InputError({ file, detail: `more than ${MAX_DOCUMENTS} documents: split the file` });
  return documents;
}

async function readText(file: string, io: Pick<CommandIo, "readFile">): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await io.readFile(file, MAX_BYTES));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function parseFile(file: string, text: string): YamlDocument[] {
  try {
    return parseYaml(text);
  } catch (cause) {
    if (cause instanceof YamlError) throw new InputError({ file, line: cause.line, detail: cause.message }, cause);
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): InputError {
  return new InputError({ file, detail: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}` }, cause);
}

function unfold(file: string, document: YamlDocument): SourceDocument[] {
  const items = listItems(document.value);
  if (!items) return [{ file, ...document }];
  return items.map((value, index) => ({ file, value, lineOf: (path) => document.lineOf(["items", index, ...path]) }));
}

function listItems(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { apiVersion, kind, items } = value as Record<string, unknown>;
  return apiVersion === "v1" && kind === "List" && Array.isArray(items) ? items : undefined;
}
