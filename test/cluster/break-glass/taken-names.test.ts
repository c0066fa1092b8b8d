/** Proves that neither a taken name nor deletions keep people from emergency access for longer than a moment. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { grantName } from "../../../operator/breakglass/grant.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { protectedNamespace } from "../../support/baselines.ts";
import { ask, awaitPhase, bypass, decideOn, INCIDENT, objectsOf } from "../../support/break-glass.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { inSeconds } from "../../support/grant-by-hand.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { group, RBAC } from "../../support/operator-token.ts";
import { type Person, person } from "../../support/people.ts";

const BINDING = { apiVersion: `${RBAC}/v1`, kind: "RoleBinding" };
/** Seconds in which the request is certainly issued. */
const WINDOW = 40;
/** More than are repaired at once of other sections, in a minute. */
const DELETIONS = 20;
/** Milliseconds: a pause of one second, and what a busy machine takes. */
const SOON = 5_000;

describe("in the way of emergency access", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let lena: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    lena = await person("lena", ["leads"]);
    namespace = await protectedNamespace("taken", { breakGlass: { profiles: [INCIDENT] } });
  });

  after(() => operator.stop());

  /**
   * Whoever is beyond the policy on names takes every one that the grant of a request can have in the next seconds. In the break-glass namespace nobody
   * can: `break-glass/policies-bindings`.
   */
  const squat = async (request: BreakGlassRequest): Promise<ObjectRef[]> => {
    const first = inSeconds(20 * 60);
    const names = Array.from({ length: WINDOW }, (_, second) => grantName(request.metadata.uid ?? "", first + second));
    for (const name of names) {
      const roleRef = { apiGroup: RBAC, kind: "Role", name: "harmless" };
      await admin().create({ ...BINDING, metadata: { namespace, name }, subjects: [group("support")], roleRef } as KubernetesObject);
    }
    return names.map((name) => ({ ...BINDING, namespace, name }));
  };

  it("a taken name of the grant ends the request as Failed with what to do, and the next one gets access", async () => {
    const request = await awaitPhase(await ask(alice, namespace), "Pending");
    const squatters = await squat(request);
    await decideOn(lena, request, "Approve");
    const { status } = await awaitPhase(request, "Failed");
    expect(status?.endReason).to.equal("NameTaken");
    expect(status?.conditions?.[0]?.message).to.contain("make another request, whose grant has another name");
    expect(await objectsOf(status?.grant?.serviceAccount ?? "", namespace)).to.deep.equal([`RoleBinding ${namespace}`]);
    await bypass(alice, namespace);
    for (const ref of squatters) await admin().delete(ref);
  });

  it("the right to ask comes back at once, however often somebody deletes its binding", async () => {
    const ref: ObjectRef = { ...BINDING, namespace, name: "break-glass-request-incident" };
    const waits: number[] = [];
    for (let round = 0; round < DELETIONS; round += 1) {
      const before = await admin().get(ref);
      await admin().delete(ref);
      const start = performance.now();
      await eventually("it is there again", async () => {
        expect((await admin().find(ref))?.metadata?.uid)
          .to.be.a("string")
          .that.does.not.equal(before.metadata?.uid);
      });
      waits.push(performance.now() - start);
    }
    expect(Math.max(...waits), waits.map(Math.round).join(" ")).to.be.below(SOON);
  });
});
