/** Measures rest: what the operator asks for and what it holds while nothing changes. */
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { auditMark } from "../../test/support/audit-log.ts";
import { memoryOf } from "./operator-run.ts";
import { requestsSince } from "./requests.ts";
import type { Memory, Steady } from "./result.ts";
import { rounded } from "./statistics.ts";

const BYTES_PER_MEBIBYTE = 1_048_576;

/** Waits for so many seconds and counts the operator's requests meanwhile. */
export async function measureSteady(seconds: number): Promise<Steady> {
  const mark = await auditMark();
  await delay(seconds * 1000);
  return { seconds, requests: await requestsSince(mark) };
}

/** Memory of a process now, in MiB, and of one that does nothing. */
export async function measureMemory(pid: number): Promise<Pick<Memory, "idle" | "bareNode">> {
  const { now } = await memoryOf(pid);
  const { stdout } = await promisify(execFile)(process.execPath, ["--print", "process.memoryUsage.rss()"]);
  return { idle: now, bareNode: rounded(Number(stdout) / BYTES_PER_MEBIBYTE) };
}
