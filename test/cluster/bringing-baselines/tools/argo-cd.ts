/**
 * Imitates Argo CD for scenarios: what an Application has it send to the API server. Argo CD carries kubectl's own apply in it and calls it with its field
 * manager (gitops-engine, `ApplyResource`), so kubectl stands in for it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import type { ObjectRef } from "../../../support/api-client.ts";
import { baselineRef } from "../../../support/baselines.ts";
import { admin, cluster } from "../../../support/cluster.ts";
import { kubectl } from "../../../support/kubectl.ts";
import { generatedObjects, refTo } from "../../../support/owned-objects.ts";
import { EXAMPLES } from "./kustomize.ts";

const TRACKING_ANNOTATION = "argocd.argoproj.io/tracking-id";
/** How releases before 3.0 knew their objects, and later ones if they are told to. */
const TRACKING_LABEL = "app.kubernetes.io/instance";

/** The part of an Application that decides what is sent. */
export interface Application {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly syncPolicy: { readonly syncOptions?: readonly string[] } };
}

/** The Application that the documentation shows, with these options more. */
export async function application(...options: string[]): Promise<Application> {
  const { metadata, spec } = parse(await readFile(join(EXAMPLES, "argo-cd", "payments.yaml"), "utf8")) as Application;
  return { metadata, spec: { syncPolicy: { syncOptions: [...(spec.syncPolicy.syncOptions ?? []), ...options] } } };
}

/** Applies what is in Git. */
export async function sync(app: Application, objects: readonly KubernetesObject[]): Promise<void> {
  await kubectl(["apply", ...applyFlags(app), "-f", "-"], { stdin: tracked(app, objects) });
}

/** Whether what is in the cluster differs from what is in Git: with self-healing, Argo CD syncs again and again as long as it does. */
export async function isOutOfSync(app: Application, objects: readonly KubernetesObject[]): Promise<boolean> {
  const { code, stderr } = await cluster().kubectl(["diff", ...applyFlags(app), "-f", "-"], { stdin: tracked(app, objects) });
  if (code > 1) throw new Error(stderr);
  return code === 1;
}

/** What of a namespace Argo CD takes for its own, as `Kind name`: what it would prune if it were not in Git. */
export async function trackedIn(namespace: string): Promise<string[]> {
  const candidates = [
    await admin().get(refTo(namespace, "Namespace", namespace)),
    await admin().get(refTo(namespace, "ServiceAccount", "default")),
    ...(await generatedObjects(namespace)),
    await admin().find(baselineRef(namespace)),
  ];
  const own = candidates
    .filter((object) => object !== undefined)
    .filter(({ metadata: { labels, annotations } = {} }) => {
      return annotations?.[TRACKING_ANNOTATION] !== undefined || labels?.[TRACKING_LABEL] !== undefined;
    });
  return own.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
}

/** Deletes what is not in Git any more, as Argo CD does by default: in the foreground. */
export async function prune(ref: ObjectRef): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Foreground" };
  await admin().send({ method: "DELETE", path: await admin().path(ref), body });
}

function applyFlags({ spec }: Application): string[] {
  const server = spec.syncPolicy.syncOptions?.includes("ServerSideApply=true") === true;
  return ["--field-manager=argocd-controller", ...(server ? ["--server-side", "--force-conflicts"] : [])];
}

/** With both marks, whatever a release uses. */
function tracked({ metadata: { name: app } }: Application, objects: readonly KubernetesObject[]): string {
  const marked = objects.map(({ metadata = {}, ...object }) => {
    const { name, namespace = "", labels, annotations } = metadata;
    const group = object.apiVersion?.includes("/") ? object.apiVersion.split("/")[0] : "";
    const id = `${app}:${group}/${object.kind}:${namespace}/${name}`;
    const marks = { labels: { ...labels, [TRACKING_LABEL]: app }, annotations: { ...annotations, [TRACKING_ANNOTATION]: id } };
    return { ...object, metadata: { ...metadata, ...marks } };
  });
  return marked.map((object) => stringify(object)).join("---\n");
}
