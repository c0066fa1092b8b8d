/** Packs files as a layer of an image, for `make image`: equal files and an equal time give equal bytes. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import { byText } from "../../operator/controls/order.ts";

export interface ImageFile {
  /** In the image, absolute. */
  readonly path: string;
  readonly content: Uint8Array | string;
  readonly isExecutable?: boolean;
}

export interface Layer {
  /** A tar archive, compressed. */
  readonly bytes: Buffer;
  /** Digest of the archive before it was compressed, by which an image names its layers. */
  readonly diffId: string;
}

/** Owned by root, and writable for nobody. */
const READABLE = 0o444;
const EXECUTABLE = 0o555;
const FOLDER = 0o755;

/** Packs the files and the folders above them, all of this time. Throws where two files have one path, or a path is not absolute. */
export async function layerOf(files: readonly ImageFile[], time: Date): Promise<Layer> {
  const sorted = files.toSorted((one, other) => byText(one.path, other.path));
  for (const [index, { path }] of sorted.entries()) {
    if (posix.normalize(path) !== path || !posix.isAbsolute(path))
      throw new Error(`the path of a file in an image must be absolute, got ${path}`);
    if (sorted[index + 1]?.path === path) throw new Error(`two files of an image have the path ${path}`);
  }
  const folders = [...new Set(sorted.flatMap(({ path }) => above(path)))].sort(byText);
  const archive = await packTar([...folders.map((path) => folderEntry(path, time)), ...sorted.map((file) => fileEntry(file, time))]);
  return { bytes: gzipSync(archive, { level: 9 }), diffId: digestOf(archive) };
}

/** As registries name bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function above(path: string): readonly string[] {
  const parent = posix.dirname(path);
  return parent === "/" ? [] : [parent, ...above(parent)];
}

function folderEntry(path: string, mtime: Date): TarEntry {
  return { header: { ...ROOT, name: `${path.slice(1)}/`, type: "directory", size: 0, mode: FOLDER, mtime } };
}

function fileEntry({ path, content, isExecutable }: ImageFile, mtime: Date): TarEntry {
  const body = typeof content === "string" ? Buffer.from(content) : content;
  const mode = isExecutable ? EXECUTABLE : READABLE;
  return { header: { ...ROOT, name: path.slice(1), type: "file", size: body.length, mode, mtime }, body };
}

const ROOT = { uid: 0, gid: 0, uname: "", gname: "" };
