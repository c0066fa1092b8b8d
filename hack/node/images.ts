/** Brings images into the containerd of the test node: the operator's as `make image` writes it, and the one that holds a pod's namespaces. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { layerOf } from "../image/layer.ts";
import { writeLayout } from "../image/layout.ts";
import { CONTAINERD_SOCKET, PAUSE_IMAGE } from "./settings.ts";

/** Writes an image layout with pause alone and answers its folder. */
export async function writePauseImage(folder: string, program: string): Promise<string> {
  const created = new Date(0);
  const layer = await layerOf([{ path: "/pause", content: await readFile(program), isExecutable: true }], created);
  const [, tag = ""] = PAUSE_IMAGE.split(":");
  const facts = {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    created,
    tag,
    config: { User: "65532:65532", Entrypoint: ["/pause"], Env: [] },
    annotations: { title: "pause" },
  };
  const layout = join(folder, "pause-image");
  await writeLayout(layout, facts, [layer], "{}");
  return layout;
}

/** Imports the image of a layout under a name; its tag is the layout's. Throws with what ctr says if it fails. */
export async function importImage(layout: string, name: string): Promise<void> {
  const script = `tar -C "$0" -cf - . | ctr --address "$1" --namespace k8s.io images import --base-name "$2" -`;
  const child = spawn("sh", ["-c", script, layout, CONTAINERD_SOCKET, name], { stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`the image ${name} was not imported: ${errors}${output}`);
}
