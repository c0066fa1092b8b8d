/** Prepares everything for a tag in dist/release, without network, for maintainers: `make release VERSION=1.2.3`, see docs/releasing.md. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { visible } from "../../operator/api/visible.ts";
import { releaseFiles } from "./artefacts.ts";
import { readCheckout } from "./checkout.ts";
import { refusalOf } from "./request.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Nobody can fetch from here: a release that is published names another place. */
const NOWHERE = "https://releases.example.com/securitybaseline";

/** What may stand before the tag of an image. */
const IMAGE = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/;

async function main({ VERSION: version = "", IMAGE: image, URL: url }: NodeJS.ProcessEnv): Promise<void> {
  const refusal = refusalOf(version, await readCheckout(ROOT)) ?? wrongPlace(image, url);
  if (refusal !== undefined) {
    process.stderr.write(`release: ${refusal}\n`);
    process.exitCode = 2;
    return;
  }
  const { files, reference } = await releaseFiles(ROOT, { version, image: image || undefined, url: url || `${NOWHERE}/${version}` });
  const folder = join(ROOT, "dist", "release", version);
  await writeAll(folder, files);
  process.stdout.write(
    `${relative(process.cwd(), folder)}: ${files.size} files\nimage to push and sign: ${reference}\nfile to sign: SHA256SUMS\n`,
  );
  if (!image || !url)
    process.stdout.write("IMAGE or URL was not given: the files name an example instead. Give both before you publish.\n");
}

function wrongPlace(image: string | undefined, url: string | undefined): string | undefined {
  if (image && !IMAGE.test(image)) return `IMAGE must be like registry.example.com/team/name, without a tag, got ${visible(image)}`;
  if (url && !/^https:\/\/[^\s/?#]+(\/[^\s?#]+)*$/.test(url))
    return `URL must begin with https:// and not end with a slash, got ${visible(url)}`;
  return undefined;
}

/** Who looks meanwhile sees the whole release or none. */
async function writeAll(folder: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  const unfinished = `${folder}.${process.pid}.tmp`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const [name, content] of files) await writeFile(join(unfinished, name), content);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    await main(process.env);
  } catch (error) {
    process.stderr.write(`release: ${visible(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = 1;
  }
}
