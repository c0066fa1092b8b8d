/** Runs the operator for the length of one measurement and reads its memory at the end. */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { awaitFirstLooks } from "../../test/support/metrics.ts";
import type { OperatorProcess } from "../../test/support/operator-process.ts";
import type { Arena } from "./arena.ts";
import { rounded } from "./statistics.ts";

const POLL_INTERVAL = 10;
const READY_TIMEOUT = 60_000;
const KIBIBYTES_PER_MEBIBYTE = 1024;

export interface Life<T> {
  /** Milliseconds from the start of the process until /readyz answered 200. */
  readonly ready: number;
  /** What was measured meanwhile. */
  readonly measured: T;
  /** Highest resident memory, in MiB. */
  readonly peak: number;
}

/** Starts the operator, waits until it has looked at every baseline, and ends it after `measure`. */
export async function withOperator<T>(arena: Arena, measure: (operator: OperatorProcess) => Promise<T>): Promise<Life<T>> {
  const started = performance.now();
  const operator = await arena.startOperator();
  try {
    await untilReady(operator);
    const ready = rounded(performance.now() - started);
    await awaitFirstLooks(operator);
    const measured = await measure(operator);
    return { ready, measured, peak: (await memoryOf(operator.pid)).peak };
  } catch (error) {
    process.stderr.write(operator.logs().split("\n").slice(-20).join("\n"));
    throw error;
  } finally {
    await operator.stop();
  }
}

/** Waits until /readyz answers 200. */
export async function untilReady({ health, exit }: OperatorProcess): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT;
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  while (!(await answersReady(health))) {
    if (ended) throw new Error("the operator ended before it was ready");
    if (performance.now() > deadline) throw new Error("the operator was not ready in time");
    await delay(POLL_INTERVAL);
  }
}

async function answersReady(health: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${health}/readyz`);
    return status === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

/** Resident memory of a process in MiB: its peak so far, and now. */
export async function memoryOf(pid: number): Promise<{ readonly peak: number; readonly now: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const read = (field: string): number => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    return rounded(Number(kibibytes) / KIBIBYTES_PER_MEBIBYTE);
  };
  return { peak: read("VmHWM"), now: read("VmRSS") };
}
