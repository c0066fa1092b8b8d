/** Reads of the hand-written manifests what the chart takes over: the Deployment and the image that config/default names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { JsonObject } from "../../../operator/api/json.ts";

const ROOT = join(import.meta.dirname, "../../..");

interface Deployment extends JsonObject {
  readonly spec: JsonObject & {
    readonly replicas: number;
    readonly template: { readonly metadata: JsonObject & { readonly labels: JsonObject }; readonly spec: PodSpec };
  };
}

type PodSpec = JsonObject & { readonly containers: readonly [Container] };
type Container = JsonObject & { readonly args: readonly string[]; readonly env: readonly JsonObject[] };

/** The objects of a file, by its path in the checkout. */
export function documentsOf(path: string): readonly JsonObject[] {
  return parseAllDocuments(readFileSync(join(ROOT, path), "utf8")).map((document) => document.toJS());
}

/** The files that a kustomization has as resources, in order, those of folders included: paths in the checkout. */
export function resourcesOf(folder: string): readonly string[] {
  return kustomization(folder).resources.flatMap((name) => {
    const path = join(folder, name);
    return path.endsWith(".yaml") ? [path] : resourcesOf(path);
  });
}

function kustomization(folder: string): { readonly resources: readonly string[]; readonly images?: readonly JsonObject[] } {
  return parse(readFileSync(join(ROOT, folder, "kustomization.yaml"), "utf8"));
}

export const DEPLOYMENT_FILE = "config/manager/deployment.yaml";

/** The Deployment as it stands there. */
export const deployment = documentsOf(DEPLOYMENT_FILE)[0] as Deployment;
export const podSpec = deployment.spec.template.spec;
export const [container] = podSpec.containers;

const [image = {}] = kustomization("config/default").images ?? [];

/** The image that config/default names. */
export const SHIPPED_IMAGE = { repository: String(image["newName"]), tag: String(image["newTag"]) };
