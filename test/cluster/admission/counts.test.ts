/** Proves that a section `admission` in mode Report tells which workloads could not be made again, as long as it is so, and asks for nobody else's. */
import { expect } from "chai";
import type { JudgedWorkloads } from "../../../operator/api/baseline-status.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { type AuditEvent, auditEvents, auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitReady, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const REPORT = { mode: "Report", registries: ["ghcr.io/acme"], imageReference: "Tag" } as const;
const TEMPLATE = (image: string) => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "web", image }] },
});
const SELECTOR = { matchLabels: { app: "web" } };
const FROM = "which is not from ghcr.io/acme";

function deployment(namespace: string, name: string, image: string): KubernetesObject {
  const spec = { replicas: 0, selector: SELECTOR, template: TEMPLATE(image) };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { namespace, name }, spec };
}

const awaitCount = (namespace: string, expected: JudgedWorkloads | undefined): Promise<void> =>
  eventually(`the workloads of ${namespace} are counted`, async () => {
    const { status } = await readBaseline(namespace);
    const counted = status?.controls?.find(({ name }) => name === "admission")?.workloads;
    expect(counted, JSON.stringify(counted)).to.deep.equal(expected);
  });

const WORKLOADS = ["deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs", "replicationcontrollers"];

/** The operator's questions about workloads behind a mark. */
async function questions(mark: number): Promise<readonly AuditEvent[]> {
  const asked = await auditEvents(mark, { user: OPERATOR_USER, verbs: ["list", "watch", "get"] });
  return asked.filter(({ objectRef }) => WORKLOADS.includes(objectRef?.resource ?? ""));
}

