/** The command `render`: the objects that baselines in files would become, without a cluster. */
import { BREAK_GLASS_NAMESPACE } from "../api/names.ts";
import { clusterPosture, namespacePosture, type Posture, type PostureKind } from "../api/postures.ts";
import { ourKind } from "../api/validate.ts";
import { desiredObjects, sectionCaveats } from "../controls/desired.ts";
import { effective } from "../controls/effective.ts";
import { OFFLINE } from "../facts/index.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";
import type { CommandIo } from "./io.ts";
import { runLint } from "./lint.ts";
import { type ManifestForm, printManifests } from "./manifest-text.ts";

/** What to render, and how. */
export interface RenderRequest {
  /** Paths in the order of the answer; "-" is standard input. */
  readonly files: readonly string[];
  readonly output: ManifestForm;
  /** Where a ClusterSecurityBaseline has its objects; default as the operator's. */
  readonly breakGlassNamespace?: string;
  /** As the operator's flag. */
  readonly objectLabels?: Readonly<Record<string, string>>;
}

/**
 * Prints to stdout the objects that the operator would apply, in its order of writes, baseline by baseline. Equal input
 * gives equal bytes. What lint refuses is told on stderr, as lint tells it, and nothing is printed. What only a cluster
 * knows is left closed, with a warning on stderr.
 * @returns exit code: 0 fine, 2 input that cannot be read or is invalid
 */
export async function runRender(request: RenderRequest, io: CommandIo): Promise<number> {
  const { files, output, breakGlassNamespace = BREAK_GLASS_NAMESPACE, objectLabels } = request;
  const input = { ...io, readFile: readOnce(io.readFile) };
  if ((await runLint(files, { ...input, stdout: io.stderr })) !== 0) return 2;
  const sources = await readBaselines(files, input);
  if (sources.length === 0) io.stderr(`no ${POSTURES.map(({ kind }) => kind).join(" or ")} found in ${files.join(", ")}\n`);
  const nowhere = sources.filter(({ baseline }) => isNamespaced(baseline) && baseline.metadata.namespace === undefined);
  for (const source of nowhere) io.stderr(`${placeOf(source)}: metadata.namespace is missing: name the namespace to render for\n`);
  if (sources.length === 0 || nowhere.length > 0) return 2;
  const baselines = sources.map(({ baseline, document }) => ({
    inEffect: effective(postureOf(baseline).kind, baseline, baseline.metadata.namespace ?? breakGlassNamespace, objectLabels),
    document,
  }));
  for (const { inEffect, document } of baselines) {
    for (const warning of [...sectionCaveats(inEffect, OFFLINE).values()].flat())
      io.stderr(`${placeOf({ document })}: warning: ${warning}\n`);
  }
  const objects = baselines.flatMap(({ inEffect }) => desiredObjects(inEffect, OFFLINE));
  io.stdout(
    printManifests(
      output,
      objects.map(({ manifest }) => manifest),
    ),
  );
  return 0;
}

interface Source {
  readonly baseline: Posture;
  readonly document: SourceDocument;
}

async function readBaselines(files: readonly string[], io: CommandIo): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const file of new Set(files)) {
    for (const document of await readDocuments(file, io)) {
      if (isBaseline(document.value)) sources.push({ baseline: document.value, document });
    }
  }
  return sources;
}

const POSTURES = [namespacePosture, clusterPosture];

/** Enough after lint, which has found every object of these kinds to be valid. */
function isBaseline(value: unknown): value is Posture {
  return POSTURES.some(({ kind }) => kind === ourKind(value));
}

function postureOf({ kind }: Posture): PostureKind {
  return kind === clusterPosture.kind ? clusterPosture : namespacePosture;
}

function isNamespaced(baseline: Posture): boolean {
  return postureOf(baseline).namespaced;
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

function placeOf({ document }: Pick<Source, "document">): string {
  return `${document.file}:${document.lineOf(["metadata"])}`;
}
