/** Proves that a role by which a grant could make itself permanent is granted only where the installation says so, for the whole cluster, by two people. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { unboundedBecause } from "../../../operator/breakglass/unbounded.ts";
import { applyBaseline, awaitCondition, conditionOf, serverKnows } from "../../support/baselines.ts";
import {
  ask,
  awaitPhase,
  BREAK_GLASS_NAMESPACE,
  decideOn,
  entriesAbout,
  INCIDENT,
  identityOf,
  mint,
  readRequest,
} from "../../support/break-glass.ts";
import { admin, cluster, freshNamespace, impersonate } from "../../support/cluster.ts";
import { removeCustodians } from "../../support/custodians.ts";
import { eventually } from "../../support/eventually.ts";
import { grantFor, withMetadata } from "../../support/grant-by-hand.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { installedWith } from "../../support/installed-settings.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { RBAC } from "../../support/operator-token.ts";
import { type Person, person } from "../../support/people.ts";
import { API_VERSION, attempt, mighty, OPERATOR, policedNamespace, policyRefusal } from "../../support/policed.ts";
import { runProgram } from "../../support/program.ts";
import { authorizerCaughtUp, policiesKnow } from "../../support/server-caches.ts";

const PROGRAM = join(import.meta.dirname, "..", "..", "..", "operator", "main.ts");
const NOTICE = 'a grant of the ClusterRole "cluster-admin" can make itself permanent';
const POSTURE = { apiVersion: API_VERSION, kind: "ClusterSecurityBaseline", name: "cluster" };
const ROLE: BreakGlassProfile = { ...INCIDENT, role: "cluster-admin", approvers: { groups: ["leads"], required: 2 } };

interface Posture extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[] };
}

/** States profiles for the whole cluster, and answers what is said of them once it is. */
async function stateForCluster(profile: BreakGlassProfile, status: "True" | "False"): Promise<string> {
  const { name, ...type } = POSTURE;
  const { metadata } = await admin().apply({ ...type, metadata: { name }, spec: { breakGlass: { profiles: [profile] } } });
  const told = await eventually(`BreakGlassReady is ${status}`, async () => {
    const posture = await admin().get<Posture>(POSTURE);
    const condition = posture.status?.conditions?.find(({ type: each }) => each === "BreakGlassReady");
    expect(condition, JSON.stringify(posture.status)).to.include({ status, observedGeneration: metadata?.generation });
    return condition?.message ?? "";
  });
  await policiesKnow(POSTURE);
  await authorizerCaughtUp();
  return told;
}

/** What auditors are told of a grant. */
async function traced(grant: string): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, [PROGRAM, "audit", "trace", "--audit-log", cluster().auditLog, "--grant", grant]);
}

const messageOf = ({ status }: BreakGlassRequest): string | undefined => status?.conditions?.[0]?.message;

