/** Builds the program into one file that Node can run: equal sources give an equal file. */
import { execFile } from "node:child_process";
import { chmod, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const OUTPUT = join(ROOT, "dist", "securitybaseline.mjs");

/** Dependencies in CommonJS call `require`, which an ES module does not have. An older Node is told so before it meets code that it cannot run. */
const BANNER = `#!/usr/bin/env node
import { createRequire as createRequireForBundle } from "node:module";
if (Number(process.versions.node.split(".")[0]) < 24) {
  process.stderr.write("securitybaseline: needs Node 24 or newer, this is " + process.version + "\\n");
  process.exit(2);
}
const require = createRequireForBundle(import.meta.url);`;

/** Builds dist/securitybaseline.mjs with the licence texts at its end and answers its path. */
export async function buildProgram(): Promise<string> {
  // Who starts the program meanwhile gets the old file or the new one, never half of it.
  const unfinished = `${OUTPUT}.${process.pid}.tmp`;
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["operator/main.ts"],
    outfile: unfinished,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: BANNER },
    define: {
      SECURITYBASELINE_VERSION: JSON.stringify(await packageVersion()),
      SECURITYBASELINE_COMMIT: JSON.stringify(await commit()),
    },
    sourcemap: false,
    legalComments: "eof",
    logLevel: "warning",
  });
  await chmod(unfinished, 0o755);
  await rename(unfinished, OUTPUT);
  return OUTPUT;
}

async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  return String(version);
}

/** A source archive has no history; that must not stop a build. */
async function commit(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "HEAD"], { cwd: ROOT });
    return stdout.trim();
  } catch {
    return "unknown";
  }
}

if (import.meta.main) process.stdout.write(`${await buildProgram()}\n`);
