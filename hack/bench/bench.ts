/** Owns one run of the benchmark: everything that is compared is measured in the same run, in turn. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { type Arena, freshNamespaces, openArena } from "./arena.ts";
import { measureCeiling, measureCreation } from "./creation.ts";
import { measureEdits } from "./edit.ts";
import { busyShare, load, machine } from "./machine.ts";
import { memoryOf, withOperator } from "./operator-run.ts";
import { measurePure } from "./pure.ts";
import { type Floor, inTurn, measureRepair, policiesOf, startFloor } from "./repair.ts";
import { measureRestart } from "./restart.ts";
import type { CreationRound, Result, Settings } from "./result.ts";
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

/** The baselines come into being over the rounds, so that each round meets new namespaces. */
async function creation(arena: Arena): Promise<{ rounds: CreationRound[]; namespaces: string[]; peak: number }> {
  const rounds: CreationRound[] = [];
  const namespaces: string[] = [];
  let peak = 0;
  for (let round = 0; round < settings.rounds; round++) {
    const count = Math.ceil((settings.baselines - namespaces.length) / (settings.rounds - round));
    const fresh = await freshNamespaces("bench", count);
    const ceiling = await measureCeiling(arena, count);
    rounds.push(
      await withOperator(arena, async ({ operator }) => {
        const created = await measureCreation(arena, fresh, ceiling);
        peak = Math.max(peak, (await memoryOf(operator.pid)).peak);
        return created;
      }),
    );
    namespaces.push(...fresh);
    say(`creation, round ${round + 1}: ${JSON.stringify(rounds.at(-1))}`);
  }
  return { rounds, namespaces, peak };
}

/** Restart, repair and edit with all baselines loaded; at the end of the last round, rest. */
async function loaded(
  arena: Arena,
  namespaces: readonly string[],
  floor: Floor,
): Promise<Pick<Result, "repair" | "edit" | "restart" | "steady" | "memory">> {
  const [floorTargets, operatorTargets] = [inTurn(floor.targets), inTurn(policiesOf(namespaces))];
  const all = [];
  for (let round = 0; round < settings.rounds; round++) {
    const last = round === settings.rounds - 1;
    const [restart, rest] = await measureRestart(arena, async ({ operator }) => {
      const repair = await measureRepair(arena, floorTargets, operatorTargets, settings.deletions);
      const edit = await measureEdits(arena, namespaces, { first: round * settings.edits, count: settings.edits });
      const steady = await measureSteady(last ? settings.quiet : 0);
      return { repair, edit, steady, memory: await measureMemory(operator.pid, 0) };
    });
    all.push({ restart, ...rest });
    say(`loaded, round ${round + 1}: ${JSON.stringify(all.at(-1))}`);
  }
  const final = all.at(-1);
  if (final === undefined) throw new Error("a run has at least one round");
  const peak = Math.max(...all.map(({ memory }) => memory.peak));
  return {
    repair: all.map(({ repair }) => repair),
    edit: all.map(({ edit }) => edit),
    restart: all.map(({ restart }) => restart),
    steady: final.steady,
    memory: { ...final.memory, peak },
  };
}
