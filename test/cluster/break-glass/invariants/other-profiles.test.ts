/** Proves invariant 2 against people with a say in another profile: in the very moment a request is made, and after it is gone. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../../operator/api/break-glass.ts";
import type { DecisionKind } from "../../../../operator/api/break-glass-decision.ts";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import { ask, awaitPhase, bypass, decideOn, entriesAbout, INCIDENT, readRequest, requestRef } from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { type Person, person } from "../../../support/people.ts";
import { decisionOn, policyRefusal } from "../../../support/policed.ts";

const DATABASE: BreakGlassProfile = {
  ...INCIDENT,
  name: "database",
  requesters: { groups: ["dbas"] },
  approvers: { groups: ["dba-leads"] },
};
const KINDS: readonly DecisionKind[] = ["Revoke", "Deny", "Review", "Approve"];
const ROUNDS = 20;

describe("invariant 2: who has a say in one profile has none in another", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let lena: Person;
  let outsider: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    [alice, lena] = await Promise.all([person("alice", ["oncall"]), person("lena", ["leads"])]);
    outsider = await person("mallory", ["dbas", "dba-leads"]);
    namespace = await protectedNamespace("others", { breakGlass: { profiles: [INCIDENT, DATABASE] } });
  });

  after(() => operator.stop());

  it("also in the moment in which a request is made: with its profile none is accepted, with their own none counts", async () => {
    const outcomes: string[] = [];
    let last: BreakGlassRequest | undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      const request = await ask(alice, namespace);
      // Nothing waits for any cache: this is the race that an outsider would run.
      outcomes.push(...(await Promise.all(KINDS.map((decision) => attack(request, decision)))));
      await decideOn(alice, request, "Withdraw");
      last = await awaitPhase(request, "Withdrawn");
      expect((await entriesAbout(last)).map(({ type }) => type)).to.deep.equal(["Requested", "Withdrawn"]);
    }
    expect(outcomes.filter((outcome) => outcome !== "refused, does not count")).to.deep.equal([]);
    expect(outcomes).to.have.length(ROUNDS * KINDS.length);
    expect(last?.status?.decisions?.filter(({ counts }) => counts).map(({ approver }) => approver)).to.deep.equal(["alice"]);
  });

  it("nor after the request is gone: its review takes the right to review its profile", async () => {
    const used = await bypass(alice, namespace);
    await decideOn(lena, used, "Revoke");
    const over = await awaitPhase(used, "Revoked");
    await admin().delete(requestRef(over));
    const message = await policyRefusal(outsider.client.create(decision(over, outsider, "Review", "incident")));
    expect(message).to.contain('you may not review requests for the profile "incident"');
    await outsider.client.create(decision(over, outsider, "Review", "database"));
    await alice.client.create(decision(over, alice, "Withdraw", "incident"));
    await lena.client.create(decision(over, lena, "Review", "incident"));
    const entries = await eventually("the review is recorded", async () => {
      const all = await entriesAbout(over);
      expect(all.at(-1)?.type).to.equal("Reviewed");
      return all;
    });
    expect(entries.at(-1)).to.include({ actor: "lena" });
  });

  /** Sends a decision twice: with the profile of the request, and with the outsider's own. */
  async function attack(request: BreakGlassRequest, kind: DecisionKind): Promise<string> {
    const message = await policyRefusal(outsider.client.create(decision(request, outsider, kind, "incident")));
    const made = await outsider.client.create(decision(request, outsider, kind, "database"));
    const { status } = await eventually("the decision is judged", async () => {
      const current = await readRequest(request);
      expect(current.status?.decisions?.map(({ uid }) => uid)).to.include(made.metadata?.uid);
      return current;
    });
    const verdict = status?.decisions?.find(({ uid }) => uid === made.metadata?.uid);
    const refused = message.includes('requests for the profile "incident" here') ? "refused" : message;
    return `${refused}, ${verdict?.counts === false ? "does not count" : "counts"}`;
  }

  function decision(request: BreakGlassRequest, by: Person, kind: DecisionKind, profile: string): KubernetesObject {
    const name = `${request.metadata.name}-${by.name}-${kind.toLowerCase()}-${profile}`;
    return decisionOn(request as unknown as KubernetesObject, by.name, { decision: kind, profile }, { name });
  }
});
