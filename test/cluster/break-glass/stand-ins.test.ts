/** Proves on a real API server that stand-ins decide no sooner than the profile says, and that whoever waits and whoever decides is told from when on. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import { protectedNamespace } from "../../support/baselines.ts";
import { ask, awaitPhase, decideOn, entriesAbout, INCIDENT, readRequest } from "../../support/break-glass.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";
import { policyRefusal } from "../../support/policed.ts";
import { type ProgramOutcome, runProgram } from "../../support/program.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

const AFTER_SECONDS = 900;
const PROFILE: BreakGlassProfile = {
  ...INCIDENT,
  approvers: { groups: ["leads"], required: 1, escalation: { after: "15m", groups: ["managers"] } },
};

describe("stand-ins for approvers who do not answer", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let alice: Person;
  let bob: Person;
  let mona: Person;
  let request: BreakGlassRequest;
  let from: string;

  const as = ({ kubeconfig }: Person, ...args: readonly string[]): Promise<ProgramOutcome> =>
    runProgram(["break-glass", ...args, "-n", namespace, "--kubeconfig", kubeconfig]);
  const told = async (): Promise<string | undefined> => (await readRequest(request)).status?.conditions?.[0]?.message;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    [alice, bob, mona] = await Promise.all([person("alice", ["oncall"]), person("bob", ["leads"]), person("mona", ["managers"])]);
    namespace = await protectedNamespace("stand-ins", { breakGlass: { profiles: [PROFILE] } });
    await authorizerCaughtUp();
  });

  after(() => operator.stop());

  beforeEach(async () => {
    request = await awaitPhase(await ask(alice, namespace), "Pending");
    from = request.status?.escalatesAt ?? "";
  });

  it("are named with the time from which on they decide, counted from when the approvers were asked", async () => {
    const [requested] = await entriesAbout(request);
    expect(Date.parse(from) - Date.parse(requested?.time ?? "")).to.equal(AFTER_SECONDS * 1000);
    expect(await told()).to.equal(`has 0 of 1 approvals by members of leads; members of managers stand in from ${from} on`);
    const { stdout } = await as(mona, "show", request.metadata.name);
    expect(stdout).to.contain(`Pending: has 0 of 1 approvals by members of leads; members of managers stand in from ${from} on\n`);
  });

  it("are shown by can what they may do, and to who asks whom to turn to", async () => {
    expect((await as(mona, "can")).stdout).to.match(/^incident +stand-in,revoke,review +sb-incident-admin /m);
    expect((await as(alice, "can")).stdout).to.match(/^profile incident: where the approvers do not answer for 15m, ask managers$/m);
  });

  it("do not approve as approvers do", async () => {
    expect(await policyRefusal(decideOn(mona, request, "Approve"))).to.contain("you stand in for the approvers of this profile");
  });

  it("are not those who approve", async () => {
    expect(await policyRefusal(decideOn(bob, request, "Approve", { standIn: true }))).to.contain(
      'you may not stand in for the approvers of the profile "incident" here',
    );
  });

  it("approve and deny nothing before that, and are told so", async () => {
    const approved = await as(mona, "approve", request.metadata.name);
    expect(approved).to.deep.include({ code: 0, stderr: "" });
    expect(approved.stdout).to.match(
      new RegExp(`^approved, as a stand-in: .*; it counts from ${from} on, if the approvers have not decided by then\n$`),
    );
    const nora = await person("nora", ["managers"]);
    expect((await as(nora, "deny", request.metadata.name)).stdout).to.match(/^denied, as a stand-in: /);
    const { status } = await eventually("both decisions are told", async () => {
      const current = await readRequest(request);
      expect(current.status?.decisions).to.have.length(2);
      return current;
    });
    expect(status?.phase).to.equal("Pending");
    expect(status?.approvals).to.deep.equal({ required: 1, received: 0 });
    for (const decision of status?.decisions ?? []) {
      expect(decision).to.deep.include({ counts: false, message: `is by a stand-in, who decides from ${from} on` });
    }
    expect((await as(alice, "show", request.metadata.name)).stdout).to.contain(
      `Approve by mona as a stand-in (does not count: is by a stand-in, who decides from ${from} on)`,
    );
  });

  it("are not needed where an approver answers", async () => {
    await decideOn(mona, request, "Deny", { standIn: true });
    await decideOn(bob, request, "Approve");
    const active = await awaitPhase(request, "Active");
    expect((await entriesAbout(active)).map(({ type }) => type)).to.deep.equal(["Requested", "Approved", "Issuing", "Active"]);
    expect(active.status?.decisions?.filter(({ counts }) => counts).map(({ approver }) => approver)).to.deep.equal(["bob"]);
  });

  it("end what is in use at any time", async () => {
    await decideOn(bob, request, "Approve");
    const active = await awaitPhase(request, "Active");
    await decideOn(mona, active, "Revoke");
    expect((await awaitPhase(active, "Revoked")).status?.endReason).to.equal("Revoked");
  });
});
