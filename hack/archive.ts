/** Packs files as tar archives for images and releases: equal files and an equal time give equal bytes, whoever packs them. */
import { posix } from "node:path";
import { packTar, type TarEntry } from "modern-tar";
import { byText } from "../operator/controls/order.ts";

export interface ArchivedFile {
  /** In the archive, relative. */
  readonly path: string;
  readonly content: Uint8Array | string;
  readonly isExecutable?: boolean;
}

/** Owned by root, and writable for nobody. */
const READABLE = 0o444;
const EXECUTABLE = 0o555;
const FOLDER = 0o755;
const ROOT = { uid: 0, gid: 0, uname: "", gname: "" };

/** An archive of the files and the folders above them, in order, all of this time. */
export function archiveOf(files: readonly ArchivedFile[], time: Date): Promise<Uint8Array> {
  const sorted = files.toSorted((one, other) => byText(one.path, other.path));
  const folders = [...new Set(sorted.flatMap(({ path }) => above(path)))].sort(byText);
  return packTar([...folders.map((path) => folderEntry(path, time)), ...sorted.map((file) => fileEntry(file, time))]);
}

function above(path: string): readonly string[] {
  const parent = posix.dirname(path);
  return parent === "." ? [] : [parent, ...above(parent)];
}

function folderEntry(path: string, mtime: Date): TarEntry {
  return { header: { ...ROOT, name: `${path}/`, type: "directory", size: 0, mode: FOLDER, mtime } };
}

function fileEntry({ path, content, isExecutable }: ArchivedFile, mtime: Date): TarEntry {
  const body = typeof content === "string" ? Buffer.from(content) : content;
  const mode = isExecutable ? EXECUTABLE : READABLE;
  return { header: { ...ROOT, name: path, type: "file", size: body.length, mode, mtime }, body };
}
