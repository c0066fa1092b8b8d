/** Reads the whole list of drift entries in a status for tests, and waits until it is as expected. */
import { expect } from "chai";
import type { DriftEntry } from "../../operator/api/baseline-status.ts";
import { readBaseline } from "./baselines.ts";
import { eventually } from "./eventually.ts";

/** A drift entry without the times at which it was seen. */
export type Report = Omit<DriftEntry, "firstSeen" | "lastSeen">;

/** All that the operator tells of drift now, newest first. */
export async function driftReports(namespace: string): Promise<Report[]> {
  const entries = (await readBaseline(namespace)).status?.drift ?? [];
  return entries.map(({ firstSeen: _first, lastSeen: _last, ...report }) => report);
}

/** Waits until exactly these entries are listed, in any order. */
export function awaitReports(namespace: string, expected: readonly Report[]): Promise<void> {
  return eventually(`the drift of ${namespace}`, async () => {
    const found = await driftReports(namespace);
    expect(found, JSON.stringify(found)).to.have.deep.members([...expected]);
  });
}
