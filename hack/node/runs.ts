/** Keeps account of what runs of the test node leave on the machine, and removes what belongs to runs that are over, however they ended. */
import { existsSync, readdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const PREFIX = "securitybaseline-node-";
/** In a run's folder: who it belongs to. */
const OWNER = "owner.json";
const CGROUPS = "/sys/fs/cgroup";

/** Milliseconds: processes of namespaces that are gone are ended by the kernel, which takes moments. */
const PATIENCE = 30_000;
const INTERVAL = 50;

/** A process that is not mistaken for a later one of the same number. */
interface Owner {
  readonly pid: number;
  /** In ticks since the machine was started. */
  readonly started: string;
  /** In which processes are numbered so. */
  readonly namespace: string;
}

/** A folder for a new run, owned by this process until the run has begun. Its name is what everything of the run outside of its namespaces is called by. */
export async function newRun(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  ownRun(folder, process.pid);
  return folder;
}

/** Writes down which process holds the namespaces of a run. */
export function ownRun(folder: string, pid: number): void {
  const owner: Owner = { pid, started: startOf(pid) ?? "", namespace: processNamespace() };
  writeFileSync(join(folder, OWNER), JSON.stringify(owner));
}

/** The process that holds the namespaces of a run, or undefined if it is over. */
export function ownerOf(folder: string): number | undefined {
  const owner = readOwner(folder);
  return owner !== undefined && startOf(owner.pid) === owner.started ? owner.pid : undefined;
}

/** Ends a run, removes all of it, and answers when that is done. */
export async function endRun(folder: string): Promise<void> {
  const owner = ownerOf(folder);
  if (owner !== undefined && owner !== process.pid) process.kill(owner, "SIGKILL");
  while (owner !== process.pid && ownerOf(folder) !== undefined) await delay(INTERVAL);
  await removeCgroups(basename(folder));
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Removes what runs left behind that were killed. Of runs of other namespaces of processes nobody knows here whether they are over. */
export async function sweepRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (name.startsWith(PREFIX) && readOwner(folder)?.namespace === processNamespace() && ownerOf(folder) === undefined)
      await endRun(folder);
  }
}

function readOwner(folder: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER), "utf8"));
  } catch {
    return undefined;
  }
}

function processNamespace(): string {
  return readlinkSync("/proc/self/ns/pid");
}

/** Paths of the control groups of that name: one, or one for each controller. */
export function cgroupsOf(name: string): readonly string[] {
  const unified = existsSync(join(CGROUPS, "cgroup.controllers"));
  const hierarchies = unified ? [CGROUPS] : readdirSync(CGROUPS).map((controller) => join(CGROUPS, controller));
  return hierarchies.map((hierarchy) => join(hierarchy, name));
}

async function removeCgroups(name: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (const group of cgroupsOf(name).filter((path) => existsSync(path))) {
    for (let failure = tryRemove(group); failure !== undefined; failure = tryRemove(group)) {
      if (performance.now() > deadline) throw failure;
      await delay(INTERVAL);
    }
  }
}

/** Why the group is still there, or undefined. Groups go from the inside out, each when its last process has ended. */
function tryRemove(group: string): unknown {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
      const failure = entry.isDirectory() ? tryRemove(join(group, entry.name)) : undefined;
      if (failure !== undefined) return failure;
    }
    rmdirSync(group);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** When a process was started, or undefined if there is none or it has ended. */
function startOf(pid: number): string | undefined {
  try {
    // The name in parentheses may hold anything; behind it the state is the first field and the start the 20th.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
