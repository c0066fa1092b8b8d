/** Proves on a real API server that policy reports follow the status, cost nothing while they do, and leave those of others alone; and that a stolen token can write no other. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { Posture } from "../../operator/api/postures.ts";
import { REPORT_KINDS, type ReportGroup } from "../../operator/kinds/policy-report.ts";
import { reportOf } from "../../operator/policyreports/report.ts";
import { contentOf } from "../../operator/policyreports/row.ts";
import type { ApiClient, ObjectRef } from "../support/api-client.ts";
import { type AuditEvent, auditEvents, auditMark } from "../support/audit-log.ts";
import { installBackends, REPORTS, removeBackends, removeKinds } from "../support/backend-kinds.ts";
import { applyBaseline, awaitReady, baselineRef, readBaseline } from "../support/baselines.ts";
import { BREAK_GLASS_NAMESPACE } from "../support/break-glass.ts";
import { admin, asServiceAccount, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { kubectl } from "../support/kubectl.ts";
import { forgetBaselines, forgetPeople, remove } from "../support/leftovers.ts";
import { awaitFirstLooks, readMetrics, sumOf } from "../support/metrics.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE, OPERATOR_USER, type OperatorProcess, startOperator } from "../support/operator-process.ts";
import { described } from "../support/operator-requests.ts";
import { namespaceWith } from "../support/operator-token.ts";
import { definitionsOf, install, refOf } from "../support/real-crds.ts";
import { refusal } from "../support/refusal.ts";
import { authorizerCaughtUp, policiesCaughtUp, policiesKnow } from "../support/server-caches.ts";

const NAME = "securitybaseline";
const MANAGER = "securitybaseline-reports";
const LABELS = { "app.kubernetes.io/managed-by": "securitybaseline", "securitybaseline.dev/policy-report": "true" };
const POSTURE = "securitybaseline.dev/v1alpha1";
const CLUSTER: ObjectRef = { apiVersion: POSTURE, kind: "ClusterSecurityBaseline", name: "cluster" };
const NETWORK: SecurityBaselineSpec = { network: {} };

const PROFILE = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 2 },
  maxDuration: "30m",
};

/** Milliseconds in which an operator at rest would have done something. */
const SILENCE = 5_000;
/** Milliseconds until the garbage collection has noticed a new kind, and then a missing owner. */
const COLLECTED = 120_000;

interface Report extends KubernetesObject {
  readonly summary?: Readonly<Record<string, number>>;
  readonly results?: readonly JsonObject[];
}

const component = (group: ReportGroup): string =>
  join(import.meta.dirname, `../../config/components/policy-reports-${group.split(".")[0]}`);

/** Installs what the component adds. Disposing of the answer takes it away. */
async function withComponent(group: ReportGroup): Promise<AsyncDisposable> {
  const files = ["rights.yaml", "policies.yaml"].flatMap((name) => ["-f", join(component(group), name)]);
  await kubectl(["apply", "--server-side", "--force-conflicts", ...files]);
  await authorizerCaughtUp();
  await policiesCaughtUp();
  return {
    [Symbol.asyncDispose]: async () => {
      await kubectl(["delete", ...files]);
      await policiesCaughtUp();
    },
  };
}

