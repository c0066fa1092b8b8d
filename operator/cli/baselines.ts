/** Reads the baselines that a command is given, for commands that work on valid ones only. */
import { clusterPosture, namespacePosture, type Posture, type PostureKind } from "../api/postures.ts";
import { ourKind } from "../api/validate.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";
import type { CommandIo } from "./io.ts";
import { runLintOfOurs } from "./lint/lint.ts";

/** A baseline and where it stands. */
export interface Source {
  readonly baseline: Posture;
  readonly document: SourceDocument;
}

/** What files hold. */
export interface Input {
  /** The baselines in order. */
  readonly sources: readonly Source[];
  /** The baselines, and all that stands beside them. */
  readonly documents: readonly SourceDocument[];
}

/** As `readInput`, but for the baselines alone. */
export async function readBaselines(files: readonly string[], io: CommandIo, purpose: string): Promise<readonly Source[] | undefined> {
  return (await readInput(files, io, purpose))?.sources;
}

/**
 * Reads all baselines of the files, and what stands beside them. What is wrong is told on stderr, as lint tells it: undefined then, and if there is no
 * baseline at all, or one without a namespace. `purpose` ends the sentence about that: "name the namespace to ...".
 */
export async function readInput(files: readonly string[], io: CommandIo, purpose: string): Promise<Input | undefined> {
  const input = { ...io, readFile: readOnce(io.readFile) };
  if ((await runLintOfOurs(files, { ...input, stdout: io.stderr })) !== 0) return undefined;
  const documents = await documentsIn(files, input);
  const sources = documents.flatMap((document) => (isBaseline(document.value) ? [{ baseline: document.value, document }] : []));
  if (sources.length === 0) io.stderr(`no ${POSTURES.map(({ kind }) => kind).join(" or ")} found in ${files.join(", ")}\n`);
  const nowhere = sources.filter(({ baseline }) => postureOf(baseline).namespaced && baseline.metadata.namespace === undefined);
  for (const { document } of nowhere) io.stderr(`${placeOf(document)}: metadata.namespace is missing: name the namespace to ${purpose}\n`);
  return sources.length === 0 || nowhere.length > 0 ? undefined : { sources, documents };
}

/** The kind that a baseline is of. */
export function postureOf({ kind }: Posture): PostureKind {
  return kind === clusterPosture.kind ? clusterPosture : namespacePosture;
}

/** `file:line` of an object, for messages about it. */
export function placeOf(document: SourceDocument): string {
  return `${document.file}:${document.lineOf(["metadata"])}`;
}

const POSTURES = [namespacePosture, clusterPosture];

async function documentsIn(files: readonly string[], io: CommandIo): Promise<readonly SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for (const file of new Set(files)) documents.push(...(await readDocuments(file, io)));
  return documents;
}

/** Enough after lint, which has found every object of these kinds to be valid. */
function isBaseline(value: unknown): value is Posture {
  return POSTURES.some(({ kind }) => kind === ourKind(value));
}

/** Standard input can be read once only, and is needed twice. */
function readOnce(readFile: CommandIo["readFile"]): CommandIo["readFile"] {
  const contents = new Map<string, Promise<Uint8Array>>();
  return (file, limit) => {
    const content = contents.get(file) ?? readFile(file, limit);
    contents.set(file, content);
    return content;
  };
}
