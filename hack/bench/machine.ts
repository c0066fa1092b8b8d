/** Describes the machine, so that a reader can judge the figures. */
import { cpus, loadavg, release, totalmem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Machine } from "./result.ts";
import { rounded } from "./statistics.ts";

const BYTES_PER_GIBIBYTE = 1_073_741_824;
const SAMPLE = 3_000;

export function machine(kubernetes: string): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: rounded(totalmem() / BYTES_PER_GIBIBYTE),
    kernel: release(),
    node: process.version,
    kubernetes,
  };
}

/** Load average over the last minute. */
export function load(): number {
  return rounded(loadavg()[0] ?? 0);
}

/** Percent of all processor time that is used during three seconds in which this process does nothing. */
export async function busyShare(): Promise<number> {
  const before = ticks();
  await delay(SAMPLE);
  const after = ticks();
  return rounded((100 * (after.busy - before.busy)) / (after.all - before.all));
}

function ticks(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}
