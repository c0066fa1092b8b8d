/** Proves that what keeps an instance from having the lease is told, once per cause, and that it is over. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { createElection, type Election } from "../../../operator/cluster/lease.ts";
import { createLeaseServer, type LeaseLink, type LeaseServer } from "../../support/lease-server.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";

interface Candidate {
  readonly election: Election;
  readonly link: LeaseLink;
  readonly told: readonly (string | undefined)[];
}

describe("what is in the way of the lease", () => {
  let clock: ManualClock;
  let server: LeaseServer;
  let stop: AbortController;

  beforeEach(() => {
    clock = new ManualClock();
    server = createLeaseServer();
    stop = new AbortController();
  });

  afterEach(() => stop.abort());

  const start = async (identity: string, hold: LeaseLink["hold"] = () => Promise.resolve()): Promise<Candidate> => {
    const link = server.connect();
    link.hold = hold;
    const told: (string | undefined)[] = [];
    const election = createElection({ transport: link, namespace: "system", name: "leader", identity, clock, random: () => 0 });
    election.onProblem((problem) => told.push(problem));
    void election.run(stop.signal);
    await settle();
    return { election, link, told };
  };

  it("tells each cause once, and its end", async () => {
    const { link, told } = await start("a");
    for (const state of ["down", "deaf", "up", "down"] as const) {
      link.state = state;
      await clock.advance(20_000);
    }
    expect(told).to.deep.equal(["scripted Unreachable", "scripted Timeout", undefined, "scripted Unreachable"]);
  });

  const refusals = [
    {
      reason: "it is not allowed to",
      error: new ApiError({ status: 403, reason: "Forbidden", message: "user x cannot get leases, request 17" }),
      told: "no permission to read and write the lease",
    },
    {
      reason: "its namespace is not there",
      error: new ApiError({ status: 404, reason: "NotFound", message: "no namespace" }),
      told: "no namespace",
    },
    { reason: "the server is overloaded", error: new ApiError({ status: 429, reason: "TooManyRequests", message: "busy" }), told: "busy" },
    {
      reason: "its credentials cannot be read",
      error: new ApiError({ status: 0, reason: "Credentials", message: "no token" }),
      told: "no token",
    },
  ];
  for (const { reason, error, told } of refusals) {
    it(`tells why an instance that never led cannot have the lease: ${reason}`, async () => {
      const { link, election, told: problems } = await start("a", () => Promise.reject(error));
      await clock.advance(10_000);
      expect({ problems, leads: election.isLeader() }).to.deep.equal({ problems: [told], leads: false });
      link.hold = () => Promise.resolve();
      await clock.advance(3000);
      expect({ problems, leads: election.isLeader() }).to.deep.equal({ problems: [told, undefined], leads: true });
    });
  }

  it("has nothing to tell where others lead, or are faster", async () => {
    await start("a");
    const { told } = await start("b");
    await clock.advance(30_000);
    server.lease = { ...server.lease, spec: { ...(server.lease?.["spec"] as JsonObject), holderIdentity: "gone" } };
    await clock.advance(40_000);
    expect(told).to.deep.equal([]);
  });
});
