/** Measures rest: what the operator asks for and what it holds while nothing changes. */
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { auditEvents, auditMark } from "../../test/support/audit-log.ts";
import { OPERATOR_USER } from "../../test/support/operator-process.ts";
import { memoryOf } from "./operator-run.ts";
import type { Memory, Steady } from "./result.ts";
import { rounded } from "./statistics.ts";

const BYTES_PER_MEBIBYTE = 1_048_576;

/** Waits for so many seconds and counts the operator's requests meanwhile. */
export async function measureSteady(seconds: number): Promise<Steady> {
  const mark = await auditMark();
  await delay(seconds * 1000);
  const requests = Object.groupBy(await auditEvents(mark, { user: OPERATOR_USER }), ({ verb }) => verb);
  return { seconds, requests: Object.fromEntries(Object.entries(requests).map(([verb, all = []]) => [verb, all.length])) };
}

/** Memory of a process now, in MiB, and of one that does nothing. */
export async function measureMemory(pid: number): Promise<Pick<Memory, "idle" | "bareNode">> {
  const { now } = await memoryOf(pid);
  const { stdout } = await promisify(execFile)(process.execPath, ["--print", "process.memoryUsage.rss()"]);
  return { idle: now, bareNode: rounded(Number(stdout) / BYTES_PER_MEBIBYTE) };
}