describe("roles by which a grant could make itself permanent", () => {
  let alice: Person;
  let bob: Person;
  let carol: Person;
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    [alice, bob, carol] = await Promise.all([person("alice", ["oncall"]), person("bob", ["leads"]), person("carol", ["leads"])]);
  });

  after(async () => {
    if (await admin().find(POSTURE)) await admin().delete(POSTURE);
    await policiesKnow(POSTURE);
  });

  describe("that are listed like any other", () => {
    before(async () => {
      operator = await startOperator({ flags: ["--break-glass-roles", "cluster-admin,edit,sb-incident-admin"] });
    });

    after(() => operator.stop());

    for (const role of ["cluster-admin", "edit"]) {
      it(`are denied, and said to be by the baseline: ${role}, as this API server has it`, async () => {
        const { rules } = await admin().get<KubernetesObject & { rules: [] }>({
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "ClusterRole",
          name: role,
        });
        const because = unboundedBecause(rules) ?? "nothing";
        const namespace = await freshNamespace("listed");
        await applyBaseline(namespace, { breakGlass: { profiles: [{ ...INCIDENT, role }] } });
        const told = `a grant of the ClusterRole "${role}" can make itself permanent, because it ${because}: write role: `;
        const baseline = await awaitCondition(namespace, "BreakGlassReady", "False");
        expect(conditionOf(baseline, "BreakGlassReady")?.message).to.contain(told);
        await serverKnows(namespace);

        // The condition is told before the right to ask is given, where the first write of that was refused.
        const asked = await eventually("alice may ask", () => ask(alice, namespace, { bypass: true, duration: "11m" }));
        const request = await awaitPhase(asked, "Denied");
        expect(request.status?.endReason).to.equal("RoleNotAllowed");
        expect(messageOf(request)).to.contain(told).and.to.contain("--break-glass-unbounded-roles");
      });
    }

    it("are bound by whoever has the operator's token all the same, where nothing but the rules tells what they are: policies see names", async () => {
      await using _settings = await installedWith({ roles: ["own-almighty"] });
      const namespace = await policedNamespace({ profiles: [{ ...INCIDENT, role: "own-almighty" }] });
      await attempt(mighty(OPERATOR), grantFor(namespace, { role: "own-almighty" }).binding);
    });
  });

  describe("that are listed as what they are", () => {
    before(async () => {
      await installedWith({ unboundedRoles: ["cluster-admin"], custodians: ["custodians"] });
      operator = await startOperator({
        flags: ["--break-glass-unbounded-roles", "cluster-admin", "--break-glass-custodians", "custodians"],
      });
    });

    after(async () => {
      await operator.stop();
      await removeCustodians();
    });

    it("are denied in a namespace", async () => {
      const namespace = await freshNamespace("listed");
      await applyBaseline(namespace, { breakGlass: { profiles: [ROLE] } });
      const baseline = await awaitCondition(namespace, "BreakGlassReady", "False");
      expect(conditionOf(baseline, "BreakGlassReady")?.message).to.contain("name it only in profiles of the ClusterSecurityBaseline");
      await serverKnows(namespace);
      const request = await awaitPhase(await ask(alice, namespace), "Denied");
      expect(request.status?.endReason).to.equal("RoleNotAllowed");
    });

    it("are bound by no policy's leave in a namespace, and for the whole cluster by the operator and by custodians", async () => {
      await stateForCluster(ROLE, "True");
      // What its baseline offers: so that no other policy refuses it.
      const namespace = await policedNamespace({ profiles: [ROLE] });
      const { binding: here } = grantFor(namespace, { role: "cluster-admin" });
      expect(await policyRefusal(attempt(mighty(OPERATOR), here))).to.contain("for the whole cluster alone cluster-admin");
      const { binding } = grantFor("", { role: "cluster-admin", scope: "cluster" });
      await attempt(mighty(OPERATOR), binding);
      await attempt(impersonate("kim", "custodians"), withMetadata({ labels: { "securitybaseline.dev/break-glass": "by-hand" } })(binding));
      expect(await policyRefusal(attempt(admin(), binding))).to.contain("only the operator and custodians bind identities of grants");
    });

    it("do what is said of them, and the trace lists by names what they changed", async () => {
      await stateForCluster(ROLE, "True");
      const dora = await person("dora", ["oncall"]);
      const pending = await awaitPhase(await ask(dora, BREAK_GLASS_NAMESPACE), "Pending");
      for (const lead of [bob, carol]) await decideOn(lead, pending, "Approve");
      const active = await awaitPhase(pending, "Active");
      const holder = await mint(dora.client, identityOf(active));
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { namespace: "default", name: "unbounded" } };
      const stay = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", name: "unbounded-stay" };
      const subjects = [{ apiGroup: RBAC, kind: "User", name: "dora" }];
      const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" };
      const binding = { ...stay, metadata: { name: stay.name }, subjects, roleRef };
      await policyRefusal(holder.create(binding));
      const policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
      await holder.send({ method: "DELETE", path: `${policies}/securitybaseline-break-glass-actors?dryRun=All` });
      await holder.create(secret);
      await holder.impersonate("root", "system:masters").create(binding);
      await Promise.all([admin().delete({ ...secret, namespace: "default", name: "unbounded" }), admin().delete(stay)]);
      await decideOn(bob, active, "Revoke");

      const changes = await eventually("the audit log has all of it", async () => {
        const { stdout } = await traced(identityOf(active));
        const [, listed = ""] = stdout.split("what it changed that decides about rights:\n");
        expect(listed).to.contain("unbounded-stay");
        return listed;
      });
      expect(
        changes
          .split("\n")
          .slice(1, -1)
          .map((line) => line.replace(/^\S+ +/, "")),
      ).to.deep.equal([
        "dora    delete admissionregistration.k8s.io/validatingadmissionpolicybindings securitybaseline-break-glass-actors",
        "dora    create secrets default/unbounded",
        "dora    create rbac.authorization.k8s.io/clusterrolebindings unbounded-stay as root",
      ]);
    });

    it("take two people also by bypass, and are said to be what they are wherever they show", async () => {
      expect(await stateForCluster(ROLE, "True")).to.contain(`profile "incident": ${NOTICE}`);
      const pending = await awaitPhase(await ask(alice, BREAK_GLASS_NAMESPACE, { bypass: true, duration: "11m" }), "Pending");
      expect(pending.status).to.deep.include({ approvals: { required: 2, received: 0 } });
      expect(messageOf(pending)).to.contain(NOTICE);
      await decideOn(bob, pending, "Approve");
      await eventually("one approval is told", async () => (await readRequest(pending)).status?.approvals?.received === 1);
      expect((await readRequest(pending)).status?.phase).to.equal("Pending");
      await decideOn(carol, pending, "Approve");
      const active = await awaitPhase(pending, "Active");
      expect(active.status?.resolved).to.include({ role: "cluster-admin", unbounded: true });

      // Who asks may not read the baseline of the cluster.
      const can = await runProgram(["break-glass", "can", "--cluster", "--kubeconfig", alice.kubeconfig]);
      expect(can.stdout, can.stderr).to.match(/^incident +request +cluster-admin +30m +\? +no$/m);
      expect(can.stdout).to.contain(`profile incident: mind that ${NOTICE}\n`);
      const list = await runProgram(["break-glass", "list", "-n", BREAK_GLASS_NAMESPACE, "--kubeconfig", bob.kubeconfig]);
      expect(list.stdout, list.stderr).to.contain(NOTICE);
      const holder = await mint(alice.client, identityOf(active));
      await holder.list("v1", "Secret", { namespace: "default" });

      await decideOn(bob, active, "Revoke");
      const over = await awaitPhase(pending, "Revoked");
      expect(messageOf(over)).to.contain("somebody else has yet to review what was done with it");
      expect((await entriesAbout(over))[0]?.details).to.include({ unbounded: "true" });

      const next = await awaitPhase(await ask(alice, BREAK_GLASS_NAMESPACE), "Pending");
      await eventually("the next one waits for the review", async () => {
        expect(messageOf(await readRequest(next))).to.contain(`waits until somebody else has reviewed ${pending.metadata.name}`);
      });
    });
  });
});
