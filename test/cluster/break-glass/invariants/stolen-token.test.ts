/** Proves invariant 6: the operator's own token grants nothing that no profile offers, and leads to no further power. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import type { KubernetesObject, ObjectMeta } from "../../../../operator/api/object.ts";
import { grantObjects } from "../../../../operator/breakglass/grant.ts";
import type { GrantScope } from "../../../../operator/breakglass/types.ts";
import type { ApiClient, ObjectRef } from "../../../support/api-client.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import { BREAK_GLASS_NAMESPACE, bypass, entriesAbout, INCIDENT, identityOf, ledger } from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import {
  OPERATOR_ACCOUNT,
  OPERATOR_NAMESPACE,
  OPERATOR_USER,
  type OperatorProcess,
  startOperator,
} from "../../../support/operator-process.ts";
import { group, MANAGED, operatorClient, RBAC } from "../../../support/operator-token.ts";
import { person } from "../../../support/people.ts";
import { API_VERSION, attempt, decisionOn, policyRefusal, requestOf } from "../../../support/policed.ts";
import { refusal } from "../../../support/refusal.ts";
import { policiesKnow } from "../../../support/server-caches.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";
const FORBIDDEN = 403;
const OUTAGE = { ...INCIDENT, name: "outage", approvers: { groups: ["leads"], required: 2 } };
const CLUSTER_POSTURE = { apiVersion: API_VERSION, kind: "ClusterSecurityBaseline", name: "cluster" };

describe("invariant 6: the operator's own token is worth what the profiles offer and no more", () => {
  let operator: OperatorProcess;
  let thief: ApiClient;
  let namespace: string;
  let request: BreakGlassRequest;
  let identity: string;

  before(async () => {
    thief = await operatorClient();
    operator = await startOperator();
    namespace = await protectedNamespace("stolen", { breakGlass: { profiles: [INCIDENT] } });
    const { name, ...kind } = CLUSTER_POSTURE;
    await admin().apply({ ...kind, metadata: { name }, spec: { breakGlass: { profiles: [OUTAGE] } } });
    await policiesKnow(CLUSTER_POSTURE);
    request = await bypass(await person("alice", ["oncall"]), namespace);
    identity = identityOf(request);
  });

  after(async () => {
    await operator.stop();
    await admin().delete(CLUSTER_POSTURE);
    // Whoever comes next must not be judged by it.
    await policiesKnow(CLUSTER_POSTURE);
  });

  /** The binding of a grant as the operator would make it. */
  const binding = (role: string, scope: GrantScope): KubernetesObject => {
    const deadline = Math.floor(Date.now() / 1000) + 900;
    const settings = { namespace: BREAK_GLASS_NAMESPACE, objectLabels: {} };
    const objects = grantObjects({ settings, scope, requester: "mallory", requestUID: "u", role, deadline });
    return objects.find(({ part }) => part === "binding")?.manifest as KubernetesObject;
  };

  it("can make what a profile offers, so that the refusals below are about the difference", async () => {
    await attempt(thief, binding("sb-incident-admin", { namespace }));
    await attempt(thief, binding("sb-incident-admin", "cluster"));
  });

  it("mints no token of an identity", async () => {
    const message = await policyRefusal(thief.createToken(BREAK_GLASS_NAMESPACE, identity, 600));
    expect(message).to.contain("neither the operator nor emergency access itself may mint any");
  });

  it("mints no token of another account", async () => {
    expect((await refusal(thief.createToken("kube-system", "default", 600))).status).to.equal(FORBIDDEN);
  });

  it("acts as nobody else", async () => {
    const token = await admin().createToken(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
    const masked = admin().as({ token, user: "alice", groups: ["oncall"] });
    expect((await refusal(masked.list(API_VERSION, "BreakGlassRequest", { namespace }))).message).to.contain("cannot impersonate");
  });

  for (const kind of ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]) {
    it(`neither changes nor deletes any ${kind}, and makes none`, async () => {
      const policies = await admin().list(ADMISSION, kind);
      expect(policies.length).to.be.greaterThan(16);
      const refs = policies.map(({ metadata }) => ({ apiVersion: ADMISSION, kind, name: metadata?.name ?? "" }));
      for (const ref of refs) {
        expect((await refusal(thief.mergePatch(ref, { metadata: { labels: { x: "y" } } }))).status).to.equal(FORBIDDEN);
        expect((await refusal(thief.delete(ref))).status).to.equal(FORBIDDEN);
      }
      const made = thief.create({ apiVersion: ADMISSION, kind, metadata: { name: "mine" }, spec: {} } as KubernetesObject);
      expect((await refusal(made)).status).to.equal(FORBIDDEN);
    });
  }

  it("does not change its own rights", async () => {
    const bindings = await admin().list<KubernetesObject & { subjects?: { name: string }[] }>(`${RBAC}/v1`, "ClusterRoleBinding");
    const own = bindings.filter(({ subjects = [] }) => subjects.some(({ name }) => name === OPERATOR_ACCOUNT));
    expect(own).not.to.deep.equal([]);
    for (const { metadata } of own) {
      const ref = { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: metadata?.name ?? "" };
      expect((await refusal(thief.mergePatch(ref, { metadata: { labels: { x: "y" } } }))).status).to.equal(FORBIDDEN);
      expect((await refusal(thief.delete({ ...ref, kind: "ClusterRoleBinding" }))).status).to.equal(FORBIDDEN);
    }
  });

  it("binds no role that the installation does not allow to an identity", async () => {
    for (const scope of [{ namespace }, "cluster"] as const) {
      expect((await refusal(attempt(thief, binding("cluster-admin", scope)))).status).to.equal(FORBIDDEN);
    }
  });

  it("grants nothing where no profile names the role", async () => {
    const quiet = await protectedNamespace("quiet", { breakGlass: { profiles: [] } });
    expect(await policyRefusal(attempt(thief, binding("sb-incident-admin", { namespace: quiet })))).to.contain(
      "refused a grant that no profile offers",
    );
  });

  const others = [
    { what: "a group", subject: group("oncall") },
    { what: "a user", subject: { apiGroup: RBAC, kind: "User", name: "mallory" } },
    { what: "another account", subject: { kind: "ServiceAccount", namespace: "default", name: "default" } },
    { what: "itself", subject: { kind: "ServiceAccount", namespace: OPERATOR_NAMESPACE, name: OPERATOR_ACCOUNT } },
  ];
  /** What it tries to pass the binding off as: part of a grant, made for a baseline, and nothing of ours. */
  const disguises = ({ labels, annotations: _, ...grant }: ObjectMeta): ObjectMeta[] => [
    { ...grant, ...(labels && { labels }) },
    { ...grant, name: "mine", labels: MANAGED },
    { ...grant, name: "mine" },
  ];
  for (const { what, subject } of others) {
    for (const where of ["namespace", "cluster"]) {
      it(`binds no role to ${what} in the ${where}, whatever it passes the binding off as`, async () => {
        const attempts = ["sb-incident-admin", "sb-drill", "view", "cluster-admin"].flatMap((role) => {
          const { metadata = {}, ...body } = binding(role, where === "cluster" ? "cluster" : { namespace });
          return disguises(metadata).map((disguise) => ({ ...body, subjects: [subject], metadata: disguise }));
        });
        for (const object of attempts) {
          expect((await refusal(attempt(thief, object))).message).to.match(/ 403 | 422 .*ValidatingAdmissionPolicy/);
        }
      });
    }
  }

  it("asks for nothing and decides nothing", async () => {
    const asked = thief.create(requestOf(namespace, OPERATOR_USER, { ticket: undefined }));
    expect(await policyRefusal(asked)).to.contain("emergency access is for people");
    for (const decision of ["Approve", "Deny", "Revoke", "Withdraw", "Review"] as const) {
      const decided = thief.create(decisionOn({ metadata: request.metadata }, OPERATOR_USER, { decision }));
      // Two policies refuse it, and which of them is told is not said anywhere.
      expect(await policyRefusal(decided), decision).to.match(/deciding is for people|you may not|you have no say/);
    }
    expect(await admin().list(API_VERSION, "BreakGlassDecision", { namespace })).to.deep.equal([]);
  });

  it("makes no request go away, with what it tells", async () => {
    const ref = { apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name: request.metadata.name };
    expect((await refusal(thief.delete(ref))).status).to.equal(FORBIDDEN);
  });

  it("neither changes nor deletes what the ledger tells", async () => {
    const before = await ledger();
    const about = await entriesAbout(request);
    const entry: ObjectRef = {
      apiVersion: API_VERSION,
      kind: "BreakGlassAuditEntry",
      namespace: BREAK_GLASS_NAMESPACE,
      name: before.find(({ spec }) => spec.hash === about[0]?.hash)?.metadata.name ?? "",
    };
    const all = await thief.path({ ...entry, name: "" });
    for (const attack of [
      () => thief.mergePatch(entry, { spec: { actor: "somebody else" } }),
      () => thief.mergePatch(entry, { metadata: { labels: { x: "y" } } }),
      () => thief.delete(entry),
      () => thief.send({ method: "DELETE", path: all }),
    ]) {
      expect((await refusal(attack())).status).to.equal(FORBIDDEN);
    }
    expect(await ledger()).to.deep.equal(before);
  });

  it("reads no Secret", async () => {
    await admin().create({ apiVersion: "v1", kind: "Secret", metadata: { namespace, name: "password" } });
    expect((await refusal(thief.list("v1", "Secret"))).status).to.equal(FORBIDDEN);
    for (const place of [namespace, BREAK_GLASS_NAMESPACE, "kube-system"]) {
      expect((await refusal(thief.list("v1", "Secret", { namespace: place }))).status).to.equal(FORBIDDEN);
    }
    expect((await refusal(thief.get({ apiVersion: "v1", kind: "Secret", namespace, name: "password" }))).status).to.equal(FORBIDDEN);
  });
});
