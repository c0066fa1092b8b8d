/** Proves emergency access from end to end on a real API server: asked for, approved, used, and over in each of the ways in which it ends. */
import { expect } from "chai";
import type { BreakGlassAuditEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { baselineRef, protectedNamespace } from "../../support/baselines.ts";
import {
  ask,
  awaitPhase,
  BREAK_GLASS_NAMESPACE,
  decideOn,
  INCIDENT,
  identityOf,
  mint,
  objectsOf,
  readRequest,
} from "../../support/break-glass.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { readMetrics, sumOf } from "../../support/metrics.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";
import { clearLease } from "../../support/replica.ts";
import { authorizerCaughtUp, policiesKnow } from "../../support/server-caches.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";
const RBAC = "rbac.authorization.k8s.io/v1";

describe("emergency access", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let bob: Person;
  let carol: Person;

  before(async () => {
    await installOperatorManifests();
    await clearLease();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    bob = await person("bob", ["leads"]);
    carol = await person("carol", ["leads"]);
  });

  after(() => operator.stop());

  /** A namespace whose baseline offers the profile `incident` and is carried out. */
  const guarded = (prefix: string): Promise<string> => protectedNamespace(prefix, { breakGlass: { profiles: [INCIDENT] } });

  const granted = async (namespace: string): Promise<BreakGlassRequest> => {
    const pending = await awaitPhase(await ask(alice, namespace), "Pending");
    await decideOn(bob, pending, "Approve");
    return awaitPhase(pending, "Active");
  };

  const entriesOf = async (request: BreakGlassRequest): Promise<readonly BreakGlassAuditEntry["spec"][]> => {
    const entries = await admin().list<BreakGlassAuditEntry>(API_VERSION, "BreakGlassAuditEntry", { namespace: BREAK_GLASS_NAMESPACE });
    return entries.map(({ spec }) => spec).filter(({ requestUID }) => requestUID === request.metadata.uid);
  };

  const typesOf = async (request: BreakGlassRequest): Promise<readonly string[]> => (await entriesOf(request)).map(({ type }) => type);

  const gauge = async (namespace: string): Promise<number | undefined> =>
    sumOf(await readMetrics(operator), "securitybaseline_breakglass_active", { namespace });

  const podsOf = async (client: ApiClient, namespace: string): Promise<number> => {
    const { status } = await client.send({ method: "GET", path: `/api/v1/namespaces/${namespace}/pods` }).then(
      () => ({ status: 200 }),
      (failure: { status: number }) => failure,
    );
    return status;
  };

  it("that is to begin later is approved now, and lasts from then on", async () => {
    const namespace = await guarded("later");
    const start = Math.ceil(Date.now() / 1000) + 15;
    const startTime = new Date(start * 1000).toISOString();
    const pending = await awaitPhase(await ask(alice, namespace, { startTime }), "Pending");
    await decideOn(bob, pending, "Approve");
    const { status } = await awaitPhase(pending, "Approved");
    expect(status?.conditions?.[0]?.message).to.equal(`approved, and issued from ${startTime} on`);
    expect(status?.grant).to.equal(undefined);
    const active = await awaitPhase(pending, "Active", 60_000);
    const issued = Date.parse(active.status?.issuedAt ?? "") / 1000;
    expect(issued).to.be.within(start, start + 30);
    expect(Date.parse(active.status?.deadline ?? "") / 1000).to.equal(issued + 20 * 60);
  });

  describe("that somebody else approved", () => {
    let namespace: string;
    let request: BreakGlassRequest;
    let client: ApiClient;

    before(async () => {
      namespace = await guarded("approved");
      request = await granted(namespace);
      client = await mint(alice.client, identityOf(request));
    });

    it("is four objects, whose names hold the deadline that the status tells", async () => {
      const { deadline = "", approvals, ledger } = request.status ?? {};
      expect(identityOf(request)).to.match(/^bg-[a-z0-9]{10}-[0-9]{10}$/);
      expect(Number(identityOf(request).slice(-10))).to.equal(Date.parse(deadline) / 1000);
      expect(approvals).to.deep.equal({ required: 1, received: 1 });
      expect(ledger?.headHash).to.match(/^[0-9a-f]{64}$/);
      const objects = await objectsOf(identityOf(request), namespace);
      expect(objects).to.deep.equal([
        `ServiceAccount ${BREAK_GLASS_NAMESPACE}`,
        `RoleBinding ${namespace}`,
        `Role ${BREAK_GLASS_NAMESPACE}`,
        `RoleBinding ${BREAK_GLASS_NAMESPACE}`,
      ]);
    });

    it("opens its namespace to whoever asked, and no other", async () => {
      expect(await podsOf(client, namespace)).to.equal(200);
      expect(await podsOf(client, "kube-system")).to.equal(403);
    });

    it("is counted", async () => {
      await eventually("the gauge tells one", async () => (await gauge(namespace)) === 1);
    });

    it("ends when it is revoked: token, objects, gauge; the ledger tells all of it", async () => {
      await decideOn(carol, request, "Revoke");
      const { status } = await awaitPhase(request, "Revoked");
      expect(status?.endReason).to.equal("Revoked");
      expect(await objectsOf(identityOf(request), namespace)).to.deep.equal([]);
      await eventually("the token is dead", async () => (await podsOf(client, namespace)) === 401, 30_000);
      expect(await typesOf(request)).to.deep.equal(["Requested", "Approved", "Issuing", "Active", "Revoked"]);
      const last = (await entriesOf(request)).at(-1);
      expect(last).to.include({ actor: "carol" });
      expect(status?.ledger).to.include({ lastSeq: last?.seq, headHash: last?.hash });
      await eventually("the gauge forgets", async () => (await gauge(namespace)) === undefined);
    });

    it("shows each head of the ledger on standard output", async () => {
      const { hash } = (await entriesOf(request)).at(-1) ?? {};
      expect(operator.logs()).to.contain(`"hash":"${hash}"`);
    });

    it("is closed by a review of somebody else", async () => {
      await decideOn(carol, request, "Review", { comment: "restarted two pods, nothing else" });
      await eventually("the review is told", async () => (await readRequest(request)).status?.review?.reviewer === "carol");
      expect((await typesOf(request)).at(-1)).to.equal("Reviewed");
    });
  });

  it("without approval lasts as long as the profile says, and names who was not asked", async () => {
    const namespace = await guarded("bypass");
    const request = await awaitPhase(await ask(alice, namespace, { bypass: true, duration: "11m" }), "Active");
    const { issuedAt = "", deadline = "" } = request.status ?? {};
    expect(Date.parse(deadline) - Date.parse(issuedAt)).to.equal(660_000);
    const approved = (await entriesOf(request)).find(({ type }) => type === "Approved");
    expect(approved?.details).to.include({ bypass: "true", skipped: '["leads"]' });
    await decideOn(alice, request, "Withdraw");
    await awaitPhase(request, "Revoked");
  });

  it("as a drill has no rights at all", async () => {
    const namespace = await guarded("drill");
    const pending = await awaitPhase(await ask(alice, namespace, { drill: true }), "Pending");
    await decideOn(bob, pending, "Approve");
    const request = await awaitPhase(pending, "Active");
    const client = await mint(alice.client, identityOf(request));
    expect(await podsOf(client, namespace)).to.equal(403);
    await decideOn(bob, request, "Revoke");
    await awaitPhase(request, "Revoked");
  });

  it("ends with the profile", async () => {
    const namespace = await guarded("profile");
    const request = await granted(namespace);
    await admin().mergePatch(baselineRef(namespace), { spec: { breakGlass: { profiles: [] } } });
    const { status } = await awaitPhase(request, "Revoked");
    expect(status?.endReason).to.equal("ProfileRemoved");
    expect(await objectsOf(identityOf(request), namespace)).to.deep.equal([]);
  });

  it("ends with the request", async () => {
    const namespace = await guarded("deleted");
    const request = await granted(namespace);
    await admin().delete({ apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name: request.metadata.name });
    await eventually("the ledger tells the end", async () => (await typesOf(request)).at(-1) === "Revoked");
    expect((await entriesOf(request)).at(-1)?.details).to.include({ endReason: "RequestDeleted" });
    expect(await objectsOf(identityOf(request), namespace)).to.deep.equal([]);
  });

  it("is taken back, and never repaired, when somebody changes it", async () => {
    const namespace = await guarded("tampered");
    const request = await granted(namespace);
    await admin().delete({ apiVersion: RBAC, kind: "RoleBinding", namespace, name: identityOf(request) });
    const { status } = await awaitPhase(request, "Revoked");
    expect(status?.endReason).to.equal("Tampered");
    expect(await objectsOf(identityOf(request), namespace)).to.deep.equal([]);
    expect((await typesOf(request)).slice(-2)).to.deep.equal(["Suspended", "Revoked"]);
  });

  describe("to the whole cluster", () => {
    const cluster = { apiVersion: API_VERSION, kind: "ClusterSecurityBaseline", name: "cluster" };

    before(async () => {
      const profile = { ...INCIDENT, approvers: { groups: ["leads"], required: 2 } };
      const spec = { breakGlass: { profiles: [profile] } };
      const { apiVersion, kind, name } = cluster;
      await admin().apply({ apiVersion, kind, metadata: { name }, spec });
      await eventually("the cluster's posture is in place", async () => {
        const { status } = await admin().get<{ status?: { conditions?: readonly { type: string; status: string; message: string }[] } }>(
          cluster,
        );
        const ready = status?.conditions?.find(({ type }) => type === "Ready");
        if (ready?.status !== "True") throw new Error(JSON.stringify(ready));
      });
      await policiesKnow(cluster);
      await authorizerCaughtUp();
    });

    after(async () => {
      await admin().delete(cluster);
      await policiesKnow(cluster);
    });

    it("takes two people, and is one ClusterRoleBinding", async () => {
      const pending = await awaitPhase(await ask(alice, BREAK_GLASS_NAMESPACE), "Pending");
      await decideOn(bob, pending, "Approve");
      await eventually("one approval is told", async () => (await readRequest(pending)).status?.approvals?.received === 1);
      expect((await readRequest(pending)).status?.phase).to.equal("Pending");
      await decideOn(carol, pending, "Approve");
      const request = await awaitPhase(pending, "Active");
      const client = await mint(alice.client, identityOf(request));
      expect(await podsOf(client, "kube-system")).to.equal(200);
      const [, binding] = await objectsOf(identityOf(request));
      expect(binding).to.equal("ClusterRoleBinding ");
      await decideOn(bob, request, "Revoke");
      await awaitPhase(request, "Revoked");
      expect(await objectsOf(identityOf(request))).to.deep.equal([]);
    });
  });
});
