/** Builds what a run of the test node needs while this machine's network is still there, and hands it over to the inside of the namespaces. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SHIPPED_IMAGE } from "../config/chart/manager.ts";
import type { Progress } from "../go-binary.ts";
import { buildImage } from "../image/image.ts";
import { type NodeBinaries, nodeBinaries } from "./binaries.ts";
import { newRun, sweepRuns } from "./runs.ts";

const FILE = "preparation.json";

export interface Preparation {
  readonly binaries: NodeBinaries;
  /** Image layouts by the name that images get, without a tag. */
  readonly images: Readonly<Record<string, string>>;
}

/** Builds everything, removes what killed runs left behind, and answers the folder of a new run. */
export async function prepareRun(progress: Progress): Promise<string> {
  const binaries = await nodeBinaries(progress);
  const { folder } = await buildImage();
  await sweepRuns();
  const root = await newRun();
  const preparation: Preparation = { binaries, images: { [SHIPPED_IMAGE.repository]: folder } };
  await writeFile(join(root, FILE), JSON.stringify(preparation));
  return root;
}

/** What was built for a run. */
export async function readPreparation(root: string): Promise<Preparation> {
  return JSON.parse(await readFile(join(root, FILE), "utf8"));
}
