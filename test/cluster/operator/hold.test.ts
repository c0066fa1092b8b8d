/** Proves that a Pod Security level waits for running pods where a baseline says so, that nobody can lower it meanwhile, and that it rises by itself. */
import { expect } from "chai";
import type { SecurityBaseline, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { ControlStatus } from "../../../operator/api/baseline-status.ts";
import { refuseWrites } from "../../support/admission.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { deletePod, makePod } from "../../support/bare-pods.ts";
import {
  applyBaseline,
  awaitCondition,
  baselineRef,
  conditionOf,
  conditionsOf,
  protectedNamespace,
  readBaseline,
} from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, isDryRun, namespaceOf, receivedAt } from "../../support/operator-requests.ts";
import { podSecurityLabels } from "../../support/owned-objects.ts";
import { admissionKnowsNamespace } from "../../support/server-caches.ts";

const PREFIX = "pod-security.kubernetes.io/";
const HOLD: SecurityBaselineSpec = { podSecurity: { enforce: "restricted", onViolation: "Hold" } };
const HOST_PATH = { spec: { volumes: [{ name: "root", hostPath: { path: "/" } }] } };
const REASONS = "restricted volume types";
/** The contract, in milliseconds. */
const RAISED_WITHIN = 30_000;
/** Of a held namespace nothing is asked for so long. */
const QUIET = 12_000;

const namespaceRef = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });

/** As `podSecurityLabels` answers them. */
const labels = (level: string | undefined) => ({
  audit: "restricted",
  "audit-version": "latest",
  warn: "restricted",
  "warn-version": "latest",
  ...(level !== undefined && { enforce: level }),
});
/** What stands there after it was put back: without a version it was the latest one. */
const PUT_BACK = { ...labels("baseline"), "enforce-version": "latest" };
const RAISED = { ...labels("restricted"), "enforce-version": "latest" };

function lower(namespace: string, level: string | null): Promise<unknown> {
  return admin().mergePatch(namespaceRef(namespace), { metadata: { labels: { [`${PREFIX}enforce`]: level } } }, { manager: "intruder" });
}

/** Makes a pod that Pod Security allows at the level that was just set, and at no higher one. */
async function makeNodeAgent(namespace: string): Promise<void> {
  await admissionKnowsNamespace(namespace);
  await makePod(namespace, "node-agent", HOST_PATH);
}

function section({ status }: SecurityBaseline): ControlStatus | undefined {
  return status?.controls?.find(({ name }) => name === "podSecurity");
}

function awaitLabels(namespace: string, expected: object, patience?: number): Promise<void> {
  return eventually(
    `the labels of ${namespace}`,
    async () => {
      expect(await podSecurityLabels(namespace)).to.deep.equal(expected);
    },
    patience,
  );
}

async function heldNamespace(level: string | undefined): Promise<{ namespace: string; baseline: SecurityBaseline }> {
  const namespace = await freshNamespace("hold", level === undefined ? {} : { [`${PREFIX}enforce`]: level });
  await admin().mergePatch(namespaceRef(namespace), { metadata: { labels: { [`${PREFIX}enforce`]: "privileged" } } });
  await makeNodeAgent(namespace);
  await admin().mergePatch(namespaceRef(namespace), { metadata: { labels: { [`${PREFIX}enforce`]: level ?? null } } });
  await applyBaseline(namespace, HOLD);
  return { namespace, baseline: await awaitCondition(namespace, "Ready", "False") };
}

async function recent(namespace: string): Promise<readonly string[]> {
  return ((await readBaseline(namespace)).status?.recent ?? []).map((line) => line.slice("10:00:00 ".length));
}

/** What the operator asked about pods, and what it rehearsed. */
async function questions(mark: number, namespace: string) {
  const all = (await auditEvents(mark, { user: OPERATOR_USER })).filter((event) => namespaceOf(event) === namespace);
  return { pods: all.filter(({ objectRef }) => objectRef?.resource === "pods"), rehearsals: all.filter(isDryRun), all };
}

