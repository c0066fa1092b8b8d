/** Proves on the API server that access in use ends a minute after a policy of emergency access went, and that a short absence ends nothing. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { protectedNamespace } from "../../support/baselines.ts";
import { awaitPhase, bypass, entriesAbout, INCIDENT, identityOf, mint, objectsOf, readRequest } from "../../support/break-glass.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";
import { refusal } from "../../support/refusal.ts";
import { policiesCaughtUp } from "../../support/server-caches.ts";

const BINDING = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  name: "securitybaseline-break-glass-sealed",
};
const PATIENCE = 120_000;

/** Takes a policy out of force. Calling the answer brings it back as it was, and tells the server's time at which it went. */
async function withoutPolicy(): Promise<() => Promise<number>> {
  const { metadata, ...rest } = await admin().get<KubernetesObject>(BINDING);
  const { name, labels } = metadata ?? {};
  await admin().delete(BINDING);
  const place = { namespace: "default", name: "policy-went" };
  const { metadata: stamped } = await admin().create<KubernetesObject>({ apiVersion: "v1", kind: "ConfigMap", metadata: place });
  return async () => {
    await admin().create({ ...rest, metadata: { name, labels } } as KubernetesObject);
    await admin().delete({ apiVersion: "v1", kind: "ConfigMap", ...place });
    await policiesCaughtUp();
    return Date.parse(stamped?.creationTimestamp ?? "");
  };
}

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
    expect(over.status?.conditions?.[0]?.message).to.contain(`ValidatingAdmissionPolicyBinding ${BINDING.name} is missing`);
    expect(await objectsOf(identityOf(request), namespace)).to.deep.equal([]);
    await eventually("the token is nobody's", async () => (await refusal(holder.list("v1", "Pod", { namespace }))).status === 401);
    const entries = await entriesAbout(request);
    expect(entries.map(({ type }) => type).slice(-2)).to.deep.equal(["Suspended", "Revoked"]);
    const seconds = (Date.parse(entries.at(-2)?.time ?? "") - went) / 1000;
    expect(seconds).to.be.within(58, 75);
  });

  it("goes on when it comes back before, and new access is granted", async () => {
    const request = await bypass(alice, namespace);
    const restore = await withoutPolicy();
    const standing = async (status: string): Promise<boolean> => {
      const { status: told } = await admin().get<{ status?: { conditions?: readonly { type: string; status: string }[] } }>({
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "SecurityBaseline",
        namespace,
        name: "baseline",
      });
      return told?.conditions?.find(({ type }) => type === "BreakGlassReady")?.status === status;
    };
    await eventually("the operator has noticed", () => standing("False"));
    await restore();
    await eventually("the operator sees it again", () => standing("True"));
    await bypass(alice, namespace);
    expect((await readRequest(request)).status?.phase).to.equal("Active");
  });
});
