/** Writes the operator's image to dist/image, from Node and the built program, for who has no container daemon: `node hack/image/image.ts`. */
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { buildProgram } from "../build.ts";
import { LICENCES_FILE } from "../licences.ts";
import { sourceTime } from "../source-time.ts";
import { type ImageFile, layerOf } from "./layer.ts";
import { writeLayout } from "./layout.ts";
import { NODE_PATH, runtimeFiles, USER } from "./runtime.ts";
import { npmSbom, sbomOf } from "./sbom.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const OUTPUT = join(ROOT, "dist", "image");
const PROGRAM_FOLDER = "/usr/local/lib/securitybaseline";
const PROGRAM_PATH = `${PROGRAM_FOLDER}/securitybaseline.mjs`;

/** An image that was written. */
export interface BuiltImage {
  readonly folder: string;
  readonly digest: string;
  readonly tag: string;
  /** As Go names it. */
  readonly architecture: string;
  /** The list of what is in it (SPDX 2.3), as it is attached to it. */
  readonly sbom: string;
}

/** By Node's names, Go's. */
const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: "amd64", arm64: "arm64" };

/** Builds the program and its image. Throws where this machine has no runtime that an image can be made of. */
export async function buildImage(): Promise<BuiltImage> {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform !== "linux" || architecture === undefined) {
    throw new Error(
      `the image is made of this machine's Node: build it on Linux on amd64 or arm64, not on ${process.platform} ${process.arch}`,
    );
  }
  const program = await buildProgram();
  const { name, version: tag, license, description } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const created = await sourceTime(ROOT);
  const runtime = await runtimeFiles();
  const layers = [await layerOf(runtime, created), await layerOf(await programFiles(program), created)];
  const facts = {
    architecture,
    created,
    tag,
    config: { User: `${USER}:${USER}`, Entrypoint: [NODE_PATH, PROGRAM_PATH], Env: ["PATH=/usr/local/bin"] },
    annotations: { title: name, version: tag, licenses: license, description },
  };
  const sbom = sbomOf(await npmSbom(ROOT), runtime, created);
  const digest = await writeLayout(OUTPUT, facts, layers, sbom);
  return { folder: OUTPUT, digest, tag, architecture, sbom };
}

/** The program, and under which licences it and what it holds of others may be handed on. */
async function programFiles(program: string): Promise<readonly ImageFile[]> {
  return [
    { path: PROGRAM_PATH, content: await readFile(program) },
    { path: `${PROGRAM_FOLDER}/LICENSE`, content: await readFile(join(ROOT, "LICENSE")) },
    { path: `${PROGRAM_FOLDER}/${LICENCES_FILE}`, content: await readFile(join(dirname(program), LICENCES_FILE)) },
  ];
}

if (import.meta.main) {
  const { folder, digest, tag } = await buildImage();
  process.stdout.write(`${relative(process.cwd(), folder)}:${tag}\n${digest}\n`);
}
