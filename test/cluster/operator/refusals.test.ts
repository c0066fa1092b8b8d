/** Proves that what the API server refuses in one section of one namespace stops nothing else, and is told in its words. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { refuseWrites } from "../../support/admission.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, baselineRef, conditionOf, FULL_SPEC } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { receivedAt } from "../../support/operator-requests.ts";
import { attempt } from "../../support/policed.ts";
import { refusal } from "../../support/refusal.ts";
import { startWebhook } from "../../support/webhook.ts";

/** Milliseconds; the pauses between attempts have grown by then. */
const MADE_UP_FOR = 30_000;

const roleIn = (namespace: string): KubernetesObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { namespace, name: "any" },
  rules: [],
});

const ROLES_ONLY: SecurityBaselineSpec = { access: { roles: [{ name: "app-viewer", groups: ["support"] }] } };

describe("a write that the API server refuses", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  beforeEach(async () => {
    namespace = await freshNamespace("refused");
  });

  /** Nobody shall go on trying what this test has refused. */
  afterEach(() => admin().delete(baselineRef(namespace)));

  after(() => operator.stop());

  const banRoles = () => refuseWrites({ namespace, apiGroup: "rbac.authorization.k8s.io", resource: "roles" }, "this team has no roles");

  it("stops its own section only, tells the server's words, and is made up for when the cause is gone", async () => {
    const lift = await banRoles();
    const neighbour = await freshNamespace("refused-not");
    await Promise.all([namespace, neighbour].map((each) => applyBaseline(each, FULL_SPEC)));
    const baseline = await awaitCondition(namespace, "AccessReady", "False");
    await awaitReady(neighbour);
    expect(baseline.status?.conditions?.map(({ type, status, reason }) => [type, status, reason])).to.deep.equal([
      ["AccessReady", "False", "Forbidden"],
      ["Compliant", "False", "Drifted"],
      ["NetworkReady", "True", "InPlace"],
      ["PodSecurityReady", "True", "InPlace"],
      ["Ready", "False", "Forbidden"],
      ["ServiceAccountsReady", "True", "InPlace"],
      ["Stalled", "True", "Forbidden"],
    ]);
    const message = conditionOf(baseline, "Ready")?.message;
    expect(message).to.contain("access: Role app-deployer was refused: ");
    expect(message).to.contain("denied request: this team has no roles");

    await lift();
    await awaitCondition(namespace, "Ready", "True", MADE_UP_FOR);
  });

  it("is tried again with growing pauses", async () => {
    const lift = await banRoles();
    const mark = await auditMark();
    await applyBaseline(namespace, ROLES_ONLY);
    const attempts = await eventually("four attempts", async () => {
      const seen = await auditEvents(mark, { user: OPERATOR_USER, resource: "roles", namespace, name: "app-viewer" });
      if (seen.length < 4) throw new Error(`${seen.length} attempts`);
      return seen.map(receivedAt);
    });
    // The first attempt is repeated at once, because the RoleBinding that was written beside it is a change too.
    const [, second = 0, third = 0, fourth = 0] = attempts;
    expect(third - second).to.be.within(1_000, 3_000);
    expect(fourth - third).to.be.within(2_000, 5_000);
    await lift();
  });

  it("for want of rights to hand on stops access only", async () => {
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["delete"] }];
    const access = { roles: [{ name: "cleaner", groups: ["support"], rules }] };
    await applyBaseline(namespace, { ...FULL_SPEC, access });
    const baseline = await awaitCondition(namespace, "AccessReady", "False");
    const ready = conditionOf(baseline, "Ready");
    expect(ready?.reason).to.equal("Forbidden");
    expect(ready?.message).to.match(/^access: Role cleaner was refused: .*attempting to grant RBAC permissions not currently held/);
    expect(["NetworkReady", "PodSecurityReady", "ServiceAccountsReady"].map((type) => conditionOf(baseline, type)?.status)).to.deep.equal([
      "True",
      "True",
      "True",
    ]);
  });

  for (const code of [401, 409, 422]) {
    it(`by somebody's webhook with status ${code} is told as refused, by whom and why`, async () => {
      const met = { namespace, apiGroup: "rbac.authorization.k8s.io", resource: "roles" };
      await using webhook = await startWebhook({ ...met, code, message: "roles need a cost centre" });
      await eventually("the webhook is asked", async () => {
        await refusal(attempt(admin(), roleIn(namespace)));
      });
      await applyBaseline(namespace, ROLES_ONLY);
      const baseline = await awaitCondition(namespace, "AccessReady", "False");
      expect(conditionOf(baseline, "AccessReady")).to.include({
        reason: "Forbidden",
        message: `Role app-viewer was refused: admission webhook "${webhook.name}" denied the request: roles need a cost centre`,
      });
    });
  }

  it("for want of somebody's webhook that cannot be asked is told with its name", async () => {
    const met = { namespace, apiGroup: "rbac.authorization.k8s.io", resource: "roles" };
    await using webhook = await startWebhook({ ...met, code: undefined, message: "" });
    await eventually("the webhook is asked", async () => {
      await refusal(attempt(admin(), roleIn(namespace)));
    });
    await applyBaseline(namespace, ROLES_ONLY);
    const baseline = await awaitCondition(namespace, "AccessReady", "False");
    expect(conditionOf(baseline, "AccessReady")).to.include({
      reason: "Progressing",
      message: `Role app-viewer is not written yet: the API server cannot call admission webhook "${webhook.name}"`,
    });
  });

  it("because a quota is used up stops its section only", async () => {
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { namespace, name: "few-policies" } };
    // Admission counts by a cache: once it refuses what this quota has no room for at all, it counts the rest too.
    const hard = { "count/networkpolicies.networking.k8s.io": "3", "count/services": "0" };
    await admin().create({ ...quota, spec: { hard } });
    const service = { apiVersion: "v1", kind: "Service", metadata: { namespace, name: "none" }, spec: { ports: [{ port: 80 }] } };
    await eventually("admission counts by the quota", async () => {
      expect((await refusal(attempt(admin(), service))).message).to.contain("exceeded quota: few-policies");
    });
    await applyBaseline(namespace, FULL_SPEC);
    const baseline = await awaitCondition(namespace, "NetworkReady", "False");
    expect(conditionOf(baseline, "NetworkReady")?.reason).to.equal("Forbidden");
    expect(conditionOf(baseline, "NetworkReady")?.message).to.contain("exceeded quota: few-policies");
    expect(["AccessReady", "PodSecurityReady", "ServiceAccountsReady"].map((type) => conditionOf(baseline, type)?.status)).to.deep.equal([
      "True",
      "True",
      "True",
    ]);
    await admin().mergePatch(
      { ...quota, namespace, name: "few-policies" },
      { spec: { hard: { "count/networkpolicies.networking.k8s.io": "9" } } },
    );
    await awaitReady(namespace);
  });
});
