/** Imitates Helm for scenarios: what releases of its two major versions send to the API server for the objects of a chart. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { refOf } from "../../../support/api-client.ts";
import { admin } from "../../../support/cluster.ts";
import { EXAMPLES } from "./kustomize.ts";

const MANAGER = "helm";

/** One major version at work on a release of its own. */
export interface Helm {
  readonly version: 3 | 4;
  install(objects: readonly KubernetesObject[]): Promise<void>;
  /** From what the release says now to what it will say. `force` is the flag that puts back what others changed. */
  upgrade(from: readonly KubernetesObject[], to: readonly KubernetesObject[], options?: { readonly force?: boolean }): Promise<void>;
}

/** Helm 3: creates, and patches what the release has changed; custom resources by what changed in the chart alone (`createPatch` in its pkg/kube). */
export const helm3: Helm = {
  version: 3,
  install: (objects) => each(objects, (object) => admin().create(object, { manager: MANAGER })),
  upgrade: (from, to, { force = false } = {}) =>
    each(to, (object, index) => (force ? replaceBy(object) : patchTo(from[index] as KubernetesObject, object))),
};

/** Helm 4: server-side apply, by default without taking over what others changed. */
export const helm4: Helm = {
  version: 4,
  install: (objects) => each(objects, (object) => admin().apply(object, { manager: MANAGER })),
  upgrade: (_from, to, { force = false } = {}) => each(to, (object) => admin().apply(object, { manager: MANAGER, force })),
};

/** What both do at the end of a release: delete in the background. */
export function uninstall(objects: readonly KubernetesObject[]): Promise<void> {
  return each(objects, (object) => admin().delete(refOf(object)));
}

/** The objects of a chart with what Helm adds to each of a release. */
export function released(objects: readonly KubernetesObject[], namespace: string): KubernetesObject[] {
  const annotations = { "meta.helm.sh/release-name": "payments", "meta.helm.sh/release-namespace": namespace };
  const labels = { "app.kubernetes.io/managed-by": "Helm" };
  return objects.map(
    ({ metadata, ...object }) => ({ ...object, metadata: { ...metadata, namespace, labels, annotations } }) as KubernetesObject,
  );
}

/** The chart of the documentation, with values in the place of its own. Knows as much of templates as this chart uses. */
export async function chartObjects(namespace: string, values: Readonly<Record<string, Json>> = {}): Promise<KubernetesObject[]> {
  const chart = join(EXAMPLES, "helm", "payments");
  const own = parse(await readFile(join(chart, "values.yaml"), "utf8"));
  const fill = (_match: string, action: string): string => {
    if (action === ".Release.Namespace") return namespace;
    const [, key = ""] = /^\.Values\.(\w+) \| toJson$/.exec(action) ?? [];
    if (!(key in own)) throw new Error(`only real Helm can tell what {{ ${action} }} is`);
    return JSON.stringify(values[key] ?? own[key]);
  };
  const folder = join(chart, "templates");
  const texts = (await readdir(folder)).map((file) => readFile(join(folder, file), "utf8"));
  return (await Promise.all(texts)).map((text) => parse(text.replaceAll(/{{ (.+?) }}/g, fill)));
}

async function each(
  objects: readonly KubernetesObject[],
  work: (object: KubernetesObject, index: number) => Promise<unknown>,
): Promise<void> {
  for (const [index, object] of objects.entries()) await work(object, index);
}

/** Built-in kinds are compared with what is in the cluster, custom resources with what the release said before. */
async function patchTo(from: KubernetesObject, to: KubernetesObject): Promise<void> {
  if (isCustom(to)) {
    const { metadata, ...changes } = mergePatch(json(from), json(to));
    const { labels, annotations } = to.metadata ?? {};
    await admin().mergePatch(refOf(to), { metadata: { ...(metadata as object), labels, annotations }, ...changes }, { manager: MANAGER });
    return;
  }
  const path = `${await admin().path(refOf(to))}?fieldManager=${MANAGER}`;
  await admin().send({ method: "PATCH", path, body: to, contentType: "application/strategic-merge-patch+json" });
}

/** `--force` of Helm 3. */
async function replaceBy(object: KubernetesObject): Promise<void> {
  const { metadata } = await admin().get(refOf(object));
  const resourceVersion = metadata?.resourceVersion ?? "";
  await admin().replace({ ...object, metadata: { ...object.metadata, resourceVersion } }, { manager: MANAGER });
}

function isCustom({ apiVersion = "" }: KubernetesObject): boolean {
  return apiVersion.startsWith("securitybaseline.dev/");
}

/** The merge patch (RFC 7386) that leads from one value to the other. */
function mergePatch(from: JsonObject, to: JsonObject): JsonObject {
  const keys = Object.keys({ ...from, ...to }).filter((key) => !isDeepStrictEqual(from[key], to[key]));
  return Object.fromEntries(keys.map((key) => [key, change(from[key], to[key])]));
}

function change(from: Json | undefined, to: Json | undefined): Json {
  if (to === undefined) return null;
  return isJsonObject(from) && isJsonObject(to) ? mergePatch(from, to) : to;
}

function json(object: KubernetesObject): JsonObject {
  return JSON.parse(JSON.stringify(object));
}
