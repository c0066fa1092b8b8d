/** Judges objects for tests with the library that Flux and kpt wait with. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { kstatusBinary } from "../../hack/kstatus-binary.ts";

/** What the library makes of an object that exists. */
export interface Kstatus {
  readonly status: "Current" | "InProgress" | "Failed" | "Terminating";
  readonly message: string;
}

/**
 * Answers the status of each object, in their order. The objects are whole ones, as the API server answers them.
 * Throws when the library cannot judge one of them.
 */
export async function kstatusOf(objects: readonly object[]): Promise<readonly Kstatus[]> {
  const child = spawn(await kstatusBinary(), { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(objects.map((object) => `${JSON.stringify(object)}\n`).join(""));
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`kstatus ended with ${code}`);
  return stdout.trimEnd().split("\n").filter(Boolean).map(judged);
}

function judged(line: string, index: number): Kstatus {
  const answer = JSON.parse(line) as Kstatus | { readonly error: string };
  if ("error" in answer) throw new Error(`kstatus cannot judge object ${index}: ${answer.error}`);
  return answer;
}
