/** Builds the program as files that Node can run, for releases and tests: equal sources give equal files. */
import { execFile } from "node:child_process";
import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { PLUGIN_FILE, PROGRAM_FILE } from "../operator/cli/break-glass/program-files.ts";
import { bundledFolders, LICENCES_FILE, licencesText } from "./licences.ts";

const ROOT = join(import.meta.dirname, "..");
const OUTPUT = join(ROOT, "dist");

const SHEBANG = "#!/usr/bin/env node";

/** Dependencies in CommonJS call `require`, which an ES module does not have. */
const BANNER = `${SHEBANG}
import { createRequire as createRequireForBundle } from "node:module";
const require = createRequireForBundle(import.meta.url);`;

/** For Node this package offers only its CommonJS form, of which a bundle holds everything; of ES modules it holds what is used. */
const RXJS = join(ROOT, "node_modules", "rxjs", "dist", "esm", "index.js");

/**
 * Builds dist/securitybaseline.mjs, the whole program with the notices of its sources at its end, dist/securitybaseline-credential.mjs, by which kubectl
 * need not load it with each command, and beside them the licences of the packages that both hold code of.
 * @returns path of the whole program
 */
export async function buildProgram(): Promise<string> {
  const define = {
    SECURITYBASELINE_VERSION: JSON.stringify(await packageVersion()),
    SECURITYBASELINE_COMMIT: JSON.stringify(await commit()),
  };
  const whole = await bundle("operator/main.ts", PROGRAM_FILE, { banner: { js: BANNER }, define });
  const plugin = await bundle("operator/credential-plugin.ts", PLUGIN_FILE, { banner: { js: SHEBANG } });
  const folders = [whole, plugin].flatMap(bundledFolders);
  await writeFile(unfinished(LICENCES_FILE), await licencesText(ROOT, folders));
  await rename(unfinished(LICENCES_FILE), join(OUTPUT, LICENCES_FILE));
  return join(OUTPUT, PROGRAM_FILE);
}

/** Answers what went into the file. */
async function bundle(entry: string, name: string, options: BuildOptions): Promise<Metafile> {
  const outfile = unfinished(name);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    alias: { rxjs: RXJS },
    sourcemap: false,
    legalComments: "eof",
    logLevel: "warning",
    ...options,
    metafile: true,
  });
  await chmod(outfile, 0o755);
  await rename(outfile, join(OUTPUT, name));
  return metafile;
}

/** Who reads the file meanwhile gets the old one or the new one, never half of it. */
function unfinished(name: string): string {
  return join(OUTPUT, `${name}.${process.pid}.tmp`);
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
