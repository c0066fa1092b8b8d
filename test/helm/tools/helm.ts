/** Runs the real Helm for tests of the chart, with the administrator's rights where it needs a cluster. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { toolBinary } from "../../../hack/tool-binary.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { cluster } from "../../support/cluster.ts";

const run = promisify(execFile);

export const ROOT = join(import.meta.dirname, "../../..");
export const CHART = join(ROOT, "config/helm/securitybaseline");
export const NAMESPACE = "securitybaseline-system";

/** Milliseconds: the first run on a machine builds Helm. */
export const BUILDS = 60 * 60_000;

/** Values as a file of values has them. */
export type Values = Readonly<Record<string, unknown>>;

let binary: string | undefined;

/** Builds Helm where it is not there yet; before the first call of `helm`. */
export async function buildHelm(): Promise<void> {
  binary = await toolBinary("helm", (line) => void process.stdout.write(`${line}\n`));
}

/** Answers what Helm prints on standard output. Throws with what it says if it fails. */
export async function helm(...args: string[]): Promise<string> {
  if (binary === undefined) throw new Error("buildHelm first");
  const { dir, kubeconfig } = cluster();
  const home = { HELM_CACHE_HOME: join(dir, "helm"), HELM_CONFIG_HOME: join(dir, "helm"), HELM_DATA_HOME: join(dir, "helm") };
  const { stdout } = await run(binary, args, { env: { ...home, KUBECONFIG: kubeconfig, HOME: dir }, maxBuffer: 64 * 2 ** 20 });
  return stdout;
}

/** Answers what Helm says on standard error. Throws if it does not fail. */
export async function helmRefusal(...args: string[]): Promise<string> {
  const outcome: unknown = await helm(...args).catch((error: unknown) => error);
  if (typeof outcome === "string") throw new Error(`helm ${args.join(" ")} was to fail`);
  return (outcome as { readonly stderr: string }).stderr;
}

/** Arguments that render the chart with these values, without a cluster. Values are given as JSON, so that no type is guessed. */
export function rendering(values: Values = {}): string[] {
  const set = Object.entries(values).flatMap(([key, value]) => ["--set-json", `${key}=${JSON.stringify(value)}`]);
  return ["template", "securitybaseline", CHART, "--namespace", NAMESPACE, "--kube-version", "1.34.0", ...set];
}

/** The objects of the chart with these values. */
export async function rendered(values: Values = {}): Promise<readonly KubernetesObject[]> {
  return objectsIn(await helm(...rendering(values)));
}

/** The objects of a stream of YAML documents. */
export function objectsIn(text: string): readonly KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** Names an object for people. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return [kind, metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join("/");
}
