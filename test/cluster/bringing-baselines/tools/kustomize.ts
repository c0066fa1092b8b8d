/** Builds the overlays that the documentation shows, and what scenarios add to them, with the kustomize that is in kubectl. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { cluster } from "../../../support/cluster.ts";
import { kubectl } from "../../../support/kubectl.ts";

/** The folder of the documentation, with the files that its pages show. */
export const EXAMPLES = join(import.meta.dirname, "../../../../docs/bringing-baselines");

/** An overlay of `docs/bringing-baselines/kustomize`. */
export type Overlay = "base" | "staging" | "production";

/** Puts an overlay on top of one of the documentation, in a namespace of its own, and answers its folder. `more` are fields of its kustomization. */
export async function overlayOn(overlay: Overlay, namespace: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = join(cluster().dir, "overlays", namespace);
  await mkdir(folder, { recursive: true });
  // Kustomize takes no absolute paths.
  const resources = [relative(folder, join(EXAMPLES, "kustomize", overlay))];
  await writeFile(join(folder, "kustomization.yaml"), stringify({ namespace, resources, ...more }));
  return folder;
}

/** What a folder is built to. Throws what kustomize says if it cannot. */
export async function build(folder: string): Promise<KubernetesObject[]> {
  return parseAllDocuments(await kubectl(["kustomize", folder])).map((document) => document.toJS());
}
