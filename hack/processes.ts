/** Tells whether a process still runs. */
import { readFileSync } from "node:fs";

/** True while a process of this id runs. One that has ended but that nobody has waited for yet (a zombie) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !isZombie(pid);
}

/** In containers the first process may take its time to collect orphans. Where there is no /proc, init collects at once. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
