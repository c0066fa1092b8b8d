/** Proves invariant 1: whoever is written down as having asked or approved is who the API server authenticated. */
import { expect } from "chai";
import { protectedNamespace } from "../../../support/baselines.ts";
import { ask, awaitPhase, BREAK_GLASS_NAMESPACE, decideOn, entriesAbout, INCIDENT, identityOf } from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { type Person, person } from "../../../support/people.ts";
import { API_VERSION, policyRefusal } from "../../../support/policed.ts";

describe("invariant 1: who asks and who approves is who the API server authenticated", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let mallory: Person;
  let lena: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"], "uid-of-alice");
    mallory = await person("mallory", ["oncall", "leads"]);
    lena = await person("lena", ["leads"], "uid-of-lena");
  });

  beforeEach(async () => {
    namespace = await protectedNamespace("names", { breakGlass: { profiles: [INCIDENT] } });
  });

  after(() => operator.stop());

  const itself = { username: "alice", uid: "uid-of-alice" };

  it("what is stored says who it was: request, decision, ledger, status and minter", async () => {
    const request = await awaitPhase(await ask(alice, namespace, { requester: itself }), "Pending");
    const decision = await decideOn(lena, request, "Approve", { approver: { username: "lena", uid: "uid-of-lena" } });
    const active = await awaitPhase(request, "Active");

    expect(active.spec.requester).to.deep.equal(itself);
    expect(decision.spec.approver).to.deep.equal({ username: "lena", uid: "uid-of-lena" });
    const entries = await entriesAbout(request);
    expect(entries.map(({ type, actor, details }) => [type, actor, details?.["requesterUID"], details?.["approvers"]])).to.deep.equal([
      ["Requested", "alice", "uid-of-alice", undefined],
      ["Approved", "lena", undefined, '["lena"]'],
      ["Issuing", "operator", undefined, undefined],
      ["Active", "operator", undefined, undefined],
    ]);
    expect(entries[1]?.decisionUIDs).to.deep.equal([decision.metadata.uid]);
    expect(active.status?.decisions).to.deep.equal([
      { name: decision.metadata.name, uid: decision.metadata.uid, decision: "Approve", approver: "lena", counts: true },
    ]);
    const minter = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name: identityOf(active) };
    const { subjects } = await admin().get<{ subjects: object[] }>({ ...minter, namespace: BREAK_GLASS_NAMESPACE });
    expect(subjects).to.deep.equal([{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice" }]);
  });

  const forgedRequesters = [
    { reason: "somebody else's name", requester: { username: "lena" } },
    { reason: "somebody else's uid", requester: { username: "alice", uid: "uid-of-lena" } },
    { reason: "somebody else's name and uid", requester: { username: "lena", uid: "uid-of-lena" } },
    { reason: "the right name without the uid", requester: { username: "alice" } },
  ];
  for (const { reason, requester } of forgedRequesters) {
    it(`refuses a request under ${reason}`, async () => {
      expect(await policyRefusal(ask(alice, namespace, { requester }))).to.contain(
        'spec.requester must be the sender: set its username to "alice"',
      );
      expect(await admin().list(API_VERSION, "BreakGlassRequest", { namespace })).to.deep.equal([]);
    });
  }

  const forgedApprovers = [
    { reason: "somebody else's name", approver: { username: "lena" } },
    { reason: "somebody else's name and uid", approver: { username: "lena", uid: "uid-of-lena" } },
    { reason: "somebody else's uid", approver: { username: "mallory", uid: "uid-of-lena" } },
  ];
  for (const { reason, approver } of forgedApprovers) {
    it(`refuses an approval under ${reason}`, async () => {
      const request = await awaitPhase(await ask(alice, namespace, { requester: itself }), "Pending");
      const message = await policyRefusal(decideOn(mallory, request, "Approve", { approver }));
      expect(message).to.contain('spec.approver must be the sender: set its username to "mallory"');
      expect(await admin().list(API_VERSION, "BreakGlassDecision", { namespace })).to.deep.equal([]);
    });
  }
});
