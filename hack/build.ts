/** Builds the program as files that Node can run, for releases and tests: equal sources give equal files. */
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { PLUGIN_FILE, PROGRAM_FILE } from "../operator/cli/break-glass/program-files.ts";
import { leaveOut } from "./leave-out.ts";
import { bundledFolders, LICENCES_FILE, licencesText } from "./licences.ts";
import { COMMENT_END, type Part, packed } from "./one-file.ts";

const ROOT = join(import.meta.dirname, "..");
const OUTPUT = join(ROOT, "dist");

const SHEBANG = "#!/usr/bin/env node";

/** Dependencies in CommonJS call `require`, which an ES module does not have. */
const REQUIRE = `import { createRequire as createRequireForBundle } from "node:module";
const require = createRequireForBundle(import.meta.url);`;

/** For Node this package offers only its CommonJS form, of which a bundle holds everything; of ES modules it holds what is used. */
const RXJS = join(ROOT, "node_modules", "rxjs", "dist", "esm", "index.js");

/** Names stay as they are in the sources, so that a stack says where something happened. */
const COMPACT = { minifyWhitespace: true, minifySyntax: true, lineLimit: 160 } satisfies BuildOptions;

/**
 * Builds dist/securitybaseline.mjs, the whole program in parts that are loaded when they are run, dist/securitybaseline-credential.mjs, by which kubectl
 * need not load it with each command, and beside them the licences of the packages that both hold code of.
 * @returns path of the whole program
 */
export async function buildProgram(): Promise<string> {
  const whole = await bundle("operator/main.ts", {
    ...COMPACT,
    splitting: true,
    banner: { js: REQUIRE },
    define: { SECURITYBASELINE_VERSION: JSON.stringify(await packageVersion()), SECURITYBASELINE_COMMIT: JSON.stringify(await commit()) },
    plugins: [leaveOut(join(ROOT, "node_modules"))],
  });
  const plugin = await bundle("operator/credential-plugin.ts", { banner: { js: SHEBANG } });
  await put(PROGRAM_FILE, await oneFile(whole.parts), 0o755);
  await put(PLUGIN_FILE, plugin.parts.map(({ text }) => text).join(""), 0o755);
  await put(
    LICENCES_FILE,
    await licencesText(
      ROOT,
      [whole, plugin].flatMap(({ metafile }) => bundledFolders(metafile)),
    ),
    0o644,
  );
  return join(OUTPUT, PROGRAM_FILE);
}

/** The launcher and behind it the parts. */
async function oneFile(parts: readonly Part[]): Promise<string> {
  const { text, places } = packed(parts);
  const define = { PARTS: places, FIRST_PART: "main.mjs", COMMENT_END };
  const launcher = await bundle("operator/launcher.ts", {
    banner: { js: SHEBANG },
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
  });
  return launcher.parts.map((part) => part.text).join("") + text;
}

/** The parts of what an entry needs, without writing any, and what went into them. */
async function bundle(entry: string, options: BuildOptions): Promise<{ readonly parts: readonly Part[]; readonly metafile: Metafile }> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outdir: OUTPUT,
    outExtension: { ".js": ".mjs" },
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
    write: false,
    metafile: true,
  });
  return { parts: outputFiles.map(({ path, text }) => ({ name: basename(path), text })), metafile };
}

/** Who reads the file meanwhile gets the old one or the new one, never half of it. */
async function put(name: string, text: string, mode: number): Promise<void> {
  const unfinished = join(OUTPUT, `${name}.${process.pid}.tmp`);
  await mkdir(OUTPUT, { recursive: true });
  await writeFile(unfinished, text);
  await chmod(unfinished, mode);
  await rename(unfinished, join(OUTPUT, name));
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
