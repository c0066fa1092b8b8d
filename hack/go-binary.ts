/** Finds the binary of a Go module for whoever runs it, or builds it first when no build of these sources is there. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "./processes.ts";

/** Milliseconds. */
const WAITING_INTERVAL = 15_000;
const LOCK_INTERVAL = 500;

/** Takes progress lines for people. */
export type Progress = (line: string) => void;

export interface GoBinary {
  /** Names its folder in the cache, and it in progress lines. */
  readonly name: string;
  /** Folder of the Go module; the binary gets its name. */
  readonly module: string;
  /** The go.mod to build with, by its path from that folder; its go.sum has the same name. Default the module's own. */
  readonly modfile?: string | undefined;
  /** Tells people before a build what it builds and how long that takes. */
  readonly announcement: string;
  /** Builds the module into a file. */
  readonly build: (output: string) => Promise<void>;
  readonly progress: Progress;
}

/**
 * Answers the path of the binary and builds it first if no build of exactly these sources is cached.
 * The cache lies outside the checkout, so that a second checkout does not build again.
 * Throws what the build throws.
 */
export async function goBinary(wanted: GoBinary): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = join(cache, "securitybaseline", wanted.name, await sourceHash(wanted));
  const binary = join(folder, basename(wanted.module));
  if (existsSync(binary)) return binary;
  await mkdir(folder, { recursive: true });
  const lock = join(folder, "lock");
  await acquire(lock, wanted);
  try {
    if (!existsSync(binary)) await build(binary, wanted);
  } finally {
    await rm(lock, { force: true });
  }
  return binary;
}

async function sourceHash({ module, modfile = "go.mod" }: GoBinary): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  const requirements = [modfile, modfile.replace(/mod$/, "sum")];
  const names = await readdir(module, { recursive: true });
  const files = names.filter((name) => name.endsWith(".go") || requirements.includes(name)).sort();
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(module, file)));
  return hash.digest("hex").slice(0, 16);
}

async function build(binary: string, wanted: GoBinary): Promise<void> {
  const started = Date.now();
  wanted.progress(wanted.announcement);
  const unfinished = `${binary}.${process.pid}`;
  try {
    await wanted.build(unfinished);
    await rename(unfinished, binary);
    wanted.progress(`Built in ${seconds(started)} s: ${binary}`);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Waits until no other process builds. A lock whose owner is gone is removed; should two processes do that at the same
 * moment, both build into files of their own and the later rename wins, which costs time but harms nothing.
 */
async function acquire(lock: string, { name, progress }: GoBinary): Promise<void> {
  const started = Date.now();
  for (let attempt = 0; !(await tryLock(lock)); attempt++) {
    const owner = Number(await readFile(lock, "utf8").catch(() => ""));
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
    if ((attempt * LOCK_INTERVAL) % WAITING_INTERVAL === 0) {
      progress(`Waiting for process ${owner}, which builds the ${name}, ${seconds(started)} s so far`);
    }
    await delay(LOCK_INTERVAL);
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await using file = await open(lock, "wx");
    await file.writeFile(String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function seconds(started: number): number {
  return Math.round((Date.now() - started) / 1000);
}
