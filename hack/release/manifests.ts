/** Joins what a kustomization lists into one file for releases, so that making one needs no kubectl: a test holds it equal to `kubectl kustomize`. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import type { Json, JsonObject } from "../../operator/api/json.ts";

/** As kustomize names the images of an installation. */
interface Image {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly Image[];
}

/** Everything else that a kustomization may say would change objects in ways that are not followed here. */
const KNOWN = ["apiVersion", "kind", "resources", "images"];

/** Objects of a folder with a kustomization, in its order, with the names of its images as they are there. Throws where it says more than which files it has. */
export async function objectsOf(folder: string): Promise<readonly JsonObject[]> {
  const { resources } = await kustomizationOf(folder);
  const objects = await Promise.all(resources.map((name) => objectsAt(join(folder, name))));
  return objects.flat();
}

/** The one image that the kustomization of a folder replaces. */
export async function imageOf(folder: string): Promise<Image> {
  const { images } = await kustomizationOf(folder);
  const [image] = images;
  if (image === undefined || images.length > 1) throw new Error(`${folder} must name exactly one image, found ${images.length}`);
  return image;
}

/** A copy of an object whose containers run `reference` wherever they ran the image of this name. */
export function withImage(value: Json, name: string, reference: string): Json {
  if (Array.isArray(value)) return value.map((item) => withImage(item, name, reference));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, field]): [string, Json] => [
    key,
    key === "image" && field === name ? reference : withImage(field as Json, name, reference),
  ]);
  return Object.fromEntries(entries);
}

/** One file of these objects, each as YAML 1.1: that is what kubectl reads, where a bare `Off` is no text. */
export function manifestsText(about: string, objects: readonly Json[]): string {
  const documents = objects.map((object) => stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }));
  return `# ${about}\n${documents.join("---\n")}`;
}

async function kustomizationOf(folder: string): Promise<Kustomization> {
  const path = join(folder, "kustomization.yaml");
  const { resources = [], images = [], ...rest } = parse(await readFile(path, "utf8"));
  const unknown = Object.keys(rest).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined)
    throw new Error(`${path} has ${unknown}, which the one file of a release would not follow: teach hack/release/manifests.ts first`);
  return { resources, images };
}

async function objectsAt(path: string): Promise<readonly JsonObject[]> {
  if ((await stat(path)).isDirectory()) {
    const { images } = await kustomizationOf(path);
    if (images.length > 0) throw new Error(`${path} names images, which only the outermost kustomization may`);
    return objectsOf(path);
  }
  return parseAllDocuments(await readFile(path, "utf8"), { version: "1.1" }).map((document) => document.toJS());
}
