/** Measures what a command costs from start to end of its process, against a Node process that does nothing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { FULL_SPEC } from "../../test/support/baselines.ts";
import { programPath } from "../../test/support/program.ts";
import { rounded, type Spread, spreadOf } from "./statistics.ts";

const RUNS = 9;
const KIBIBYTES_PER_MEBIBYTE = 1024;
const MICROSECONDS = 1000;

/** What one command costs, over all its runs. */
export interface CommandCost {
  readonly name: string;
  /** Milliseconds from start to end. */
  readonly wall: Spread;
  /** Milliseconds of processor time of all threads. */
  readonly processor: Spread;
  /** Highest resident memory in MiB. */
  readonly memory: Spread;
}

/** Bare Node, `version` and `render` of one baseline with every section of the benchmark. */
export async function measureCommands(): Promise<readonly CommandCost[]> {
  const folder = await mkdtemp(join(tmpdir(), "securitybaseline-bench-"));
  const [bare, baseline] = [join(folder, "bare.mjs"), join(folder, "baseline.yaml")];
  await writeFile(bare, "");
  const metadata = { namespace: "payments", name: "baseline" };
  await writeFile(
    baseline,
    stringify({ apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata, spec: FULL_SPEC }),
  );
  const program = await programPath();
  const commands = { "bare Node": [bare], version: [program, "version"], render: [program, "render", "-f", baseline] };
  try {
    const costs: CommandCost[] = [];
    for (const [name, args] of Object.entries(commands)) costs.push(await costOf(name, args, join(folder, "usage.json")));
    return costs;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function costOf(name: string, args: readonly string[], usage: string): Promise<CommandCost> {
  const told = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(usage)},JSON.stringify(process.resourceUsage())))`;
  const [wall, processor, memory]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    const child = spawn(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(told)}`, ...args], { stdio: "ignore" });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`${name} ended with ${code}`);
    const { userCPUTime, systemCPUTime, maxRSS }: NodeJS.ResourceUsage = JSON.parse(await readFile(usage, "utf8"));
    wall.push(performance.now() - started);
    processor.push((userCPUTime + systemCPUTime) / MICROSECONDS);
    memory.push(rounded(maxRSS / KIBIBYTES_PER_MEBIBYTE));
  }
  return { name, wall: spreadOf(wall), processor: spreadOf(processor), memory: spreadOf(memory) };
}
