/** Owns installing the operator's manifests into the shared control plane. */
import { join } from "node:path";
import { cluster } from "./cluster.ts";

const MANIFESTS = join(import.meta.dirname, "..", "..", "config", "default");

let installed: Promise<void> | undefined;

/**
 * Applies config/default as a user would and waits until its kinds are served; a second call does nothing.
 * There is no kubelet, so the Deployment stays pending: `startOperator` runs the program instead.
 */
export function installOperatorManifests(): Promise<void> {
  installed ??= install();
  return installed;
}

async function install(): Promise<void> {
  await kubectl("apply", "--server-side", "-k", MANIFESTS);
  await kubectl("wait", "--for=condition=Established", "customresourcedefinitions", "--all", "--timeout=30s");
}

async function kubectl(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await cluster().kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
}
