/** Writes the kubeconfigs that tests hand to other programs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cluster } from "./cluster.ts";

/** Credentials as a kubeconfig spells them. */
export interface KubeconfigUser {
  readonly token?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key-data"?: string;
}

let written = 0;

/** Writes a kubeconfig for the shared control plane into its folder, for its owner alone to read, and answers its path. */
export async function writeKubeconfig(label: string, user: KubeconfigUser): Promise<string> {
  const plane = cluster();
  written += 1;
  const path = join(plane.dir, `${label}-${process.pid}-${written}.kubeconfig`);
  const authority = Buffer.from(plane.ca).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "control-plane", cluster: { server: plane.server, "certificate-authority-data": authority } }],
    users: [{ name: "user", user }],
    contexts: [{ name: "control-plane", context: { cluster: "control-plane", user: "user" } }],
    "current-context": "control-plane",
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
