/** Finds the one binary that holds the control plane, or builds it first when no build of these sources is there. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildControlPlane, MODULE } from "./control-plane-build.ts";
import { isAlive } from "./processes.ts";

/** Milliseconds. */
const WAITING_INTERVAL = 15_000;
const LOCK_INTERVAL = 500;

/** Takes progress lines for people. */
export type Progress = (line: string) => void;

/**
 * Answers the path of the control plane binary and builds it first if no build of exactly these sources is cached.
 * The cache lies outside the checkout, so that a second checkout does not build again.
 * Throws when Go is missing or the build fails.
 */
export async function controlPlaneBinary(progress: Progress = () => undefined): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = join(cache, "securitybaseline", "control-plane", await sourceHash());
  const binary = join(folder, "controlplane");
  if (existsSync(binary)) return binary;
  await mkdir(folder, { recursive: true });
  const lock = join(folder, "lock");
  await acquire(lock, progress);
  try {
    if (!existsSync(binary)) await build(binary, progress);
  } finally {
    await rm(lock, { force: true });
  }
  return binary;
}

async function sourceHash(): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  const files = (await readdir(MODULE, { recursive: true })).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)).sort();
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(MODULE, file)));
  return hash.digest("hex").slice(0, 16);
}

async function build(binary: string, progress: Progress): Promise<void> {
  const started = Date.now();
  progress(
    "Building kube-apiserver, etcd, kube-controller-manager and kubectl from their Go modules: about 15 minutes on 2 cores, once. " +
      "Tests and demo run on these real servers, and this way needs neither containers nor downloaded binaries.",
  );
  const unfinished = `${binary}.${process.pid}`;
  try {
    await buildControlPlane(unfinished);
    await rename(unfinished, binary);
    progress(`Built in ${seconds(started)} s: ${binary}`);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Waits until no other process builds. A lock whose owner is gone is removed; should two processes do that at the same
 * moment, both build into files of their own and the later rename wins, which costs time but harms nothing.
 */
async function acquire(lock: string, progress: Progress): Promise<void> {
  const started = Date.now();
  for (let attempt = 0; !(await tryLock(lock)); attempt++) {
    const owner = Number(await readFile(lock, "utf8").catch(() => ""));
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
    if ((attempt * LOCK_INTERVAL) % WAITING_INTERVAL === 0) {
      progress(`Waiting for process ${owner}, which builds the control plane, ${seconds(started)} s so far`);
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
