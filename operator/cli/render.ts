/** The command `render`: the objects that baselines in files would become, without a cluster. */
import { BREAK_GLASS_NAMESPACE } from "../api/names.ts";
import { desiredObjects, manifestsOf, sectionCaveats } from "../controls/desired.ts";
import { effective } from "../controls/effective.ts";
import { OFFLINE } from "../facts/index.ts";
import { placeOf, postureOf, readBaselines } from "./baselines.ts";
import type { CommandIo } from "./io.ts";
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
  const sources = await readBaselines(files, io, "render for");
  if (sources === undefined) return 2;
  const baselines = sources.map(({ baseline, document }) => ({
    inEffect: effective(postureOf(baseline).kind, baseline, baseline.metadata.namespace ?? breakGlassNamespace, objectLabels),
    document,
  }));
  for (const { inEffect, document } of baselines) {
    for (const warning of [...sectionCaveats(inEffect, OFFLINE).values()].flat()) io.stderr(`${placeOf(document)}: warning: ${warning}\n`);
  }
  const manifests = baselines.flatMap(({ inEffect }) => manifestsOf(desiredObjects(inEffect, OFFLINE)));
  io.stdout(printManifests(output, manifests));
  return 0;
}
