/** Proves that mode Report tells which running pods a Pod Security level would refuse, by a dry run that changes nothing, and rises like any other afterwards. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { RunningPods } from "../../../operator/api/baseline-status.ts";
import { refuseWrites } from "../../support/admission.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { makePod } from "../../support/bare-pods.ts";
import { applyBaseline, awaitReady, conditionOf, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, isDryRun, namespaceOf, operatorWrites } from "../../support/operator-requests.ts";
import { podSecurityLabels } from "../../support/owned-objects.ts";

const REPORT: SecurityBaselineSpec = { podSecurity: { enforce: "restricted", mode: "Report" } };
const HOST_PATH = { spec: { volumes: [{ name: "root", hostPath: { path: "/" } }] } };
const BROKEN: RunningPods = { asked: "restricted:latest", pods: [{ name: "node-agent", reasons: "restricted volume types" }] };
const STATUS = "patch securitybaselines/baseline/status";

async function told(namespace: string): Promise<RunningPods | undefined> {
  const controls = (await readBaseline(namespace)).status?.controls ?? [];
  const { since: _since, ...pods } = controls.find(({ name }) => name === "podSecurity")?.runningPods ?? {};
  return Object.keys(pods).length === 0 ? undefined : pods;
}

/** The API server may not know the baseline yet when it is asked first; then it is asked again. */
function awaitTold(namespace: string, expected: RunningPods): Promise<void> {
  return eventually(`running pods of ${namespace}`, async () => {
    expect(await told(namespace)).to.deep.equal(expected);
  });
}

async function rehearsals(mark: number, namespace: string): Promise<readonly string[]> {
  const asked = await auditEvents(mark, { user: OPERATOR_USER });
  return asked.filter((event) => namespaceOf(event) === namespace && isDryRun(event)).map(described);
}

/** Breaks the level, and is known to the API server as what runs there. */
async function namespaceWithPod(): Promise<string> {
  const namespace = await freshNamespace("report", { "pod-security.kubernetes.io/enforce": "privileged" });
  await makePod(namespace, "node-agent", HOST_PATH);
  await eventually("the API server sees the pod", async () => {
    const path = `/api/v1/namespaces/${namespace}/pods?resourceVersion=0`;
    const { items } = await admin().send<{ items: unknown[] }>({ method: "GET", path });
    expect(items).to.have.length(1);
  });
  return namespace;
}

describe("mode Report and running pods", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  describe("where nothing is enforced", () => {
    let namespace: string;
    let mark: number;

    before(async () => {
      namespace = await namespaceWithPod();
      mark = await auditMark();
      await applyBaseline(namespace, REPORT);
      await awaitReady(namespace);
    });

    it("tells which pods would be refused, by a dry run, and writes nothing but status", async () => {
      await awaitTold(namespace, BROKEN);
      expect(new Set(await rehearsals(mark, namespace))).to.deep.equal(new Set([`patch namespaces/${namespace}`]));
      expect(new Set((await operatorWrites(mark, namespace)).map(described))).to.deep.equal(new Set([STATUS]));
      const { metadata } = await admin().get({ apiVersion: "v1", kind: "Namespace", name: namespace });
      expect(metadata?.labels).to.deep.equal({
        "kubernetes.io/metadata.name": namespace,
        "pod-security.kubernetes.io/enforce": "privileged",
      });
    });

    it("is ready, and says that the level differs: pods are told beside it", async () => {
      const { status } = await readBaseline(namespace);
      const condition = status?.conditions?.find(({ type }) => type === "PodSecurityReady");
      expect(condition?.message).to.equal(`differs from the baseline: Namespace ${namespace} (mode Report changes nothing)`);
      expect((status?.recent ?? []).filter((line) => line.includes("if enforce rose now: running pods break"))).to.have.length(1);
    });

    it("tells that the level rose all the same once it is enforced", async () => {
      await applyBaseline(namespace, { podSecurity: { enforce: "restricted" } });
      await eventually("the level rises", async () => expect(await podSecurityLabels(namespace)).to.include({ enforce: "restricted" }));
      await awaitReady(namespace);
      await awaitTold(namespace, BROKEN);
      const recent = (await readBaseline(namespace)).status?.recent ?? [];
      expect(recent.filter((line) => line.includes("enforce was raised, and these pods are refused"))).to.have.length(1);
    });
  });

  it("tells the same where another section is enforced", async () => {
    const namespace = await namespaceWithPod();
    await applyBaseline(namespace, { ...REPORT, network: {} });
    await awaitTold(namespace, BROKEN);
    expect(await podSecurityLabels(namespace)).to.deep.equal({ enforce: "privileged" });
  });

  it("tells nothing where no pod is in the way, and asks nothing where the level stands", async () => {
    const namespace = await freshNamespace("report");
    await applyBaseline(namespace, REPORT);
    await awaitReady(namespace);
    expect(await told(namespace)).to.equal(undefined);
    const labels = { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "latest" };
    await admin().mergePatch({ apiVersion: "v1", kind: "Namespace", name: namespace }, { metadata: { labels } });
    await eventually("the look after that", async () => {
      const { status } = await readBaseline(namespace);
      const open = status?.drift?.find(({ ref, state }) => ref.kind === "Namespace" && state === "Open");
      expect(open?.fields).to.not.include('metadata.labels["pod-security.kubernetes.io/enforce"]');
    });
    const mark = await auditMark();
    await applyBaseline(namespace, { ...REPORT, access: { mode: "Report", roles: [{ name: "app-viewer", groups: ["support"] }] } });
    await awaitReady(namespace);
    expect(await rehearsals(mark, namespace)).to.deep.equal([]);
  });

  it("says why it is not known, and stays ready, where a webhook or policy refuses the dry run", async () => {
    const namespace = await namespaceWithPod();
    const letPass = await refuseWrites({ namespace, apiGroup: "", resource: "namespaces", dryRun: true }, "no dry runs here");
    await applyBaseline(namespace, REPORT);
    await eventually("the refusal is told", async () =>
      expect((await told(namespace))?.unknown).to.match(/^Forbidden: .*no dry runs here/),
    );
    expect(conditionOf(await awaitReady(namespace), "Ready")).to.deep.include({ status: "True", message: "every section only reports" });
    await letPass();
    await awaitTold(namespace, BROKEN);
  });
});
