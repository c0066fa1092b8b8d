/** Owns the command `render`: the objects that baselines in files would become, without a cluster. */
import { stringify } from "yaml";
import type { SecurityBaseline } from "../api/baseline.ts";
import type { JsonObject } from "../api/json.ts";
import { desiredObjects, desiredWarnings } from "../controls/desired.ts";
import { readDocuments, type SourceDocument } from "./documents.ts";
import type { CommandIo } from "./io.ts";
import { runLint } from "./lint.ts";

/** Form of the answer: YAML documents, or one `v1` List. */
export type RenderOutput = "yaml" | "json";

/** What to render, and how. */
export interface RenderRequest {
  /** Paths in the order of the answer; "-" is standard input. */
  readonly files: readonly string[];
  readonly output: RenderOutput;
}

const PRINTERS: Readonly<Record<RenderOutput, (manifests: readonly JsonObject[]) => string>> = { yaml: printYaml, json: printJson };

/**
 * Prints to stdout the objects that the operator would apply, in its order of writes, baseline by baseline. Equal input
 * gives equal bytes. What lint refuses is told on stderr, as lint tells it, and nothing is printed. What only a cluster
 * knows is left closed, with a warning on stderr.
 * @returns exit code: 0 fine, 2 input that cannot be read or is invalid
 */
export async function runRender({ files, output }: RenderRequest, io: CommandIo): Promise<number> {
  const input = { ...io, readFile: readOnce(io.readFile) };
  if ((await runLint(files, { ...input, stdout: io.stderr })) !== 0) return 2;
  const sources = await readBaselines(files, input);
  const nowhere = sources.filter(({ baseline }) => baseline.metadata.namespace === undefined);
  for (const source of nowhere) io.stderr(`${placeOf(source)}: metadata.namespace is missing: name the namespace to render for\n`);
  if (nowhere.length > 0) return 2;
  for (const source of sources) {
    for (const warning of desiredWarnings(offline(source))) io.stderr(`${placeOf(source)}: warning: ${warning}\n`);
  }
  io.stdout(PRINTERS[output](sources.flatMap((source) => desiredObjects(offline(source)).map(({ manifest }) => manifest))));
  return 0;
}

interface Source {
  readonly baseline: SecurityBaseline;
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

/** Enough after lint, which has found every object of this kind to be valid. */
function isBaseline(value: unknown): value is SecurityBaseline {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "SecurityBaseline";
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

function offline({ baseline }: Source) {
  return { baseline, context: { namespace: baseline.metadata.namespace, kubeAPI: [] } };
}

function placeOf({ document }: Source): string {
  return `${document.file}:${document.lineOf(["metadata"])}`;
}

/** As YAML 1.1, whose readers (kubectl is one) take a bare `on` or `012` for something else than text; no aliases. */
function printYaml(manifests: readonly JsonObject[]): string {
  return manifests.map((manifest) => stringify(manifest, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");
}

function printJson(items: readonly JsonObject[]): string {
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2)}\n`;
}
