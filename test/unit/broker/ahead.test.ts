/** Proves which requests of a person come before one that the ledger does not know yet. */
import { expect } from "chai";
import type { LedgerEntry, LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassRequestStatus } from "../../../operator/api/break-glass-request.ts";
import type { StoredRequest } from "../../../operator/breakglass/types.ts";
import { aheadOf } from "../../../operator/broker/ahead.ts";
import { PROFILE } from "../../support/broker-bench.ts";

/** Minutes after ten. Requests wait for half an hour. */
const at = (minute: number): number => Date.UTC(2026, 10, 23, 10, minute);
const rfc3339 = (minute: number): string => new Date(at(minute)).toISOString();

function request(uid: string, minute: number, status?: BreakGlassRequestStatus): StoredRequest {
  const spec = { profile: "incident", duration: "20m", reason: "the payment queue is stuck", requester: { username: "mallory" } };
  return { namespace: "shop", name: uid, uid, resourceVersion: "1", generation: 1, createdAt: at(minute), spec, status };
}

function entry(type: LedgerEntryType, minute: number): LedgerEntry {
  return { v: 1, chain: "c", seq: 1, prevHash: "", time: rfc3339(minute), type, actor: "mallory", requestUID: "other", hash: "" };
}

interface Case {
  readonly reason: string;
  readonly made: number;
  readonly history?: readonly LedgerEntry[];
  readonly status?: BreakGlassRequestStatus;
  /** Minute of the look at the request that was made at 10:10. */
  readonly now: number;
  readonly ahead: number;
}

const CASES: readonly Case[] = [
  { reason: "an older one that waits like this one", made: 5, now: 11, ahead: 1 },
  { reason: "a younger one that waits like this one", made: 11, now: 11, ahead: 0 },
  { reason: "a younger one that is recorded", made: 11, history: [entry("Requested", 11)], now: 12, ahead: 1 },
  { reason: "an older one that is in use", made: 5, history: [entry("Requested", 5), entry("Active", 6)], now: 11, ahead: 1 },
  { reason: "an older one that has ended", made: 5, history: [entry("Requested", 5), entry("Expired", 11)], now: 11, ahead: 0 },
  { reason: "an older one that nobody has looked at, and whose time is up", made: 0, now: 30, ahead: 0 },
  { reason: "an older one that was over before its turn", made: 5, status: { endedAt: rfc3339(35) }, now: 36, ahead: 0 },
  {
    reason: "looked at too late: one that was open when this one was made",
    made: 5,
    history: [entry("Requested", 50), entry("TimedOut", 50)],
    now: 50,
    ahead: 1,
  },
  {
    reason: "looked at too late: one that had ended before",
    made: 5,
    history: [entry("Requested", 5), entry("Denied", 6)],
    now: 50,
    ahead: 0,
  },
  { reason: "looked at too late: one that is younger", made: 20, history: [entry("Requested", 50)], now: 50, ahead: 0 },
  { reason: "looked at too late: one that waited then and is over", made: 5, status: { endedAt: rfc3339(35) }, now: 50, ahead: 1 },
  { reason: "looked at too late: one that was over by then without its turn", made: 5, status: { endedAt: rfc3339(9) }, now: 50, ahead: 0 },
  { reason: "looked at too late: one that nobody has looked at either", made: 5, now: 50, ahead: 1 },
];

describe("before a request that was made at 10:10", () => {
  for (const { reason, made, history = [], status, now, ahead } of CASES) {
    it(`${ahead === 1 ? "comes" : "does not come"}, at 10:${now}: ${reason}`, () => {
      const self = request("self", 10);
      const others = new Map([self, request("other", made, status)].map((each) => [each.uid, each]));
      const caches = { requestOf: (uid: string) => others.get(uid), requestsLike: () => others.keys() };
      const histories = { history: (uid: string) => (uid === "other" ? history : []) };
      expect(aheadOf(self, at(now), { caches, histories, profileOf: () => PROFILE })).to.equal(ahead);
    });
  }
});
