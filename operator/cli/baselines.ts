/** Reads the baselines that a command is given, for commands that work on valid ones only. */
import { clusterPosture, namespacePosture, type Posture, type PostureKind } from "../api/postures.ts";
import { ourKind } from "../api/validate.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";
import type { CommandIo } from "./io.ts";
import { runLintOfOurs } from "./lint.ts";

/** A baseline and where it stands. */
export interface Source {
  readonly baseline: Posture;
  readonly document: SourceDocument;
}

/**
 * All baselines of the files, in order; other objects are passed over. What is wrong is told on stderr, as lint tells it: undefined then, and if there is no
 * baseline at all, or one without a namespace. `purpose` ends the sentence about that: "name the namespace to ...".
 */
export async function readBaselines(files: readonly string[], io: CommandIo, purpose: string): Promise<readonly Source[] | undefined> {
  const input = { ...io, readFile: readOnce(io.readFile) };
  if ((await runLintOfOurs(files, { ...input, stdout: io.stderr })) !== 0) return undefined;
  const sources = await baselinesIn(files, input);
  if (sources.length === 0) io.stderr(`no ${POSTURES.map(({ kind }) => kind).join(" or ")} found in ${files.join(", ")}\n`);
  const nowhere = sources.filter(({ baseline }) => postureOf(baseline).namespaced && baseline.metadata.namespace === undefined);
  for (const { document } of nowhere) io.stderr(`${placeOf(document)}: metadata.namespace is missing: name the namespace to ${purpose}\n`);
  return sources.length === 0 || nowhere.length > 0 ? undefined : sources;
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

async function baselinesIn(files: readonly string[], io: CommandIo): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const file of new Set(files)) {
    for (const document of await readDocuments(file, io)) {
      if (isBaseline(document.value)) sources.push({ baseline: document.value, document });
    }
  }
  return sources;
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
