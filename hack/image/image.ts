/** Writes the operator's image to dist/image, from Node and the built program, for who has no container daemon: `node hack/image/image.ts`. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { buildProgram } from "../build.ts";
import { layerOf } from "./layer.ts";
import { writeLayout } from "./layout.ts";
import { NODE_PATH, runtimeFiles, USER } from "./runtime.ts";
import { npmSbom, sbomOf } from "./sbom.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const OUTPUT = join(ROOT, "dist", "image");
const PROGRAM_PATH = "/usr/local/lib/securitybaseline/securitybaseline.mjs";

/** By Node's names, Go's. */
const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: "amd64", arm64: "arm64" };

/** Builds the program and its image. Throws where this machine has no runtime that an image can be made of. */
export async function buildImage(): Promise<{ readonly folder: string; readonly digest: string; readonly tag: string }> {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform !== "linux" || architecture === undefined) {
    throw new Error(
      `the image is made of this machine's Node: build it on Linux on amd64 or arm64, not on ${process.platform} ${process.arch}`,
    );
  }
  const program = await buildProgram();
  const { name, version: tag, license, description } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const created = await sourceTime();
  const runtime = await runtimeFiles();
  const layers = [await layerOf(runtime, created), await layerOf([{ path: PROGRAM_PATH, content: await readFile(program) }], created)];
  const facts = {
    architecture,
    created,
    tag,
    config: { User: `${USER}:${USER}`, Entrypoint: [NODE_PATH, PROGRAM_PATH], Env: ["PATH=/usr/local/bin"] },
    annotations: { title: name, version: tag, licenses: license, description },
  };
  const digest = await writeLayout(OUTPUT, facts, layers, sbomOf(await npmSbom(ROOT), runtime, created));
  return { folder: OUTPUT, digest, tag };
}

/** When the sources were written: `SOURCE_DATE_EPOCH` in seconds, or the time of the last commit, or the epoch where there is no history. */
async function sourceTime(): Promise<Date> {
  const given = process.env["SOURCE_DATE_EPOCH"];
  const seconds =
    given ??
    (await promisify(execFile)("git", ["log", "-1", "--format=%ct"], { cwd: ROOT }).then(
      ({ stdout }) => stdout.trim(),
      () => "0",
    ));
  if (!/^\d{1,11}$/.test(seconds)) throw new Error(`SOURCE_DATE_EPOCH must be seconds since 1970, got ${seconds}`);
  return new Date(Number(seconds) * 1000);
}

if (import.meta.main) {
  const { folder, digest, tag } = await buildImage();
  process.stdout.write(`${relative(process.cwd(), folder)}:${tag}\n${digest}\n`);
}