describe("workloads under a section that only reports", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("are counted, named with what their makers would read, and told of anew when one of them or the section changes", async () => {
    const namespace = await freshNamespace("counts");
    await admin().create(deployment(namespace, "good", "ghcr.io/acme/web:1"));
    await admin().create(deployment(namespace, "bad", "nginx:1.27"));
    const stateful = { serviceName: "db", selector: SELECTOR, template: TEMPLATE("ghcr.io/acme/db") };
    await admin().create({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { namespace, name: "db" }, spec: stateful });
    await applyBaseline(namespace, { admission: REPORT });
    const bad = { kind: "Deployment", name: "bad", message: `container "web" uses nginx:1.27, ${FROM}` };
    const db = {
      kind: "StatefulSet",
      name: "db",
      message: 'container "web" uses ghcr.io/acme/db, which may be another image tomorrow: write a tag other than latest, or a digest',
    };
    await awaitCount(namespace, { judged: 3, refused: 2, entries: [bad, db] });
    const { status } = await awaitReady(namespace);
    expect(status?.recent?.some((line) => line.includes("in mode Enforce 2 of 3 workloads could not be made again"))).to.equal(true);

    await admin().apply(deployment(namespace, "bad", "ghcr.io/acme/web:2"), { manager: "team", force: true });
    await awaitCount(namespace, { judged: 3, refused: 1, entries: [db] });
    await applyBaseline(namespace, { admission: { ...REPORT, imageReference: "Digest", registries: ["ghcr.io"] } });
    await eventually("all three lack a digest", async () => {
      const counted = (await readBaseline(namespace)).status?.controls?.[0]?.workloads;
      expect(counted?.refused).to.equal(3);
    });
    await admin().delete({ apiVersion: "apps/v1", kind: "StatefulSet", namespace, name: "db" });
    await eventually("two are left", async () => {
      const counted = (await readBaseline(namespace)).status?.controls?.[0]?.workloads;
      expect(counted).to.include({ judged: 2, refused: 2 });
    });
    await applyBaseline(namespace, { admission: { ...REPORT, mode: "Enforce" } });
    await awaitCount(namespace, undefined);
  });

  it("are judged where they make pods themselves: not what another one owns, nor a Job that is over", async () => {
    const namespace = await freshNamespace("counts");
    const owner = await admin().create(deployment(namespace, "owner", "nginx:1"));
    const controller = { apiVersion: "apps/v1", kind: "Deployment", name: "owner", uid: owner.metadata?.uid, controller: true };
    const replicas = { replicas: 0, selector: SELECTOR, template: TEMPLATE("nginx:2") };
    const make = (type: string, name: string, spec: object, metadata: object = {}) => {
      const [kind = "", apiVersion = ""] = type.split(" of ");
      return admin().create({ apiVersion, kind, metadata: { namespace, name, ...metadata }, spec } as KubernetesObject);
    };
    await make("ReplicaSet of apps/v1", "owned", replicas, { labels: { app: "web" }, ownerReferences: [controller] });
    await make("ReplicaSet of apps/v1", "alone", replicas);
    await make("DaemonSet of apps/v1", "agent", { selector: SELECTOR, template: TEMPLATE("nginx:3") });
    const job = { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image: "nginx:4" }] } } };
    await make("Job of batch/v1", "waits", { ...job, suspend: true });
    await make("CronJob of batch/v1", "nightly", { schedule: "0 3 * * *", suspend: true, jobTemplate: { spec: job } });
    const core = { replicas: 0, selector: { app: "web" }, template: TEMPLATE("nginx:5") };
    await make("ReplicationController of v1", "old", core);
    await applyBaseline(namespace, { admission: { mode: "Report", registries: ["ghcr.io/acme"] } });
    const entry = (kind: string, name: string, image: string) => ({ kind, name, message: `container "web" uses ${image}, ${FROM}` });
    await awaitCount(namespace, {
      judged: 6,
      refused: 6,
      entries: [
        entry("CronJob", "nightly", "nginx:4"),
        entry("DaemonSet", "agent", "nginx:3"),
        entry("Deployment", "owner", "nginx:1"),
        entry("Job", "waits", "nginx:4"),
        entry("ReplicaSet", "alone", "nginx:2"),
        entry("ReplicationController", "old", "nginx:5"),
      ],
    });
  });

  it("are exempt until the day that is written, and counted from then on without any change", async () => {
    const namespace = await freshNamespace("counts");
    await admin().create(deployment(namespace, "legacy", "nginx:1.27"));
    const expires = `${new Date(Date.now() + 8000).toISOString().slice(0, 19)}Z`;
    const exemption = {
      name: "legacy",
      checks: ["registries"] as const,
      matchLabels: { app: "web" },
      expires,
      reason: "on its way out",
      owner: "team",
    };
    await applyBaseline(namespace, { admission: { mode: "Report", registries: ["ghcr.io/acme"], exemptions: [exemption] } });
    await awaitCount(namespace, { judged: 1, refused: 0 });
    const entries = [{ kind: "Deployment", name: "legacy", message: `container "web" uses nginx:1.27, ${FROM}` }];
    await awaitCount(namespace, { judged: 1, refused: 1, entries });
  });

  it("are asked for in namespaces with such a section alone, and no longer than it is there", async () => {
    const mark = await auditMark();
    const [quiet, told] = [
      await protectedNamespace("counts", { admission: { registries: ["ghcr.io/acme"] } }),
      await freshNamespace("counts"),
    ];
    await applyBaseline(told, { admission: REPORT });
    await awaitCount(told, { judged: 0, refused: 0 });
    const asked = await questions(mark);
    expect(asked).to.not.be.empty;
    // Watches of namespaces that other tests have left are opened again and again.
    expect(asked.map(({ objectRef }) => objectRef?.namespace))
      .to.include(told)
      .and.not.include(quiet)
      .and.not.include(undefined);
    await applyBaseline(told, { network: {} });
    await awaitReady(told);
    const after = await auditMark();
    await admin().create(deployment(told, "bad", "nginx:1.27"));
    await applyBaseline(quiet, { admission: { registries: ["ghcr.io/acme"] }, podSecurity: { enforce: "baseline" } });
    await awaitReady(quiet);
    expect((await questions(after)).filter(({ objectRef }) => objectRef?.namespace === told)).to.deep.equal([]);
  });
});
