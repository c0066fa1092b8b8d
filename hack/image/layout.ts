/** Writes images as files that registries' tools read (OCI image layout), for `make image`. https://github.com/opencontainers/image-spec */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, type Layer } from "./layer.ts";

const OCI = "application/vnd.oci";
const MANIFEST = `${OCI}.image.manifest.v1+json`;
/** What an artifact has for a configuration. */
const EMPTY = { mediaType: `${OCI}.empty.v1+json`, content: "{}" };
const SPDX = "application/spdx+json";

/** How something else names bytes. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** What stands in an index: who runs what. */
interface Entry extends Descriptor {
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

/** What an image is made of, beside its layers. */
export interface ImageFacts {
  /** As Go names it: amd64, arm64. */
  readonly architecture: string;
  readonly created: Date;
  /** What a container runs as, and with. */
  readonly config: { readonly User: string; readonly Entrypoint: readonly string[]; readonly Env: readonly string[] };
  /** `org.opencontainers.image.*`, without that prefix. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Its name in the layout. */
  readonly tag: string;
}

/**
 * Writes an image and the list of what is in it into a folder, which is replaced.
 * @returns digest of the index, by which the whole is pushed, pulled and signed
 */
export async function writeLayout(folder: string, facts: ImageFacts, layers: readonly Layer[], sbom: string): Promise<string> {
  const unfinished = `${folder}.${process.pid}.tmp`;
  await mkdir(join(unfinished, "blobs", "sha256"), { recursive: true });
  try {
    const store = new Blobs(unfinished);
    const image = await writeImage(store, facts, layers);
    const list = await writeSbom(store, image, facts, sbom);
    const index = JSON.stringify({ schemaVersion: 2, mediaType: `${OCI}.image.index.v1+json`, manifests: [image, list] });
    await writeFile(join(unfinished, "index.json"), index);
    await writeFile(join(unfinished, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    return digestOf(Buffer.from(index));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

class Blobs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(mediaType: string, content: Uint8Array | string | object): Promise<Descriptor> {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
    const digest = digestOf(bytes);
    await writeFile(join(this.#folder, "blobs", ...digest.split(":")), bytes);
    return { mediaType, digest, size: bytes.length };
  }
}

async function writeImage(blobs: Blobs, facts: ImageFacts, layers: readonly Layer[]): Promise<Entry> {
  const platform = { os: "linux", architecture: facts.architecture };
  const annotations = annotationsOf(facts);
  const config = await blobs.write(`${OCI}.image.config.v1+json`, {
    created: facts.created.toISOString(),
    ...platform,
    config: { ...facts.config, Labels: annotations },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const written: Descriptor[] = [];
  for (const { bytes } of layers) written.push(await blobs.write(`${OCI}.image.layer.v1.tar+gzip`, bytes));
  const manifest = await blobs.write(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: written, annotations });
  return { ...manifest, platform, annotations: { "org.opencontainers.image.ref.name": facts.tag } };
}

/** Refers to the image, so that a registry tells of it who asks for referrers. Its platform is none that anybody runs. */
async function writeSbom(blobs: Blobs, image: Descriptor, facts: ImageFacts, sbom: string): Promise<Entry> {
  const { mediaType, digest, size } = image;
  const manifest = await blobs.write(MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: SPDX,
    config: await blobs.write(EMPTY.mediaType, EMPTY.content),
    layers: [await blobs.write(SPDX, sbom)],
    subject: { mediaType, digest, size },
    annotations: { "org.opencontainers.image.created": facts.created.toISOString() },
  });
  return { ...manifest, artifactType: SPDX, platform: { os: "unknown", architecture: "unknown" } };
}

function annotationsOf({ annotations, created }: ImageFacts): Readonly<Record<string, string>> {
  const named = { created: created.toISOString(), ...annotations };
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [`org.opencontainers.image.${name}`, value]));
}
