/** Proves invariant 3: an approval is one of a certain request for a certain profile and role, and of nothing else. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../../operator/api/break-glass.ts";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import { applyBaseline, protectedNamespace } from "../../../support/baselines.ts";
import { ask, awaitPhase, decideOn, entriesAbout, INCIDENT, readRequest } from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { type Person, person } from "../../../support/people.ts";
import { API_VERSION, requestOf } from "../../../support/policed.ts";
import { changeRole } from "../../../support/roles.ts";

const PAIR: BreakGlassProfile = { ...INCIDENT, name: "pair", approvers: { groups: ["leads"], required: 2 } };

describe("invariant 3: a decision counts for the request and the profile that it names", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let lena: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    lena = await person("lena", ["leads"]);
  });

  beforeEach(async () => {
    namespace = await protectedNamespace("approved", { breakGlass: { profiles: [INCIDENT, PAIR] } });
  });

  after(() => operator.stop());

  describe("a request that was made anew under its old name", () => {
    const askByName = (): Promise<BreakGlassRequest> =>
      alice.client.create(requestOf(namespace, "alice", { profile: "pair", ticket: undefined }, { name: "checkout" }));

    const askAnew = async (earlier: BreakGlassRequest): Promise<BreakGlassRequest> => {
      await admin().delete({ apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name: "checkout" });
      const later = await awaitPhase(await askByName(), "Pending");
      expect(later.metadata.uid).not.to.equal(earlier.metadata.uid);
      return later;
    };

    it("does not inherit the approvals of the earlier one", async () => {
      const earlier = await awaitPhase(await askByName(), "Pending");
      await decideOn(lena, earlier, "Approve");
      await approvalsOf(earlier, 1);
      const later = await askAnew(earlier);
      await decideOn(await person("lino", ["leads"]), later, "Approve");
      const { status } = await approvalsOf(later, 1);
      expect(status?.phase).to.equal("Pending");
      expect(status?.decisions?.map(({ approver }) => approver)).to.deep.equal(["lino"]);
    });

    it("cannot be approved by the uid of the earlier one", async () => {
      const earlier = await awaitPhase(await askByName(), "Pending");
      const later = await askAnew(earlier);
      await decideOn(lena, earlier, "Approve", { profileHash: later.status?.resolved?.profileHash ?? "" });
      await decideOn(await person("lino", ["leads"]), later, "Approve");
      const { status } = await approvalsOf(later, 1);
      expect(status?.decisions?.map(({ approver }) => approver)).to.deep.equal(["lino"]);
      expect((await entriesAbout(earlier)).map(({ type }) => type)).to.deep.equal(["Requested", "Withdrawn"]);
    });
  });

  it("an approval of another state of the profile does not count, and does not keep its author from a valid one", async () => {
    const request = await awaitPhase(await ask(alice, namespace), "Pending");
    await decideOn(lena, request, "Approve", { profileHash: "0".repeat(64) });
    const { status } = await eventually("the decision is judged", async () => {
      const current = await readRequest(request);
      expect(current.status?.decisions).to.have.length(1);
      return current;
    });
    expect(status).to.deep.include({ phase: "Pending", approvals: { required: 1, received: 0 } });
    expect(status?.decisions?.[0]).to.include({ counts: false, message: "approves another state of the profile" });
    await decideOn(lena, request, "Approve");
    await awaitPhase(request, "Active");
  });

  const changes: readonly { reason: string; endReason: string; change: () => Promise<AsyncDisposable | undefined> }[] = [
    {
      reason: "a change of its profile",
      endReason: "ProfileChanged",
      change: () => posture([{ ...INCIDENT, maxDuration: "29m" }]),
    },
    { reason: "the removal of its profile", endReason: "ProfileRemoved", change: () => posture([PAIR]) },
    {
      reason: "a change of its role",
      endReason: "RoleChanged",
      change: () => changeRole("sb-incident-admin", [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }]),
    },
  ];
  for (const { reason, endReason, change } of changes) {
    it(`a request that waits for approval is denied by ${reason}`, async () => {
      const request = await awaitPhase(await ask(alice, namespace), "Pending");
      await using _changed = await change();
      const { status } = await awaitPhase(request, "Denied");
      expect(status).to.include({ endReason });
      expect((await entriesAbout(request)).map(({ type, details }) => [type, details?.["endReason"]])).to.deep.equal([
        ["Requested", undefined],
        ["Denied", endReason],
      ]);
    });
  }

  async function posture(profiles: readonly BreakGlassProfile[]): Promise<undefined> {
    await applyBaseline(namespace, { breakGlass: { profiles } });
    return undefined;
  }
});

function approvalsOf(request: BreakGlassRequest, received: number): Promise<BreakGlassRequest> {
  return eventually(`${request.metadata.name} has ${received} approvals`, async () => {
    const current = await readRequest(request);
    expect(current.status?.approvals?.received).to.equal(received);
    return current;
  });
}
