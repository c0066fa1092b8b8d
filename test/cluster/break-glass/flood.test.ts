/** Proves that one person with hundreds of requests holds up nobody else, and leaves next to nothing in the ledger. */
import { expect } from "chai";
import { auditEvents, auditMark, WRITE_VERBS } from "../../support/audit-log.ts";
import { protectedNamespace } from "../../support/baselines.ts";
import { ask, awaitPhase, decideOn, INCIDENT, ledger } from "../../support/break-glass.ts";
import { eventually } from "../../support/eventually.ts";
import { flood, requestsIn, standings, statusesBefore } from "../../support/flood.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";

const COUNT = 300;
/** Writes of the operator's other workers while one of them comes to somebody's first status, with room for slow machines. */
const BESIDE = 60;
const PATIENCE = 60_000;

describe("hundreds of requests of one person", () => {
  let operator: OperatorProcess;
  let mallory: Person;
  let jane: Person;
  let crowded: string;
  let quiet: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    [mallory, jane] = await Promise.all([person("mallory-of-the-flood", ["oncall"]), person("jane-of-the-flood", ["oncall"])]);
    [crowded, quiet] = await Promise.all([
      protectedNamespace("crowded", { breakGlass: { profiles: [INCIDENT] } }),
      protectedNamespace("quiet", { breakGlass: { profiles: [INCIDENT] } }),
    ]);
  });

  after(() => operator.stop());

  it("that were made while the operator was down keep nobody waiting when it is back, who came last neither", async () => {
    await operator.stop();
    await flood(mallory, crowded, { count: COUNT });
    const request = await ask(jane, quiet, { bypass: true, duration: "11m" });
    const mark = await auditMark();
    operator = await startOperator();
    await awaitPhase(request, "Active", PATIENCE);
    await eventually("everybody is told", async () => expect((await standings(crowded))["none"]).to.equal(undefined), PATIENCE);
    const writes = await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS });
    expect(statusesBefore(writes, request)).to.be.below(BESIDE);
    expect(await standings(crowded)).to.deep.equal({ Pending: 10, TooManyOpen: COUNT - 10 });
    expect(await recordedOf(mallory)).to.deep.equal(Array(10).fill("Requested"));
  });

  it("keep nobody waiting while they are being made, in the same namespace neither", async () => {
    let asked: Promise<[number, Awaited<ReturnType<typeof ask>>]> | undefined;
    await flood(mallory, crowded, {
      count: COUNT,
      onSent: (sent) => {
        if (sent === COUNT / 2) asked = Promise.all([auditMark(), ask(jane, crowded, { bypass: true, duration: "11m" })]);
      },
    });
    const [mark, request] = (await asked) ?? expect.fail("nobody asked");
    await awaitPhase(request, "Active", PATIENCE);
    const writes = await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS });
    expect(statusesBefore(writes, request)).to.be.below(BESIDE);
  });

  it("are told what to do, and have their turn when one of them ends", async () => {
    const [waiting] = await eventually("everybody is told", async () => {
      expect((await standings(crowded))["none"]).to.equal(undefined);
      return (await requestsIn(crowded)).filter(({ status }) => status?.phase === undefined);
    });
    expect(waiting?.status?.conditions?.[0]).to.deep.include({
      type: "Granted",
      status: "False",
      reason: "TooManyOpen",
      message:
        "waits for its turn: its requester has 10 open requests here, as many as one person may have in a namespace; withdraw one of them, or wait until one ends",
    });
    const open = (await requestsIn(crowded)).find(
      ({ status, spec }) => status?.phase === "Pending" && spec.requester?.username === mallory.name,
    );
    if (open === undefined) expect.fail("nothing is pending");
    await decideOn(mallory, open, "Withdraw");
    await awaitPhase(open, "Withdrawn");
    await eventually("the next one has its turn", async () => {
      expect(await recordedOf(mallory)).to.deep.equal([...Array(10).fill("Requested"), "Withdrawn", "Requested"]);
    });
  });

  /** Types of the entries about what somebody did in the crowded namespace. */
  async function recordedOf({ name }: Person): Promise<readonly string[]> {
    const entries = (await ledger()).map(({ spec }) => spec);
    return entries.filter(({ actor, details }) => actor === name && details?.["namespace"] === crowded).map(({ type }) => type);
  }
});
