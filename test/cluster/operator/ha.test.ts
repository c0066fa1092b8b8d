/** Proves that of two operators one writes, that the other takes over quickly, and that a frozen one never writes beside its successor. */
import { expect } from "chai";
import { type AuditEvent, auditMark, WRITE_VERBS } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, FULL_SPEC, readBaseline } from "../../support/baselines.ts";
import { freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { described, operatorWrites, receivedAt } from "../../support/operator-requests.ts";
import { clearLease, type Replica, startReplica } from "../../support/replica.ts";

/** Milliseconds from the signal to the new leader: the lease is handed over, or must expire first. */
const HAND_OVER = 3_000;
const EXPIRY = 17_000;

const isLease = ({ objectRef }: AuditEvent): boolean => objectRef?.resource === "leases";
const isWrite = (event: AuditEvent): boolean => WRITE_VERBS.includes(event.verb) && !isLease(event);

describe("two operators", () => {
  let leader: Replica;
  let standby: Replica;
  let started: Replica[];
  let mark: number;

  const start = async (): Promise<Replica> => {
    const replica = await startReplica();
    started.push(replica);
    return replica;
  };

  before(() => installOperatorManifests());

  beforeEach(async () => {
    started = [];
    await clearLease();
    mark = await auditMark();
    leader = await start();
    await eventually("the first one leads", () => leader.leads());
    standby = await start();
  });

  afterEach(() => Promise.all(started.map(({ operator }) => operator.stop())));

  /** When the standby got the lease: while another one holds it, it only reads it. */
  const takeover = (timeout: number): Promise<number> =>
    eventually(
      "the standby takes over",
      async () => {
        const [claim] = (await standby.requests(mark)).filter((event) => isLease(event) && event.verb === "update");
        if (claim?.responseStatus?.code !== 200) throw new Error("it has not asked for the lease");
        return receivedAt(claim);
      },
      timeout,
    );

  const writesOf = async (replica: Replica): Promise<AuditEvent[]> => (await replica.requests(mark)).filter(isWrite);

  it("share the work so that one does all of it, and the other is ready to", async () => {
    const namespace = await freshNamespace("ha");
    await applyBaseline(namespace, FULL_SPEC);
    await awaitReady(namespace);
    expect(await operatorWrites(mark, namespace)).to.have.length(25);
    expect(await writesOf(leader)).to.have.length.at.least(25);
    expect(await writesOf(standby)).to.deep.equal([]);
    expect(await standby.leads()).to.equal(false);
    expect((await fetch(`${standby.operator.health}/readyz`)).status).to.equal(200);
  });

  it("change places within 3 s when the leader is told to end", async () => {
    const told = Date.now();
    expect(await leader.operator.stop("SIGTERM")).to.equal(0);
    expect((await takeover(HAND_OVER)) - told).to.be.below(HAND_OVER);
    const namespace = await freshNamespace("ha-handed-over");
    await applyBaseline(namespace, FULL_SPEC);
    await awaitReady(namespace);
    expect(await writesOf(standby)).to.have.length.at.least(21);
  });

  it("change places within 17 s when the leader is killed", async () => {
    const killed = Date.now();
    await leader.operator.stop("SIGKILL");
    expect((await takeover(EXPIRY)) - killed).to.be.below(EXPIRY);
  });

  it("never write side by side, also when the leader freezes in the middle of its work and wakes up later", async () => {
    const namespaces = await Promise.all(Array.from({ length: 8 }, () => freshNamespace("ha-frozen")));
    await Promise.all(namespaces.map((namespace) => applyBaseline(namespace, FULL_SPEC)));
    await eventually("the leader is at work", async () => (await writesOf(leader)).length > 0);
    const taken = await whileFrozen(leader, async () => {
      const unfinished = (await Promise.all(namespaces.map(readBaseline))).filter(({ status }) => status?.conditions === undefined);
      expect(unfinished).to.not.deep.equal([]);
      return takeover(EXPIRY);
    });
    const woken = Date.now();
    await eventually("the old leader has asked who leads", async () => {
      const asked = (await leader.requests(mark)).filter((event) => isLease(event) && receivedAt(event) > woken);
      return asked.some(({ verb }) => verb === "get");
    });
    expect(await leader.leads()).to.equal(false);
    await Promise.all(namespaces.map((namespace) => awaitCondition(namespace, "Ready", "True")));
    // Whoever freezes in the instant between asking and sending sends what it has asked for: one write, where a look would be dozens.
    const late = (await writesOf(leader)).filter((event) => receivedAt(event) > taken);
    expect(late.map(described)).to.have.length.at.most(1);
    for (const { status } of await Promise.all(namespaces.map(readBaseline))) expect(status?.drift).to.equal(undefined);
  });
});

async function whileFrozen<T>({ operator }: Replica, work: () => Promise<T>): Promise<T> {
  process.kill(operator.pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(operator.pid, "SIGCONT");
  }
}
