/** Packs files as a layer of an image, for `make image`: equal files and an equal time give equal bytes. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { gzipSync } from "node:zlib";
import { byText } from "../../operator/controls/order.ts";
import { type ArchivedFile, archiveOf } from "../archive.ts";

/** A file by its path in the image, which is absolute. */
export type ImageFile = ArchivedFile;

export interface Layer {
  /** A tar archive, compressed. */
  readonly bytes: Buffer;
  /** Digest of the archive before it was compressed, by which an image names its layers. */
  readonly diffId: string;
}

/** Packs the files and the folders above them, all of this time. Throws where two files have one path, or a path is not absolute. */
export async function layerOf(files: readonly ImageFile[], time: Date): Promise<Layer> {
  const sorted = files.toSorted((one, other) => byText(one.path, other.path));
  for (const [index, { path }] of sorted.entries()) {
    if (posix.normalize(path) !== path || !posix.isAbsolute(path))
      throw new Error(`the path of a file in an image must be absolute, got ${path}`);
    if (sorted[index + 1]?.path === path) throw new Error(`two files of an image have the path ${path}`);
  }
  const archive = await archiveOf(
    sorted.map((file) => ({ ...file, path: file.path.slice(1) })),
    time,
  );
  return { bytes: gzipSync(archive, { level: 9 }), diffId: digestOf(archive) };
}

/** As registries name bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
