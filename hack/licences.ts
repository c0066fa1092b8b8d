/** Collects the licences of the code of others that the built program holds, for whoever hands the program on. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { byText } from "../operator/controls/order.ts";

/** Stands beside the built program, wherever that is put. */
export const LICENCES_FILE = "THIRD_PARTY_LICENSES";

const PACKAGE_FOLDER = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
const RULE = "=".repeat(80);

/** Folders of the packages of which a build took code, as esbuild names them: relative to the checkout. */
export function bundledFolders(metafile: Metafile): readonly string[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const taken = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return [...new Set(taken.flatMap(([path]) => PACKAGE_FOLDER.exec(path)?.[0] ?? []))].sort(byText);
}

/** One text with name, version and licence of each of these packages of the checkout. Throws for one that names no licence. */
export async function licencesText(root: string, folders: readonly string[]): Promise<string> {
  const entries = await Promise.all([...new Set(folders)].map((folder) => entryOf(join(root, folder))));
  const head = "This program holds code of the packages below. Each stands under the licence that follows its name.\n";
  return [head, ...entries.sort(byText)].join(`\n${RULE}\n`);
}

async function entryOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (typeof license !== "string")
    throw new Error(`${name} ${version} names no licence: look at what it may be used for before it is shipped`);
  const texts = await textsIn(folder);
  const text = texts.length > 0 ? texts.join("\n") : "The package comes without a text of its licence.\n";
  return `${name} ${version} (${license})\n\n${text}`;
}

/** The same whatever line breaks a package uses. */
async function textsIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => LICENCE_FILE.test(name)).sort(byText);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => `${text.replaceAll("\r\n", "\n").trim()}\n`);
}
