/** Finds the files that a command is given by name or by folder. */
import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { byText } from "../controls/order.ts";
import { CommandError } from "./failure-text.ts";

/** Ends of the names of files that are read in a folder. */
const MANIFEST = /\.(ya?ml|json)$/;

/**
 * The files in the order in which they are named; a folder stands for the manifests in it and in the folders below, by name. "-" is standard input. Links
 * are followed to files, never to folders, which might lead back. Pipes and the like, which may never end, are taken by name only.
 * @throws CommandError for a folder that cannot be read
 */
export async function manifestsIn(paths: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(paths.map(async (path) => ((await isFolder(path)) ? manifestsBelow(path) : [path])));
  return [...new Set(files.flat())];
}

async function isFolder(path: string): Promise<boolean> {
  return path !== "-" && (await statOf(path))?.isDirectory() === true;
}

/** What is not there is a file, too: reading it tells so. */
async function isFile(path: string): Promise<boolean> {
  return (await statOf(path))?.isFile() ?? true;
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

async function manifestsBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => MANIFEST.test(entry.name) && !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
    const areFiles = await Promise.all(files.map(isFile));
    return files.filter((_, index) => areFiles[index]).toSorted(byText);
  } catch (cause) {
    throw new CommandError(`${folder}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
