/** Reads how much processor time processes have used, to tell what an operation costs whom. */
import { readFile } from "node:fs/promises";

/** Ticks of the kernel in a second, as every Linux has them for user space (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;

/** Milliseconds of processor time, in user and kernel space, of all threads of a process so far. */
export async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name of the command, in brackets, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Milliseconds of processor time that each of these processes used during `work`, by its name. */
export async function usedDuring<Name extends string>(
  pids: Readonly<Record<Name, number>>,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(pids) as Name[];
  const read = () => Promise.all(names.map((name) => processorTime(pids[name])));
  const before = await read();
  await work();
  const after = await read();
  return Object.fromEntries(names.map((name, index) => [name, (after[index] ?? 0) - (before[index] ?? 0)])) as Record<Name, number>;
}
