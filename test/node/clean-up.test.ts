/** Proves that nothing of a node outlives the process that holds its namespaces, however that ends: `make node-down` then removes the rest. */
import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { enterNamespaces, spawnInNamespaces } from "../../hack/node/namespaces.ts";
import { cgroupsOf, endRun, newRun, ownerOf, ownRun, sweepRuns } from "../../hack/node/runs.ts";
import { eventually } from "../support/eventually.ts";

const run = promisify(execFile);

/** Stands for a node: a process that nobody waits for, a mount, an interface and control groups. */
const LIKE_A_NODE = `mount -t tmpfs tmpfs /mnt; ip link add inside type bridge; setsid sleep 86399 & echo begun; exec sleep 86399`;

describe("the end of a node", () => {
  let folder: string;
  let holder: ChildProcess;

  beforeEach(async () => {
    folder = await newRun();
    holder = spawnInNamespaces(["sh", "-c", LIKE_A_NODE], { stdio: ["ignore", "pipe", "inherit"], detached: true });
    await once(holder.stdout as NonNullable<typeof holder.stdout>, "data");
    ownRun(folder, holder.pid ?? 0);
    for (const path of cgroupsOf(basename(folder))) mkdirSync(join(path, "kubepods", "pod"), { recursive: true });
    const [memory = ""] = cgroupsOf(basename(folder)).filter((path) => path.includes("memory"));
    const [child = ""] = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8").split(" ");
    writeFileSync(join(memory, "kubepods", "pod", "cgroup.procs"), child);
  });

  afterEach(() => endRun(folder));

  const sleepers = async (): Promise<number> => {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return commands.filter((command) => command === "sleep\x0086399\0").length;
  };
  const nothingIsLeft = async (): Promise<void> => {
    expect(await sleepers()).to.equal(0);
    expect([folder, ...cgroupsOf(basename(folder))].filter((path) => existsSync(path))).to.deep.equal([]);
    expect((await run("ip", ["link"])).stdout).to.not.contain("inside");
    expect(readFileSync("/proc/mounts", "utf8")).to.not.contain(" /mnt ");
  };

  it("shows its network to whoever enters, and to nobody else", async () => {
    const [program = "", ...args] = enterNamespaces(holder.pid ?? 0, ["ip", "link", "show", "inside"]);
    expect((await run(program, args)).stdout).to.contain("inside");
    expect((await run("ip", ["link"])).stdout).to.not.contain("inside");
  });

  it("takes everything with it when it is asked for", async () => {
    await endRun(folder);
    await nothingIsLeft();
  });

  it("leaves only files and empty control groups when the holder is killed, and the next sweep removes them", async () => {
    holder.kill("SIGKILL");
    await eventually("no process is left", async () => (await sleepers()) === 0);
    expect(existsSync(folder)).to.equal(true);
    await sweepRuns();
    await nothingIsLeft();
  });

  it("spares a node that runs when others are swept away", async () => {
    await sweepRuns();
    expect(ownerOf(folder)).to.equal(holder.pid);
    await eventually("both of its processes are there", async () => (await sleepers()) === 2);
  });
});
