/** Tells whether a file is still the one that it was, without reading it, for what is kept about it between two calls of this program. */
import { statSync } from "node:fs";

/** A file and its state at some time. */
export type FileState = readonly [path: string, state: string];

/** States of files. Any write, also one that leaves length and time of the file as they were, gives another state; "" for a file that is not there. */
export function statesOf(paths: readonly string[]): readonly FileState[] {
  return paths.map((path) => [path, stateOf(path)]);
}

/** True while none of the files was written, replaced or removed. */
export function areUnchanged(states: readonly FileState[]): boolean {
  return states.every(([path, state]) => stateOf(path) === state);
}

/** Nobody can set the time of the last change (ctime) of a file, as one can that of its last write. */
function stateOf(path: string): string {
  try {
    const { dev, ino, size, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, ctimeNs].join(".");
  } catch {
    return "";
  }
}
