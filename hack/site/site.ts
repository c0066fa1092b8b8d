/** Builds the documentation's site into dist/site, for whoever publishes or reads it, or says what is wrong with the pages: `make site`. */
import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildSite } from "./build.ts";
import { readDocumentation } from "./documentation.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const OUTPUT = join(ROOT, "dist", "site");

const { repository, problems } = readDocumentation(ROOT);

if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exitCode = 1;
} else {
  const style = await readFile(join(import.meta.dirname, "style.css"), "utf8");
  const site = buildSite({ repository, read: (path) => readFileSync(join(ROOT, path)), style });
  await rm(OUTPUT, { recursive: true, force: true });
  for (const [address, content] of site) {
    await mkdir(dirname(join(OUTPUT, address)), { recursive: true });
    await writeFile(join(OUTPUT, address), content);
  }
  process.stdout.write(`dist/site/index.html: ${repository.pages.length} pages\n`);
}
