/** Installs the operator's manifests into the shared control plane. */
import { join } from "node:path";
import { API_VERSION } from "../../operator/api/names.ts";
import { OUR_KINDS } from "../../operator/api/validate.ts";
import { admin } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { kubectl } from "./kubectl.ts";
import { authorizerCaughtUp, policiesCaughtUp } from "./server-caches.ts";

const MANIFESTS = join(import.meta.dirname, "..", "..", "config", "default");

/** Milliseconds until a new kind is served. */
const PATIENCE = 60_000;

let installed: Promise<void> | undefined;

/**
 * Applies config/default as a user would and waits until its kinds are served, its rights known and its policies in force; a second call does nothing.
 * Without a node the Deployment stays pending: `startOperator` runs the program instead.
 */
export function installOperatorManifests(): Promise<void> {
  installed ??= install();
  return installed;
}

/** Puts back what a test took out of the installation or changed in it, whoever is its field manager now, and waits until policies are in force. */
export async function restoreOperatorManifests(): Promise<void> {
  await kubectl(["apply", "--server-side", "--force-conflicts", "-k", MANIFESTS]);
  await policiesCaughtUp();
}

async function install(): Promise<void> {
  await kubectl(["apply", "--server-side", "-k", MANIFESTS]);
  await kubectl(["wait", "--for=condition=Established", "customresourcedefinitions", "--all", "--timeout=60s"]);
  for (const kind of OUR_KINDS) await eventually(`${kind} is served`, () => admin().list(API_VERSION, kind), PATIENCE);
  await authorizerCaughtUp();
  await policiesCaughtUp();
}
