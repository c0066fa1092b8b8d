/** Names the Kubernetes versions of which a control plane can be built, for the build and for `make test-matrix`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the Go module. */
export const MODULE = join(import.meta.dirname, "controlplane");

/** Of each older minor version a go.mod; the sources are the same for all. The module's own go.mod is of the newest. */
const OLDER = "versions";

export interface Requirements {
  /** Of the folder in the cache. */
  readonly name: string;
  /** Path of the go.mod from the module's folder. */
  readonly modfile: string;
}

/** What the control plane of a minor version is built with; of the newest one if none is named. Throws for one that is not built here. */
export function requirementsOf(version = ""): Requirements {
  if (version === "" || version === minorOf("go.mod")) return { name: "control-plane", modfile: "go.mod" };
  if (olderVersions().includes(version)) return { name: `control-plane-${version}`, modfile: `${OLDER}/${version}.mod` };
  const known = [...olderVersions(), minorOf("go.mod")].join(", ");
  throw new Error(`SECURITYBASELINE_KUBERNETES: Kubernetes ${JSON.stringify(version)} is not built here: write one of ${known}`);
}

/** The Kubernetes version that a go.mod requires, without the `v`. */
export function kubernetesVersion(modfile: string): string {
  const match = /^\s*k8s\.io\/kubernetes v(\S+)$/m.exec(readFileSync(join(MODULE, modfile), "utf8"));
  if (!match?.[1]) throw new Error(`${modfile} of the control plane requires no k8s.io/kubernetes`);
  return match[1];
}

function olderVersions(): readonly string[] {
  return readdirSync(join(MODULE, OLDER))
    .filter((name) => name.endsWith(".mod"))
    .map((name) => name.slice(0, -".mod".length))
    .sort();
}

function minorOf(modfile: string): string {
  return kubernetesVersion(modfile).split(".", 2).join(".");
}
