/** Reads of a checkout what decides whether a release may be made of it: git's view, the changelog, and every place that states the version. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import type { Checkout } from "./request.ts";

/** Where the chart is. */
export const CHART = "config/helm/securitybaseline";

/** Takes the version out of a file that was parsed. */
type Reading = (content: Statement) => unknown;

/** As far as files are read here. */
interface Statement {
  readonly version?: unknown;
  readonly appVersion?: unknown;
  readonly packages?: Readonly<Record<string, Statement>>;
  readonly images?: readonly { readonly newTag?: unknown }[];
}

/** The first is where the build takes it from; the others repeat it for tools that read only them. */
const PLACES: readonly (readonly [file: string, what: string, read: Reading])[] = [
  ["package.json", "version", ({ version }) => version],
  ["package-lock.json", "version", ({ version, packages }) => (packages?.[""]?.version === version ? version : "two different ones")],
  ["config/default/kustomization.yaml", "newTag", ({ images }) => images?.[0]?.newTag],
  [`${CHART}/Chart.yaml`, "version", ({ version }) => version],
  [`${CHART}/Chart.yaml`, "appVersion", ({ appVersion }) => appVersion],
];

/** Throws outside of a git checkout. */
export async function readCheckout(root: string): Promise<Checkout> {
  const [changed, tags] = await Promise.all([
    git(root, ["status", "--porcelain", "--untracked-files=all", "-z"]),
    git(root, ["tag", "--list"]),
  ]);
  return {
    changed: changed.split("\0").flatMap((entry) => (entry === "" ? [] : [entry.slice(3)])),
    tags: tags.split("\n"),
    changelog: await readFile(join(root, "CHANGELOG.md"), "utf8"),
    stated: await statedVersions(root),
  };
}

/** The version by the place that states it. */
export async function statedVersions(root: string): Promise<Checkout["stated"]> {
  const read = PLACES.map(async ([file, what, reading]) => [
    `${file} (${what})`,
    String(reading(parse(await readFile(join(root, file), "utf8")) as Statement)),
  ]);
  return Object.fromEntries(await Promise.all(read));
}

async function git(root: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)("git", [...args], { cwd: root, maxBuffer: 16 * 1024 * 1024 })).stdout;
  } catch (cause) {
    throw new Error(`a release is made of a commit, and git knows none here: clone the repository`, { cause });
  }
}