describe("onViolation: Hold", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  describe("while a running pod would break the level", () => {
    let namespace: string;
    let baseline: SecurityBaseline;

    before(async () => {
      ({ namespace, baseline } = await heldNamespace("baseline"));
    });

    it("keeps enforce, and raises audit and warn at once", async () => {
      expect(await podSecurityLabels(namespace)).to.deep.equal(labels("baseline"));
    });

    it("is neither ready nor compliant, and is not stalled", () => {
      const message = `podSecurity: enforce stays at baseline:latest: running pods break restricted:latest: node-agent (${REASONS})`;
      expect(conditionOf(baseline, "Ready")).to.deep.include({ status: "False", reason: "Held", message });
      expect(conditionOf(baseline, "PodSecurityReady")).to.deep.include({ status: "False", reason: "Held" });
      expect(conditionOf(baseline, "Compliant")).to.deep.include({ status: "False", reason: "Drifted", message });
      expect(conditionOf(baseline, "Stalled")).to.equal(undefined);
      expect(baseline.status?.summary).to.deep.equal({ managed: 1, inSync: 0, drifted: 0, findings: 0 });
    });

    it("tells which pods, why, and since when", () => {
      const { since, ...told } = section(baseline)?.runningPods ?? {};
      expect(told).to.deep.equal({
        floor: "baseline:latest",
        asked: "restricted:latest",
        held: true,
        pods: [{ name: "node-agent", reasons: REASONS }],
      });
      expect(Date.parse(since ?? "")).to.be.greaterThan(Date.now() - 120_000);
    });

    it("watches the metadata of its pods, and asks nothing else while nothing changes", async function () {
      this.timeout(QUIET + 60_000);
      await eventually("the pods are watched", async () => expect((await questions(0, namespace)).pods).to.not.have.length(0));
      const mark = await auditMark();
      const quiet = await eventually(
        "a time of silence",
        async () => {
          const { all } = await questions(0, namespace);
          const last = Math.max(...all.filter(({ verb }) => verb !== "watch").map(receivedAt));
          if (Date.now() - last < QUIET) throw new Error(`a request ${Date.now() - last} ms ago`);
          return true;
        },
        QUIET + 40_000,
      );
      expect(quiet).to.equal(true);
      expect((await questions(mark, namespace)).rehearsals.length).to.be.at.most(1);
      const { pods } = await questions(0, namespace);
      expect(new Set(pods.map(({ verb, requestURI }) => `${verb} ${requestURI.split("?")[0]}`))).to.deep.equal(
        new Set([`watch /api/v1/namespaces/${namespace}/pods`]),
      );
    });

    it("puts back what somebody lowers, and lets nobody use it to lower anything", async () => {
      await lower(namespace, "privileged");
      await awaitLabels(namespace, PUT_BACK);
      await lower(namespace, null);
      await awaitLabels(namespace, PUT_BACK);
      const drift = await eventually("the drift is told", async () => {
        const entries = (await readBaseline(namespace)).status?.drift ?? [];
        expect(entries.filter(({ state }) => state === "Repaired")).to.not.have.length(0);
        return entries;
      });
      expect(drift.map(({ type, ref }) => `${type} ${ref.kind}`)).to.include("Modified Namespace");
    });

    it("remembers over a restart what is not to be lowered", async () => {
      await operator.stop();
      await lower(namespace, "privileged");
      operator = await startOperator();
      await awaitLabels(namespace, PUT_BACK);
    });

    it("rises once the last pod is gone, and says so", async () => {
      await deletePod(namespace, "node-agent");
      await awaitLabels(namespace, RAISED, RAISED_WITHIN);
      const ready = await awaitCondition(namespace, "Ready", "True");
      expect(conditionsOf(ready)).to.deep.equal(["Compliant True", "PodSecurityReady True", "Ready True"]);
      expect(section(await readBaseline(namespace))?.runningPods).to.deep.equal({ floor: "restricted:latest" });
      expect(await recent(namespace)).to.include("no running pod breaks restricted:latest any more: enforce was raised");
    });

    it("began and ended with one sentence each", async () => {
      const told = await recent(namespace);
      expect(told.filter((line) => line.startsWith("enforce is not raised: running pods break restricted:latest"))).to.have.length(1);
      expect(told.filter((line) => line.includes("enforce was raised"))).to.have.length(1);
    });

    it("no longer watches pods", async () => {
      const mark = await auditMark();
      const since = Date.now();
      await makePod(namespace, "harmless");
      await deletePod(namespace, "harmless");
      await lower(namespace, "privileged");
      await awaitLabels(namespace, RAISED);
      const { pods, rehearsals } = await questions(mark, namespace);
      // A watch that ended is recorded once more.
      expect([...pods, ...rehearsals].filter((event) => receivedAt(event) >= since)).to.deep.equal([]);
    });
  });

  it("holds, says why, and rises later where the API server does not answer the question", async function () {
    this.timeout(120_000);
    const namespace = await freshNamespace("hold");
    const dryRuns = { namespace, apiGroup: "", resource: "namespaces", user: OPERATOR_USER, dryRun: true } as const;
    const letPass = await refuseWrites(dryRuns, "no dry runs here");
    await applyBaseline(namespace, HOLD);
    const baseline = await awaitCondition(namespace, "Ready", "False");
    await letPass();
    expect(conditionOf(baseline, "Ready")).to.include({ reason: "Held" });
    expect(conditionOf(baseline, "Ready")?.message).to.match(
      /enforce stays as the cluster has it by default: it is not known which running pods break restricted:latest: Forbidden: .*no dry runs here/,
    );
    await awaitLabels(namespace, RAISED, 60_000);
  });

  it("watches no pods of a baseline that goes", async () => {
    const { namespace } = await heldNamespace("baseline");
    await admin().delete(baselineRef(namespace));
    await eventually("the labels are given up", async () =>
      expect(await podSecurityLabels(namespace)).to.deep.equal({ enforce: "baseline" }),
    );
    const mark = await auditMark();
    const since = Date.now();
    await deletePod(namespace, "node-agent");
    await operator.stop();
    operator = await startOperator();
    const { pods, rehearsals } = await questions(mark, namespace);
    expect([...pods, ...rehearsals].filter((event) => receivedAt(event) >= since)).to.deep.equal([]);
  });

  it("leaves a level that nobody has set to the cluster while it holds", async () => {
    const { namespace, baseline } = await heldNamespace(undefined);
    expect(await podSecurityLabels(namespace)).to.deep.equal(labels(undefined));
    expect(conditionOf(baseline, "PodSecurityReady")?.message).to.contain("enforce stays as the cluster has it by default");
    await deletePod(namespace, "node-agent");
    await awaitLabels(namespace, RAISED, RAISED_WITHIN);
  });

  it("puts back the whole level, whatever runs, where it was in place before", async () => {
    const namespace = await protectedNamespace("hold", HOLD);
    await operator.stop();
    await lower(namespace, "privileged");
    await makeNodeAgent(namespace);
    operator = await startOperator();
    await awaitLabels(namespace, RAISED);
  });

  it("ends when the baseline asks for Enforce", async () => {
    const { namespace } = await heldNamespace("baseline");
    await applyBaseline(namespace, { podSecurity: { enforce: "restricted", onViolation: "Enforce" } });
    await awaitLabels(namespace, RAISED);
    await awaitCondition(namespace, "Ready", "True");
    const { asked, pods } = section(await readBaseline(namespace))?.runningPods ?? {};
    expect([asked, pods?.map(({ name }) => name)]).to.deep.equal(["restricted:latest", ["node-agent"]]);
  });
});

