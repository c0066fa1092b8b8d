/** Proves that the posture of the cluster is kept in the break-glass namespace, told in its own status and Events, and goes with it. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, baselineRef, conditionOf } from "../../support/baselines.ts";
import { BREAK_GLASS_NAMESPACE } from "../../support/break-glass.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const CLUSTER = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "ClusterSecurityBaseline", name: "cluster" };
const REQUEST = "break-glass-request-incident";
const APPROVE = "break-glass-approve-incident";

const INCIDENT: BreakGlassProfile = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["platform-oncall"] },
  approvers: { groups: ["platform-leads"], required: 2 },
  maxDuration: "30m",
};

interface Posture extends KubernetesObject {
  readonly status?: SecurityBaselineStatus;
}

interface Binding extends KubernetesObject {
  readonly subjects?: readonly object[];
}

interface Told extends KubernetesObject {
  readonly regarding?: { readonly kind: string; readonly name: string };
  readonly reason?: string;
  readonly note?: string;
}

async function state(spec: Partial<Pick<SecurityBaselineSpec, "mode" | "deletionPolicy" | "breakGlass">>): Promise<void> {
  const { name, ...type } = CLUSTER;
  await admin().apply({ ...type, metadata: { name }, spec });
}

const stateProfiles = (...profiles: readonly BreakGlassProfile[]): Promise<void> => state({ breakGlass: { profiles } });

function generated(kind: "Role" | "RoleBinding", name: string) {
  return { apiVersion: RBAC, kind, namespace: BREAK_GLASS_NAMESPACE, name };
}

/** Waits until a condition of the posture's present generation has this status. */
async function awaitPosture(type: string, status: "True" | "False"): Promise<Posture> {
  return eventually(`${type} is ${status}`, async () => {
    const posture = await admin().get<Posture>(CLUSTER);
    const condition = posture.status?.conditions?.find((one) => one.type === type);
    expect(condition, JSON.stringify(posture.status)).to.include({ status, observedGeneration: posture.metadata?.generation });
    return posture;
  });
}

async function remove(ref: Parameters<ReturnType<typeof admin>["find"]>[0]): Promise<void> {
  if (await admin().find(ref)) await admin().delete(ref);
}

describe("the posture of the cluster", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    await remove(CLUSTER);
    operator = await startOperator();
  });

  afterEach(async () => {
    await remove(CLUSTER);
    for (const name of [REQUEST, APPROVE]) {
      await eventually(`${name} is gone`, async () => !(await admin().find(generated("Role", name))));
    }
  });

  after(() => operator.stop());

  it("has its Roles in the break-glass namespace, owned by it, and its own status", async () => {
    await stateProfiles(INCIDENT);
    const posture = await awaitPosture("Ready", "True");
    expect(posture.status).to.deep.include({ summary: { managed: 4, inSync: 4, drifted: 0, findings: 0 } });
    expect(posture.status?.controls?.map(({ name, managed, inSync }) => ({ name, managed, inSync }))).to.deep.equal([
      { name: "breakGlass", managed: 4, inSync: 4 },
    ]);
    const binding = await admin().get<Binding>(generated("RoleBinding", APPROVE));
    expect(binding.subjects).to.deep.equal([{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "platform-leads" }]);
    expect(binding.metadata?.ownerReferences).to.deep.equal([
      { ...CLUSTER, uid: posture.metadata?.uid, controller: true, blockOwnerDeletion: false },
    ]);
  });

  it("puts back what was changed, and tells who did it in status and in an Event about itself", async () => {
    await stateProfiles(INCIDENT);
    await awaitPosture("Ready", "True");
    const others = [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "others" }];
    await admin().mergePatch(generated("RoleBinding", APPROVE), { subjects: others });
    const posture = await eventually("the drift is told", async () => {
      const now = await admin().get<Posture>(CLUSTER);
      expect(now.status?.drift?.map(({ ref, type, state: standing }) => [ref.kind, ref.name, type, standing])).to.deep.equal([
        ["RoleBinding", APPROVE, "Modified", "Repaired"],
      ]);
      return now;
    });
    expect((await admin().get<Binding>(generated("RoleBinding", APPROVE))).subjects).to.have.deep.members([
      { ...others[0], name: "platform-leads" },
    ]);
    await eventually("the Event is there", async () => {
      const events = await admin().list<Told>("events.k8s.io/v1", "Event", { namespace: "default" });
      const own = events.filter(({ regarding }) => regarding?.kind === CLUSTER.kind && regarding.name === CLUSTER.name);
      expect(own.map(({ reason, note }) => `${reason}: ${note}`).join("\n")).to.include(
        `DriftRepaired: RoleBinding ${APPROVE}: subjects was changed`,
      );
    });
    expect(posture.status?.conditions?.find(({ type }) => type === "Ready")?.status).to.equal("True");
  });

  it("writes nothing while nothing changes", async () => {
    await stateProfiles(INCIDENT);
    await awaitPosture("Ready", "True");
    const mark = await auditMark();
    await stateProfiles(INCIDENT, { ...INCIDENT, name: "outage" });
    await awaitPosture("Ready", "True");
    const writes = (await operatorWrites(mark, BREAK_GLASS_NAMESPACE)).map(described);
    expect(writes).to.have.members(
      ["roles", "rolebindings"].flatMap((resource) => ["approve", "request"].map((side) => `patch ${resource}/break-glass-${side}-outage`)),
    );
  });

  it("takes back what a profile handed out when the profile goes", async () => {
    await stateProfiles(INCIDENT);
    await awaitPosture("Ready", "True");
    await stateProfiles();
    await awaitPosture("Ready", "True");
    expect(await admin().find(generated("RoleBinding", APPROVE))).to.equal(undefined);
    expect(await admin().find(generated("Role", REQUEST))).to.equal(undefined);
  });

  it("only reports in mode Report", async () => {
    await state({ mode: "Report", breakGlass: { profiles: [INCIDENT] } });
    await awaitPosture("Compliant", "False");
    expect(await admin().find(generated("Role", REQUEST))).to.equal(undefined);
  });

  it("leaves its objects behind with deletionPolicy Retain", async () => {
    await stateProfiles(INCIDENT);
    await awaitPosture("Ready", "True");
    await state({ deletionPolicy: "Retain", breakGlass: { profiles: [INCIDENT] } });
    await awaitPosture("Ready", "True");
    expect((await admin().get(generated("Role", REQUEST))).metadata?.ownerReferences).to.equal(undefined);
    await state({ deletionPolicy: "Delete", breakGlass: { profiles: [INCIDENT] } });
    await awaitPosture("Ready", "True");
  });

  it("refuses a SecurityBaseline in the break-glass namespace, and stays in force", async () => {
    await stateProfiles(INCIDENT);
    await awaitPosture("Ready", "True");
    await applyBaseline(BREAK_GLASS_NAMESPACE, { podSecurity: { enforce: "privileged" } });
    const refused = await awaitCondition(BREAK_GLASS_NAMESPACE, "Ready", "False");
    expect(conditionOf(refused, "Ready")).to.include({
      reason: "ReservedNamespace",
      message: `namespace ${BREAK_GLASS_NAMESPACE} is reserved for emergency access: what is made there is stated by the ClusterSecurityBaseline; remove this object`,
    });
    await awaitPosture("Ready", "True");
    expect(await admin().find(generated("Role", REQUEST))).not.to.equal(undefined);
    await admin().delete(baselineRef(BREAK_GLASS_NAMESPACE));
  });
});
