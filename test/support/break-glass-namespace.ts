/** Makes the break-glass namespace anew for tests that write into the ledger what no operator wrote. */
import { join } from "node:path";
import { chainName } from "../../operator/breakglass/chain.ts";
import { BREAK_GLASS_NAMESPACE } from "./break-glass.ts";
import { admin, cluster } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { admissionKnowsNamespace } from "./server-caches.ts";

const INSTALLATION = join(import.meta.dirname, "..", "..", "config", "default");
const NAMESPACE = { apiVersion: "v1", kind: "Namespace", name: BREAK_GLASS_NAMESPACE };

/** Name of the chain that the ledger has now. */
export async function presentChain(): Promise<string> {
  const { metadata } = await admin().get(NAMESPACE);
  return chainName(metadata?.uid ?? "");
}

/** Deletes the namespace with its ledger, as an uninstall does, installs it again, and answers the name of its new chain. */
export async function newLedger(): Promise<string> {
  await admin().mergePatch(NAMESPACE, { metadata: { labels: { "securitybaseline.dev/uninstall": "true" } } });
  await admin().delete(NAMESPACE);
  await eventually("the namespace is gone", async () => (await admin().find(NAMESPACE)) === undefined, 40_000);
  const { code, stdout, stderr } = await cluster().kubectl(["apply", "--server-side", "-k", INSTALLATION]);
  if (code !== 0) throw new Error(`the installation cannot be made again: ${stdout}${stderr}`);
  await admissionKnowsNamespace(BREAK_GLASS_NAMESPACE);
  return presentChain();
}