for (const group of ["wgpolicyk8s.io", "openreports.io"] as const) {
  const { inNamespace, ofCluster } = REPORT_KINDS[group];
  const kinds = group === "wgpolicyk8s.io" ? REPORTS[0] : REPORTS[1];
  const reportRef = (namespace: string): ObjectRef => ({
    apiVersion: inNamespace.apiVersion,
    kind: inNamespace.kind,
    namespace,
    name: NAME,
  });
  const clusterRef: ObjectRef = { apiVersion: ofCluster.apiVersion, kind: ofCluster.kind, name: NAME };
  const find = (namespace: string): Promise<Report | undefined> => admin().find<Report>(reportRef(namespace));

  /** Results of a report as `rule result`. */
  const told = async (namespace: string): Promise<readonly string[]> =>
    ((await find(namespace))?.results ?? []).map(({ rule, result }) => `${rule} ${result}`);
  const awaitTold = (namespace: string, ...expected: readonly string[]): Promise<void> =>
    eventually(`the report of ${namespace}`, async () => {
      expect(await told(namespace)).to.include.members(expected);
    });

  /** Waits until a report says exactly what its baseline's status says. */
  const awaitReport = (namespace: string): Promise<Report> =>
    eventually(`the report of ${namespace} says what the status says`, async () => {
      const report = await admin().get<Report>(reportRef(namespace));
      const wanted = reportOf(group, { baseline: (await readBaseline(namespace)) as Posture, home: namespace });
      expect([report.summary, report.results]).to.deep.equal([wanted["summary"], wanted["results"]]);
      return report;
    });

  /** What the operator asked of reports behind a mark, besides keeping its watches. */
  const asked = async (mark: number): Promise<AuditEvent[]> => {
    const events = await auditEvents(mark, { user: OPERATOR_USER });
    const resources: readonly (string | undefined)[] = [inNamespace.resource, ofCluster.resource];
    return events.filter(
      ({ verb, objectRef }) => resources.includes(objectRef?.resource) && objectRef?.apiGroup === group && verb !== "watch",
    );
  };

  describe(`policy reports of ${group}`, () => {
    let operator: OperatorProcess;
    let installed: AsyncDisposable;
    let shop: string;

    before(async () => {
      await installOperatorManifests();
      await removeBackends(...REPORTS);
      // Their reports would be written, too, and what reaches into every namespace is told in each report.
      await forgetBaselines();
      await forgetPeople();
      installed = await withComponent(group);
      operator = await startOperator({ flags: [`--policy-reports=${group}`] });
      shop = await freshNamespace("reports");
      await applyBaseline(shop, NETWORK);
      await awaitReady(shop);
    });

    after(async () => {
      await operator.stop();
      await remove(CLUSTER);
      await removeBackends(...REPORTS);
      await installed[Symbol.asyncDispose]();
    });

    it("ask for nothing while their kinds are not there, and say so once", async () => {
      const mark = await auditMark();
      await applyBaseline(shop, { network: {}, podSecurity: { enforce: "baseline" } });
      await awaitReady(shop);
      await delay(SILENCE);
      const events = await auditEvents(mark, { user: OPERATOR_USER });
      expect(events.filter(({ objectRef }) => objectRef?.apiGroup === group).map(described)).to.deep.equal([]);
      expect(operator.logs().match(/no policy reports are written/g)).to.have.length(1);
    });

    it("appear when their kinds come: what the status says, owned by the baseline, in a name of their own", async () => {
      await installBackends(kinds);
      const report = await awaitReport(shop);
      const { metadata } = await readBaseline(shop);
      expect(report.metadata?.labels).to.deep.equal(LABELS);
      expect(report.metadata?.ownerReferences).to.deep.equal([
        { apiVersion: POSTURE, kind: "SecurityBaseline", name: "baseline", uid: metadata.uid, blockOwnerDeletion: false },
      ]);
      expect(report.metadata?.managedFields?.map(({ manager, operation }) => [manager, operation])).to.deep.equal([[MANAGER, "Apply"]]);
      expect(report.summary).to.deep.equal({ pass: 3, fail: 0, warn: 0, error: 0, skip: 0 });
      expect(await told(shop)).to.deep.equal(["Ready pass", "NetworkReady pass", "PodSecurityReady pass"]);
      expect(operator.logs()).to.contain("policy reports are written");
    });

    it("follow drift and its repair, and warn where a section only reports", async () => {
      const reporting = await freshNamespace("reports");
      await applyBaseline(reporting, { ...NETWORK, mode: "Report" });
      await awaitTold(reporting, "Ready pass", "NetworkReady warn", "Missing warn");
      const missing = (await find(reporting))?.results?.find(({ message }) => message === "NetworkPolicy default-deny is missing");
      expect(missing).to.deep.include({
        source: NAME,
        rule: "Missing",
        policy: "network",
        resources: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: reporting, name: "default-deny" }],
      });
      await applyBaseline(reporting, NETWORK);
      await eventually("nothing is amiss", async () => expect(await told(reporting)).to.deep.equal(["Ready pass", "NetworkReady pass"]));
    });

    it("list findings with their severity", async () => {
      await admin().create({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { namespace: shop, name: "bob" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "bob" }],
      });
      await applyBaseline(shop, { ...NETWORK, access: { roles: [{ name: "app-viewer", groups: ["devs"] }] } });
      const about = async () => ((await find(shop))?.results ?? []).filter(({ resources }) => JSON.stringify(resources).includes('"bob"'));
      await eventually("it is told", async () => {
        const found = ((await readBaseline(shop)).status?.findings ?? []).filter(({ ref }) => ref.name === "bob");
        const expected = found.map(({ rule, severity }) => [rule, severity.toLowerCase(), "fail"]);
        expect(expected).to.not.have.length(0);
        expect((await about()).map(({ rule, severity, result }) => [rule, severity, result])).to.deep.equal(expected);
      });
      // From here on nobody edits the baseline: the status alone tells.
      await admin().delete({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", namespace: shop, name: "bob" });
      await eventually("it is gone", async () => (await about()).length === 0);
    });

    const tamperings: readonly { readonly reason: string; readonly patch: object }[] = [
      { reason: "other results", patch: { results: [{ policy: "network", result: "pass" }] } },
      { reason: "another count", patch: { summary: { fail: 0, pass: 99 } } },
      { reason: "no label of ours", patch: { metadata: { labels: { "securitybaseline.dev/policy-report": null } } } },
      { reason: "no owner", patch: { metadata: { ownerReferences: null } } },
    ];
    for (const { reason, patch } of tamperings) {
      it(`are put back by whom somebody gives ${reason}`, async () => {
        const before = await awaitReport(shop);
        await admin().mergePatch(reportRef(shop), patch, { manager: "intruder" });
        await eventually("it is as it was", async () => {
          const { summary, results, metadata } = await admin().get<Report>(reportRef(shop));
          const { labels, ownerReferences } = before.metadata ?? {};
          expect([summary, results, metadata?.labels, metadata?.ownerReferences]).to.deep.equal([
            before.summary,
            before.results,
            labels,
            ownerReferences,
          ]);
        });
      });
    }

    it("come back when somebody deletes them", async () => {
      const before = await awaitReport(shop);
      await admin().delete(reportRef(shop));
      await eventually("it is back", async () =>
        expect((await find(shop))?.metadata?.uid).to.not.be.oneOf([undefined, before.metadata?.uid]),
      );
    });

    it("leave one of somebody else alone, say so, and are written when that is gone", async () => {
      const taken = await freshNamespace("reports");
      const { apiVersion, kind } = inNamespace;
      const theirs = await admin().create<Report>({ apiVersion, kind, metadata: { namespace: taken, name: NAME }, results: [] } as Report);
      await applyBaseline(taken, NETWORK);
      await awaitReady(taken);
      await eventually("it is told", async () => {
        expect(sumOf(await readMetrics(operator), "securitybaseline_policy_report_failing", { namespace: taken })).to.equal(1);
      });
      await delay(SILENCE);
      expect((await find(taken))?.metadata?.resourceVersion).to.equal(theirs.metadata?.resourceVersion);
      const lines = operator.logs().split("\n");
      expect(lines.filter((line) => line.includes(taken) && line.includes("somebody else made the report"))).to.have.length(1);
      await admin().delete(reportRef(taken));
      await awaitReport(taken);
      expect(sumOf(await readMetrics(operator), "securitybaseline_policy_report_failing")).to.equal(undefined);
    });

    it("tell of the cluster, and of what is in the break-glass namespace", async () => {
      const { apiVersion, kind, name } = CLUSTER;
      const spec = { mode: "Report", breakGlass: { profiles: [PROFILE] } };
      const { metadata } = await admin().apply<KubernetesObject>({ apiVersion, kind, metadata: { name }, spec } as KubernetesObject);
      await eventually("the report of the cluster is there", async () => {
        const report = await admin().get<Report>(clusterRef);
        expect(report.metadata?.ownerReferences).to.deep.equal([{ ...CLUSTER, uid: metadata?.uid, blockOwnerDeletion: false }]);
        const rules = report.results?.map(({ rule, result }) => `${rule} ${result}`);
        expect(rules).to.include.members(["Ready pass", "Confined pass", "BreakGlassReady warn", "Missing warn"]);
        const missing = report.results?.find(({ rule }) => rule === "Missing");
        expect(missing?.["resources"]).to.have.nested.property("[0].namespace", BREAK_GLASS_NAMESPACE);
      });
    });

    it("go with their baseline", async function () {
      this.timeout(COLLECTED + 60_000);
      const going = await freshNamespace("reports");
      await applyBaseline(going, NETWORK);
      await awaitReport(going);
      await admin().delete(baselineRef(going));
      await eventually("the report is gone", async () => (await find(going)) === undefined, COLLECTED);
      await delay(SILENCE);
      expect(await find(going)).to.equal(undefined);
    });

    it("cost nothing at rest, nor when the operator starts", async () => {
      await awaitReport(shop);
      const mark = await auditMark();
      await delay(SILENCE);
      expect((await asked(mark)).map(described)).to.deep.equal([]);
      await operator.stop();
      const stopped = await auditMark();
      operator = await startOperator({ flags: [`--policy-reports=${group}`] });
      await awaitFirstLooks(operator);
      await delay(SILENCE);
      expect((await asked(stopped)).map(described)).to.deep.equal([]);
      expect(await auditEvents(stopped, { user: OPERATOR_USER, resource: inNamespace.resource, verbs: ["watch"] })).to.not.have.length(0);
    });

    it("have policies that are missed when they are gone", async () => {
      const policy = "securitybaseline-operator-policy-reports";
      await admin().delete({ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", name: policy });
      const problem = async () => sumOf(await readMetrics(operator), "securitybaseline_policy_problem", { policy });
      await eventually("it is missed", async () => expect(await problem()).to.equal(1));
      installed = await withComponent(group);
      await eventually("all is well again", async () => expect(await problem()).to.equal(undefined));
    });
  });

  describe(`a stolen operator token and policy reports of ${group}`, () => {
    let installed: AsyncDisposable;
    let operator: ApiClient;
    let namespace: string;
    let owner: JsonObject;

    before(async () => {
      await installOperatorManifests();
      await removeBackends(...REPORTS);
      installed = await withComponent(group);
      await installBackends(kinds);
      operator = await asServiceAccount(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
      namespace = await namespaceWith({ ...NETWORK, mode: "Report" });
      owner = ownerOf((await readBaseline(namespace)) as Posture);
    });

    after(async () => {
      await removeBackends(...REPORTS);
      await installed[Symbol.asyncDispose]();
    });

    const reportIn = (place: string, metadata: object = {}): Report => ({
      apiVersion: inNamespace.apiVersion,
      kind: inNamespace.kind,
      metadata: { namespace: place, name: NAME, labels: LABELS, ownerReferences: [owner] as never, ...metadata },
      results: [],
    });

    /** As the operator does, and kept nowhere. */
    const attempt = async (report: Report, client = operator): Promise<KubernetesObject> => {
      const { apiVersion = "", kind = "", metadata: { namespace: place, name = "" } = {} } = report;
      const path = await admin().path({ apiVersion, kind, name, ...(place !== undefined && { namespace: place }) });
      const query = `?dryRun=All&fieldManager=${MANAGER}&force=true`;
      return client.send({ method: "PATCH", path: path + query, body: report, contentType: "application/apply-patch+yaml" });
    };

    it("allowed: the report of a baseline, made and changed", async () => {
      await attempt(reportIn(namespace));
      await operator.apply(reportIn(namespace), { manager: MANAGER, force: true });
      await attempt({ ...reportIn(namespace), results: [{ policy: "x" }] });
    });

    it("has exactly these rights", async () => {
      const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
      const { status } = await operator.create<{ status: { resourceRules: { apiGroups: string[] }[] } } & object>(review);
      const rules = status.resourceRules.filter(({ apiGroups }) => apiGroups.includes(group));
      const everywhere = group === "wgpolicyk8s.io" ? [{ apiGroups: [group], resources: ["policyreports"], verbs: ["list", "watch"] }] : [];
      expect(rules).to.have.deep.members([
        ...everywhere,
        {
          apiGroups: [group],
          resources: [inNamespace.resource, ofCluster.resource],
          resourceNames: [NAME],
          verbs: ["list", "watch", "create", "patch"],
        },
      ]);
    });

    it("refused by RBAC: other names, creations without a name in the URL, deletions, and reading one", async () => {
      const denied = async (outcome: Promise<unknown>): Promise<void> => {
        const { status, message } = await refusal(outcome);
        expect([status, message]).to.satisfy(
          ([code, text]: [number, string]) => code === 403 && /cannot (patch|create|delete|get)/.test(text),
        );
      };
      await denied(attempt(reportIn(namespace, { name: "cpol-require-labels" })));
      await denied(operator.create(reportIn(namespace)));
      await denied(operator.delete(reportRef(namespace)));
      await denied(operator.get(reportRef(namespace)));
    });

    describe("refused by policy, whatever rights it has beside", () => {
      const RIGHTS = { apiVersion: "rbac.authorization.k8s.io/v1", name: "test-policy-reports" };

      before(async () => {
        const rules = [{ apiGroups: [group], resources: ["*"], verbs: ["*"] }];
        const metadata = { name: RIGHTS.name };
        await admin().apply({ apiVersion: RIGHTS.apiVersion, kind: "ClusterRole", metadata, rules } as KubernetesObject);
        await admin().apply({
          apiVersion: RIGHTS.apiVersion,
          kind: "ClusterRoleBinding",
          metadata,
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: RIGHTS.name },
          subjects: [{ kind: "ServiceAccount", namespace: OPERATOR_NAMESPACE, name: OPERATOR_ACCOUNT }],
        } as KubernetesObject);
        await authorizerCaughtUp();
      });

      after(async () => {
        for (const kind of ["ClusterRoleBinding", "ClusterRole"]) await admin().delete({ ...RIGHTS, kind });
        await authorizerCaughtUp();
      });

      const refused = async (report: Report, says: string): Promise<void> => {
        const { status, message } = await refusal(attempt(report));
        expect([status, message]).to.satisfy(([code, text]: [number, string]) => [403, 422].includes(code) && text.includes(says));
      };

      const cases: readonly { readonly reason: string; readonly metadata: object; readonly says: string }[] = [
        { reason: "another name", metadata: { name: "cpol-require-labels" }, says: "refused another policy report" },
        {
          reason: "without our label",
          metadata: { labels: { "app.kubernetes.io/managed-by": "securitybaseline" } },
          says: "refused labels or annotations of others",
        },
        { reason: "another label", metadata: { labels: { ...LABELS, team: "a" } }, says: "refused labels or annotations of others" },
        {
          reason: "another value of a label",
          metadata: { labels: { ...LABELS, "app.kubernetes.io/managed-by": "kyverno" } },
          says: "refused labels or annotations of others",
        },
        { reason: "an annotation", metadata: { annotations: { a: "b" } }, says: "refused labels or annotations of others" },
        { reason: "a finalizer", metadata: { finalizers: ["example.com/x"] }, says: "refused another list of finalizers" },
      ];
      for (const { reason, metadata, says } of cases) {
        it(reason, async () => {
          const fresh = await namespaceWith(NETWORK);
          const own = ownerOf((await readBaseline(fresh)) as Posture);
          await attempt(reportIn(fresh, { ownerReferences: [own] }));
          await refused(reportIn(fresh, { ownerReferences: [own], ...metadata }), says);
        });
      }

      it("another owner, one of another baseline, one that holds up its deletion, or none", async () => {
        const fresh = await namespaceWith(NETWORK);
        const own = ownerOf((await readBaseline(fresh)) as Posture);
        const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default", uid: "0" };
        await refused(reportIn(fresh, { ownerReferences: [own, account] }), "refused another owner of an object");
        await refused(reportIn(fresh), "refused another owner of an object");
        await refused(reportIn(fresh, { ownerReferences: [{ ...own, blockOwnerDeletion: true }] }), "refused another owner of an object");
        await refused(reportIn(fresh, { ownerReferences: [] }), "refused a policy report without an owner");
      });

      it("in a namespace without a baseline", async () => {
        await refused(reportIn(await freshNamespace("reports")), "no params found");
      });

      it("in a reserved namespace, also beside a baseline", async () => {
        const { metadata } = await applyBaseline("kube-system", NETWORK);
        await policiesKnow(baselineRef("kube-system"));
        const own = { ...owner, uid: metadata.uid ?? "" };
        await refused(reportIn("kube-system", { ownerReferences: [own] }), "refused a policy report in a reserved namespace");
        await admin().delete(baselineRef("kube-system"));
      });

      it("one that somebody else made", async () => {
        const fresh = await namespaceWith(NETWORK);
        const own = ownerOf((await readBaseline(fresh)) as Posture);
        const { apiVersion, kind } = inNamespace;
        await admin().create({ apiVersion, kind, metadata: { namespace: fresh, name: NAME }, results: [] } as Report);
        await refused(reportIn(fresh, { ownerReferences: [own] }), "refused to take over a policy report that somebody else made");
      });

      it("of the cluster without a ClusterSecurityBaseline, or with another owner than that", async () => {
        const report = (references: readonly JsonObject[]): Report => ({
          apiVersion: ofCluster.apiVersion,
          kind: ofCluster.kind,
          metadata: { name: NAME, labels: LABELS, ownerReferences: references as never },
          results: [],
        });
        await remove(CLUSTER);
        await policiesKnow(CLUSTER);
        await refused(report([owner]), "no params found");
        const { apiVersion, kind, name } = CLUSTER;
        const posture = await admin().apply<Posture>({ apiVersion, kind, metadata: { name }, spec: {} } as KubernetesObject);
        await policiesKnow(CLUSTER);
        await attempt(report([ownerOf(posture)]));
        await refused(report([owner]), "refused another owner of an object");
        await remove(CLUSTER);
      });
    });

    it("touches nobody else: people write their reports with any label and owner, and without a baseline all but ours", async () => {
      const bare = await freshNamespace("reports");
      const others = { labels: { team: "a" }, annotations: { a: "b" }, ownerReferences: [] };
      await attempt(reportIn(bare, { name: "kyverno", ...others }), admin());
      await attempt(reportIn(namespace, { name: NAME, annotations: { a: "b" } }), admin());
      expect((await refusal(attempt(reportIn(bare), admin()))).message).to.contain("no params found");
    });
  });
}

function ownerOf({ apiVersion, kind, metadata: { name, uid = "" } }: Posture): JsonObject {
  return { apiVersion, kind, name, uid, blockOwnerDeletion: false };
}

/** What the projects themselves publish, where a folder with their CRDs is at hand. */
for (const [project, group] of [
  ["openreports", "openreports.io"],
  ["kyverno", "wgpolicyk8s.io"],
] as const) {
  const definitions = definitionsOf([project]).filter(({ spec }) => spec.group === group);
  if (definitions.length === 0) continue;

  describe(`the real CRDs of ${project}`, () => {
    before(async () => {
      await removeBackends(...REPORTS);
      await install(definitions);
    });
    after(() => removeKinds(definitions.map(refOf)));

    for (const { metadata, spec } of definitions) {
      it(`take every field of a report as it is: ${metadata?.name}`, async () => {
        const namespace = spec.scope === "Namespaced" ? await freshNamespace("real") : undefined;
        const report = reportOf(group, { baseline: postureIn(namespace), home: "real" });
        const { apiVersion, kind } = report as { apiVersion: string; kind: string };
        const send = async (body: JsonObject): Promise<KubernetesObject> => {
          const path = await admin().path({ apiVersion, kind, name: NAME, ...(namespace !== undefined && { namespace }) });
          const query = "?dryRun=All&fieldValidation=Strict&fieldManager=tests";
          return admin().send({ method: "PATCH", path: path + query, body, contentType: "application/apply-patch+yaml" });
        };
        await eventually("the kind is served", () => admin().list(apiVersion, kind));
        expect(contentOf(await send(report))).to.equal(contentOf(report));
        expect((await refusal(send({ ...report, unheardOf: true }))).message).to.contain("unheardOf");
      });
    }
  });
}

/** A baseline of whose status every field of a report follows. */
function postureIn(namespace: string | undefined): Posture {
  const [firstSeen, ref] = ["2026-11-23T10:00:00Z", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name: "bob" }];
  return {
    apiVersion: POSTURE,
    kind: namespace === undefined ? "ClusterSecurityBaseline" : "SecurityBaseline",
    metadata: { name: "baseline", uid: "uid", generation: 1, ...(namespace !== undefined && { namespace }) },
    status: {
      observedGeneration: 1,
      conditions: [{ type: "Ready", status: "True", reason: "InPlace", message: "fine", lastTransitionTime: firstSeen }],
      controls: [{ name: "access", mode: "Enforce", managed: 1, inSync: 1 }],
      drift: [{ control: "access", ref, type: "Missing", firstSeen, lastSeen: firstSeen, count: 1, state: "Open" }],
      findings: [{ control: "access", rule: "UserSubject", severity: "High", ref, message: "grants view", firstSeen }],
    },
  };
}
