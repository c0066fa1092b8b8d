/** Proves on the API server that access in use ends a minute after a policy of emergency access went. */
import { expect } from "chai";
import { protectedNamespace } from "../support/baselines.ts";
import { awaitPhase, bypass, entriesAbout, INCIDENT, identityOf, mint, objectsOf } from "../support/break-glass.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { MISSING, withoutPolicy } from "../support/missing-policy.ts";
import { type OperatorProcess, startOperator } from "../support/operator-process.ts";
import { type Person, person } from "../support/people.ts";
import { refusal } from "../support/refusal.ts";

const PATIENCE = 120_000;

describe("access in use while a policy is missing", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    namespace = await protectedNamespace("lost", { breakGlass: { profiles: [INCIDENT] } });
  });

  after(() => operator.stop());

  it("ends a minute later, and not at once", async function () {
    this.timeout(PATIENCE * 2);
    const request = await bypass(alice, namespace);
    const holder = await mint(alice.client, identityOf(request));
    await holder.list("v1", "Pod", { namespace });
    const restore = await withoutPolicy();
    const over = await awaitPhase(request, "Revoked", PATIENCE);
    const went = await restore();

    expect(over.status?.endReason).to.equal("PoliciesLost");
    expect(over.status?.conditions?.[0]?.message).to.contain(`ValidatingAdmissionPolicyBinding ${MISSING.name} is missing`);
    expect(await objectsOf(identityOf(request), namespace)).to.deep.equal([]);
    await eventually("the token is nobody's", async () => (await refusal(holder.list("v1", "Pod", { namespace }))).status === 401);
    const entries = await entriesAbout(request);
    expect(entries.map(({ type }) => type).slice(-2)).to.deep.equal(["Suspended", "Revoked"]);
    const seconds = (Date.parse(entries.at(-2)?.time ?? "") - went) / 1000;
    expect(seconds).to.be.within(58, 75);
  });
});