describe("onViolation: Enforce", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("raises the level all the same, tells which running pods could not come back, and asks for no pods", async () => {
    const namespace = await freshNamespace("raise");
    await makePod(namespace, "node-agent", HOST_PATH);
    const mark = await auditMark();
    await applyBaseline(namespace, { podSecurity: { enforce: "restricted" } });
    const baseline = await awaitCondition(namespace, "Ready", "True");
    expect(await podSecurityLabels(namespace)).to.deep.equal(RAISED);
    const { since: _since, ...told } = section(baseline)?.runningPods ?? {};
    expect(told).to.deep.equal({ asked: "restricted:latest", pods: [{ name: "node-agent", reasons: REASONS }] });
    expect(await recent(namespace)).to.deep.equal([
      `enforce was raised, and these pods are refused when they are made again: running pods break restricted:latest: node-agent (${REASONS})`,
    ]);
    const { pods, rehearsals } = await questions(mark, namespace);
    expect(pods).to.deep.equal([]);
    expect(rehearsals.map(described)).to.deep.equal([`patch namespaces/${namespace}`]);
  });

  it("asks nothing where the level does not rise, and nothing to put one back", async () => {
    const namespace = await protectedNamespace("raise", { podSecurity: { enforce: "restricted" } });
    const mark = await auditMark();
    await lower(namespace, "privileged");
    await awaitLabels(namespace, RAISED);
    await applyBaseline(namespace, { podSecurity: { enforce: "baseline" } });
    await awaitLabels(namespace, { ...labels("baseline"), audit: "baseline", warn: "baseline", "enforce-version": "latest" });
    expect((await questions(mark, namespace)).rehearsals).to.deep.equal([]);
  });
});
