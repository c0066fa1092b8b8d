/** Finds the files that a command is given by name or by folder. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { byText } from "../../controls/order.ts";
import { CommandError } from "../failure-text.ts";

/** Ends of the names of files that are read in a folder. */
const MANIFEST = /\.(ya?ml|json)$/;

/**
 * The files in the order in which they are named; a folder stands for the manifests in it and in the folders below, by name. "-" is standard input. Links
 * are followed to files, never to folders, which might lead back.
 * @throws CommandError for a folder that cannot be read
 */
export async function manifestsIn(paths: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(paths.map(async (path) => ((await isFolder(path)) ? manifestsBelow(path) : [path])));
  return [...new Set(files.flat())];
}

/** What is not there is a file: reading it tells so. */
async function isFolder(path: string): Promise<boolean> {
  if (path === "-") return false;
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function manifestsBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => MANIFEST.test(entry.name) && !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
    const isFile = await Promise.all(files.map(async (file) => !(await isFolder(file))));
    return files.filter((_, index) => isFile[index]).toSorted(byText);
  } catch (cause) {
    throw new CommandError(`${folder}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
