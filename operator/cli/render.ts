/** The command `render`: the objects that baselines in files would become, without a cluster. */
import { BREAK_GLASS_NAMESPACE } from "../api/names.ts";
import { desiredObjects, manifestsOf, sectionCaveats } from "../controls/desired.ts";
import { type Effective, effective } from "../controls/effective.ts";
import { falcoRulesfile } from "../controls/runtime/falco.ts";
import { OFFLINE } from "../facts/index.ts";
import { placeOf, postureOf, readInput } from "./baselines.ts";
import type { CommandIo } from "./io.ts";
import { lintAdmission } from "./lint/admission.ts";
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
  /** Print the rules for Falco in this namespace, and no objects of ours. */
  readonly falcoNamespace?: string;
  /** Milliseconds since the epoch, by which exemptions end. */
  readonly now: number;
}

/**
 * Prints to stdout the objects that the operator would apply, in its order of writes, baseline by baseline. Equal input
 * gives equal bytes. What lint refuses is told on stderr, as lint tells it, and nothing is printed. What only a cluster
 * knows is left closed, with a warning on stderr. Objects beside a baseline that its section `admission` would not admit are warned of there, too, in the
 * API server's words.
 * @returns exit code: 0 fine, 2 input that cannot be read or is invalid
 */
export async function runRender(request: RenderRequest, io: CommandIo): Promise<number> {
  const { files, output, falcoNamespace, breakGlassNamespace = BREAK_GLASS_NAMESPACE, objectLabels, now } = request;
  const input = await readInput(files, io, "render for");
  if (input === undefined) return 2;
  const baselines = input.sources.map(({ baseline, document }) => ({
    inEffect: effective(postureOf(baseline).kind, baseline, baseline.metadata.namespace ?? breakGlassNamespace, objectLabels),
    document,
  }));
  if (falcoNamespace !== undefined) {
    const sections = baselines.map(({ inEffect }) => inEffect);
    return renderFalco(sections, { output, falcoNamespace }, io);
  }
  for (const { inEffect, document } of baselines) {
    for (const warning of [...sectionCaveats(inEffect, OFFLINE).values()].flat()) io.stderr(`${placeOf(document)}: warning: ${warning}\n`);
  }
  const { told, unjudged } = lintAdmission(input.documents, now);
  for (const { document, text } of told) io.stderr(`${document.file}:${document.lineOf([])}: warning: ${text}\n`);
  for (const { document, text } of unjudged) io.stderr(`${document.file}:${document.lineOf([])}: ${text}\n`);
  const manifests = baselines.flatMap(({ inEffect }) => manifestsOf(desiredObjects(inEffect, OFFLINE)));
  io.stdout(printManifests(output, manifests));
  return 0;
}

type FalcoRequest = Required<Pick<RenderRequest, "output" | "falcoNamespace">>;

/** Where nobody asks for rules there is no file: Falco refuses an empty one. */
function renderFalco(baselines: readonly Effective[], { output, falcoNamespace }: FalcoRequest, io: CommandIo): number {
  const rulesfile = falcoRulesfile(baselines, falcoNamespace);
  if (rulesfile === undefined) {
    io.stderr("no baseline asks for rules of Falco: write spec.runtime with backend Falco\n");
    return 0;
  }
  io.stdout(printManifests(output, [rulesfile]));
  return 0;
}
