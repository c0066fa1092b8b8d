/** Starts the observer of a whole grant beside all other tests, and hands on what it saw. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** What was seen of a grant whose operator was killed while it was in use. */
export interface Observation {
  readonly worksAtFirst: boolean;
  readonly worksWithoutOperator: boolean;
  /** What the requester is told who wants another token after the deadline. */
  readonly mintAfterwards: string;
  /** The same for group system:masters. */
  readonly mintByMasters: string;
  /** From the deadline until the API server no longer took the token. */
  readonly secondsUntilDead: number;
  /** Objects of the grant that nobody has removed. */
  readonly objectsLeft: readonly string[];
  /** What somebody with the operator's token is told who makes an identity of the same deadline. */
  readonly madeAnew: string;
}

let observation: Promise<Observation> | undefined;

/** Starts the observer; a second call answers the first one's result. It takes about thirteen minutes. */
export function observeExpiry(): Promise<Observation> {
  observation ??= run();
  // Whoever awaits it later hears of the failure then.
  observation.catch(() => undefined);
  return observation;
}

async function run(): Promise<Observation> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "observer.ts")], { stdio: ["ignore", "pipe", "pipe"] });
  process.once("exit", () => child.kill("SIGTERM"));
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  if (code !== 0) throw new Error(`the observer ended with ${code}:\n${errors}`);
  return JSON.parse(output);
}
