/** Proves invariant 2: nobody approves for themselves, nobody counts twice, and only approvers count. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../../operator/api/break-glass.ts";
import type { BreakGlassRequest, DecisionStatus } from "../../../../operator/api/break-glass-request.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import { ask, awaitPhase, decideOn, INCIDENT, readRequest } from "../../../support/break-glass.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { type Person, person } from "../../../support/people.ts";
import { policyRefusal } from "../../../support/policed.ts";

const PAIR: BreakGlassProfile = { ...INCIDENT, name: "pair", approvers: { groups: ["leads"], required: 2 } };
const DATABASE: BreakGlassProfile = { ...INCIDENT, name: "database", approvers: { groups: ["dba-leads"] } };

describe("invariant 2: nobody approves for themselves, and a quorum is of different people", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let lena: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    lena = await person("lena", ["leads"]);
    namespace = await protectedNamespace("votes", { breakGlass: { profiles: [INCIDENT, PAIR, DATABASE] } });
  });

  after(() => operator.stop());

  it("does not count an approval of one's own request, under the same name", async () => {
    const both = await person("dora", ["oncall", "leads"]);
    const request = await awaitPhase(await ask(both, namespace), "Pending");
    await decideOn(both, request, "Approve");
    expect(await verdictsOn(request, 1)).to.deep.equal(["Approve by dora: nobody decides on a request of their own"]);
    await expectPending(request);
  });

  it("does not count an approval of one's own request, under another name with the same uid", async () => {
    const requester = { username: "dora", uid: "uid-of-dora" };
    const approver = { username: "dora-admin", uid: "uid-of-dora" };
    const dora = await person(requester.username, ["oncall"], requester.uid);
    const request = await awaitPhase(await ask(dora, namespace, { requester }), "Pending");
    const alias = await person(approver.username, ["leads"], approver.uid);
    await decideOn(alias, request, "Approve", { approver });
    expect(await verdictsOn(request, 1)).to.deep.equal(["Approve by dora-admin: nobody decides on a request of their own"]);
    await expectPending(request);
  });

  it("counts one person once, however often they approve: a second person is needed", async () => {
    const request = await awaitPhase(await ask(alice, namespace, { profile: "pair" }), "Pending");
    await decideOn(lena, request, "Approve");
    await decideOn(lena, request, "Approve");
    const { status } = await whenDecided(request, 2);
    expect(status).to.deep.include({ phase: "Pending", approvals: { required: 2, received: 1 } });
    expect(status?.decisions?.map(({ counts, message }) => [counts, message])).to.have.deep.members([
      [true, undefined],
      [false, "the same person has voted before"],
    ]);
    expect(status?.conditions?.[0]?.message).to.equal("has 1 of 2 approvals by members of leads");

    await decideOn(await person("lino", ["leads"]), request, "Approve");
    const active = await awaitPhase(request, "Active");
    expect(active.status?.approvals).to.deep.equal({ required: 2, received: 2 });
  });

  it("counts one uid once, under whatever names", async () => {
    const request = await awaitPhase(await ask(alice, namespace, { profile: "pair" }), "Pending");
    for (const username of ["mona", "mona-admin"]) {
      const approver = { username, uid: "uid-of-mona" };
      await decideOn(await person(username, ["leads"], approver.uid), request, "Approve", { approver });
    }
    const { status } = await whenDecided(request, 2);
    expect(status).to.deep.include({ phase: "Pending", approvals: { required: 2, received: 1 } });
  });

  const outsiders = [
    { reason: "a requester", groups: ["oncall"] },
    { reason: "an approver of another profile", groups: ["dba-leads"] },
  ];
  for (const { reason, groups } of outsiders) {
    it(`refuses the approval of ${reason}`, async () => {
      const request = await awaitPhase(await ask(alice, namespace), "Pending");
      expect(await policyRefusal(decideOn(await person("otto", groups), request, "Approve"))).to.contain(
        'you may not approve requests for the profile "incident"',
      );
    });
  }

  it("tells of those that count, however many others somebody makes", async () => {
    const request = await awaitPhase(await ask(alice, namespace, { profile: "pair" }), "Pending");
    await decideOn(lena, request, "Approve");
    const dora = await person("dora", ["dba-leads"]);
    for (let made = 0; made < 70; made += 1) await decideOn(dora, request, "Deny", { profile: "database" });
    const { status } = await eventually("all decisions are judged", async () => {
      const current = await readRequest(request);
      expect(current.status?.moreDecisions).to.equal(62);
      return current;
    });
    expect(status).to.deep.include({ phase: "Pending", approvals: { required: 2, received: 1 } });
    expect(status?.decisions?.map(told)).to.deep.equal([
      "Approve by lena: counts",
      ...Array.from({ length: 8 }, () => "Deny by dora: names another profile than the request, which is for pair"),
    ]);
  });
});

function told({ decision, approver, message = "counts" }: DecisionStatus): string {
  return `${decision} by ${approver}: ${message}`;
}

/** What the status says of the decisions, once it tells of so many. */
async function verdictsOn(request: BreakGlassRequest, count: number): Promise<readonly string[]> {
  return ((await whenDecided(request, count)).status?.decisions ?? []).map(told);
}

async function expectPending(request: BreakGlassRequest): Promise<void> {
  expect((await readRequest(request)).status).to.deep.include({ phase: "Pending", approvals: { required: 1, received: 0 } });
}

/** Waits until the status tells of so many decisions. */
function whenDecided(request: BreakGlassRequest, count: number): Promise<BreakGlassRequest> {
  return eventually(`${count} decisions are judged`, async () => {
    const current = await readRequest(request);
    expect(current.status?.decisions).to.have.length(count);
    return current;
  });
}
