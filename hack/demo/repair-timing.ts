/** Measures how long an observer of the demo sees an object changed before it is as it was. */
import type { Shell } from "./shell.ts";
import type { Output, Tamper } from "./step.ts";

/** Longest time that a repair may take, in milliseconds. */
const TIMEOUT = 30_000;

export interface TimedRepair {
  /** What the change itself printed. */
  readonly change: Output;
  /** Milliseconds from a watch seeing the change to the same watch seeing it undone; undefined if it never did. */
  readonly milliseconds: number | undefined;
}

/** Changes an object and watches it until it is as before. */
export async function timeRepair(shell: Shell, { tamper, object, field }: Tamper): Promise<TimedRepair> {
  const watch = `kubectl get ${object} --watch -o jsonpath='{${field}}{"\\n"}'`;
  const seen = shell.lines(watch, AbortSignal.timeout(TIMEOUT));
  const before = await seen.next();
  const [change, milliseconds] = await Promise.all([shell.run(tamper), untilRestored(seen, before.value)]);
  return { change, milliseconds };
}

async function untilRestored(seen: AsyncGenerator<string>, before: string): Promise<number | undefined> {
  let changed: number | undefined;
  for await (const value of seen) {
    if (value !== before) changed ??= performance.now();
    else if (changed !== undefined) return performance.now() - changed;
  }
  return undefined;
}
