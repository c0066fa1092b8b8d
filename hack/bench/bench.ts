/** Runs the benchmark once; everything that is compared is measured in the same run, in turn. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { type Arena, freshNamespaces, openArena } from "./arena.ts";
import { measureCeiling, measureCreation } from "./creation.ts";
import { measureEdits } from "./edit.ts";
import { busyShare, load, machine } from "./machine.ts";
import { withOperator } from "./operator-run.ts";
import { measurePlugin } from "./plugin.ts";
import { measurePure } from "./pure.ts";
import { inTurn, measureRepair, policiesOf, startFloor } from "./repair.ts";
import { measureRestart } from "./restart.ts";
import type { CreationRound, PluginRound, Result, Settings } from "./result.ts";

import { measureMemory, measureSteady } from "./steady.ts";

const RESULTS = join(import.meta.dirname, "results");

const { values } = parseArgs({
  options: {
    baselines: { type: "string", default: "100" },
    rounds: { type: "string", default: "5" },
    deletions: { type: "string", default: "100" },
    edits: { type: "string", default: "20" },
    quiet: { type: "string", default: "60" },
    out: { type: "string", default: join(RESULTS, "latest.json") },
  },
});

const settings: Settings = {
  baselines: Number(values.baselines),
  rounds: Number(values.rounds),
  deletions: Number(values.deletions),
  edits: Number(values.edits),
  quiet: Number(values.quiet),
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What a part of the run found, and the most memory that an operator held meanwhile. */
interface Part<T> {
  readonly found: T;
  readonly peak: number;
}

/** The baselines come into being over the rounds, so that each round meets new namespaces. */
async function creation(arena: Arena): Promise<Part<{ rounds: CreationRound[]; namespaces: string[] }>> {
  const rounds: CreationRound[] = [];
  const namespaces: string[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    const count = Math.ceil((settings.baselines - namespaces.length) / (settings.rounds - round));
    const fresh = await freshNamespaces("bench", count);
    const ceiling = await measureCeiling(arena, count);
    const { measured, peak } = await withOperator(arena, () => measureCreation(arena, fresh, ceiling));
    rounds.push(measured);
    peaks.push(peak);
    namespaces.push(...fresh);
    say(`creation, round ${round + 1}: ${JSON.stringify(measured)}`);
  }
  return { found: { rounds, namespaces }, peak: Math.max(...peaks) };
}

/** Restart, repair and edits with all baselines loaded. */
async function loaded(arena: Arena, namespaces: readonly string[]): Promise<Part<Pick<Result, "repair" | "edit" | "restart">>> {
  const floor = await startFloor(arena);
  const [floorTargets, operatorTargets] = [inTurn(floor.targets), inTurn(policiesOf(namespaces))];
  const lives = [];
  for (let round = 0; round < settings.rounds; round++) {
    const life = await measureRestart(arena, async () => ({
      repair: await measureRepair(arena, floorTargets, operatorTargets, settings.deletions),
      edit: await measureEdits(arena, namespaces, { first: round * settings.edits, count: settings.edits }),
    }));
    lives.push(life);
    say(`loaded, round ${round + 1}: ${JSON.stringify(life)}`);
  }
  floor.close();
  const found = {
    repair: lives.map(({ measured }) => measured.repair),
    edit: lives.map(({ measured }) => measured.edit),
    restart: lives.map(({ restart }) => restart),
  };
  return { found, peak: Math.max(...lives.map(({ peak }) => peak)) };
}

function quiet(arena: Arena) {
  return withOperator(arena, async ({ pid }) => ({ steady: await measureSteady(settings.quiet), memory: await measureMemory(pid) }));
}

async function measureAll(arena: Arena): Promise<Omit<Result, "date" | "machine" | "load" | "settings">> {
  measurePure();
  const pure = Array.from({ length: settings.rounds }, () => measurePure());
  const plugin: PluginRound[] = [];
  for (let round = 0; round < settings.rounds; round++) plugin.push(await measurePlugin());
  const created = await creation(arena);
  const lived = await loaded(arena, created.found.namespaces);
  const rested = await quiet(arena);
  const peak = Math.max(created.peak, lived.peak, rested.peak);
  return {
    creation: created.found.rounds,
    ...lived.found,
    steady: rested.measured.steady,
    memory: { peak, ...rested.measured.memory },
    pure,
    plugin,
  };
}

async function main(): Promise<void> {
  const started = performance.now();
  const before = { before: load(), foreignBefore: await busyShare() };
  const arena = await openArena();
  let measured: Awaited<ReturnType<typeof measureAll>>;
  let after: number;
  try {
    measured = await measureAll(arena);
    after = load();
  } finally {
    await arena.close();
  }
  const result: Result = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(arena.kubernetes),
    load: { ...before, after, foreignAfter: await busyShare() },
    settings,
    ...measured,
  };
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, `${JSON.stringify(result, null, 2)}\n`);
  say(`${values.out}, after ${Math.round((performance.now() - started) / 1000)} s`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

await main();
