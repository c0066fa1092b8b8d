/** Reads YAML as kubectl does, with the line of every field; JSON is read as the YAML that it is. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  visit,
} from "yaml";
import type { ObjectPath } from "../api/problem.ts";

/** Aliases may multiply a small text; kubectl has a similar limit. */
const MAX_ALIASES = 100;

/** A YAML document in a text. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line, from 1, on which a field stands, or the innermost thing around it that stands in the text. */
  lineOf(path: ObjectPath): number;
}

/** A text that is no YAML, or one that kubectl would not read. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads all documents of a text; empty ones are left out.
 * @throws YamlError for a syntax error, a duplicate key, an unknown alias or nesting beyond the stack
 */
export function parseYaml(text: string): YamlDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    customTags: likeKubectl,
    lineCounter: lines,
    prettyErrors: false,
    // The parser would hold each key against all before it: a large map would take minutes. See refuseDuplicates.
    uniqueKeys: false,
    logLevel: "error",
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => toDocument(document, lines)).filter((document) => document.value !== null);
}

/** YAML 1.1 (so a bare Off is a boolean) without times, sexagesimal numbers and binary, which kubectl reads as text, and with digits in every number. */
function likeKubectl(tags: Tags): Tags {
  return tags
    .filter((tag) => typeof tag === "string" || (KUBECTL_TAGS.has(tag.tag) && !("format" in tag && tag.format === "TIME")))
    .map((tag) => (hasExponent(tag) ? { ...tag, test: WITH_EXPONENT } : tag));
}

function hasExponent(tag: Tags[number]): tag is ScalarTag {
  return typeof tag !== "string" && "format" in tag && tag.format === "EXP";
}

/** The beginning of a commit such as e12345 is text. */
const WITH_EXPONENT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/;

const KUBECTL_TAGS: ReadonlySet<string> = new Set(
  ["map", "seq", "str", "null", "bool", "int", "float", "merge"].map((name) => `tag:yaml.org,2002:${name}`),
);

function toDocument(document: Document.Parsed, lines: LineCounter): YamlDocument {
  const [error] = document.errors;
  if (error) throw new YamlError(error.message, lineAt(lines, error.pos[0]));
  const lineOf = (path: ObjectPath) => lineAt(lines, offsetOf(document, path));
  try {
    refuseDuplicates(document, lines);
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, lineOf };
  } catch (cause) {
    if (cause instanceof YamlError) throw cause;
    throw new YamlError(cause instanceof Error ? cause.message : String(cause), lineOf([]));
  }
}

/** Of two values for one key kubectl's answer is a guess. */
function refuseDuplicates(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) throw new YamlError("Map keys must be unique", lineAt(lines, startOf(key) ?? 0));
        seen.add(key.value);
      }
    },
  });
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(lines.linePos(offset).line, 1);
}

/** A field begins where its key stands, a list entry where its value stands. */
function offsetOf(document: Document.Parsed, path: ObjectPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? document.range[0];
  for (const segment of path) {
    const next = step(resolved(node, document), segment);
    if (!next) return offset;
    offset = startOf(next.key ?? next.value) ?? offset;
    node = next.value;
  }
  return offset;
}

function resolved(node: unknown, document: Document.Parsed): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function step(node: unknown, segment: string | number): (Pick<Pair, "value"> & { key?: unknown }) | undefined {
  if (isMap(node)) return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === segment);
  if (isSeq(node) && typeof segment === "number" && segment < node.items.length) return { value: node.items[segment] };
  return undefined;
}

function startOf(node: unknown): number | undefined {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}
