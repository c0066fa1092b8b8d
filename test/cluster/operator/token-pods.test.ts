/** Proves that an operator that was told to counts pods which mount a token although their account gives none, and that any other asks for no pod. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { TokenPods } from "../../../operator/api/baseline-status.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { deletePod, makePod } from "../../support/bare-pods.ts";
import { applyBaseline, conditionsOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";

const SPEC: SecurityBaselineSpec = { serviceAccounts: { accounts: [{ name: "api" }, { name: "controller", automountToken: true }] } };
const STATUS = "patch securitybaselines/baseline/status";
/** A stream of changes waits for one look, so long. */
const PAUSE = 5000;

const asks = (serviceAccountName: string) => ({ spec: { serviceAccountName, automountServiceAccountToken: true } });

async function told(namespace: string): Promise<TokenPods | undefined> {
  const controls = (await readBaseline(namespace)).status?.controls ?? [];
  expect(controls.filter(({ name, tokenPods }) => name !== "serviceAccounts" && tokenPods !== undefined)).to.deep.equal([]);
  return controls.find(({ name }) => name === "serviceAccounts")?.tokenPods;
}

function awaitTold(namespace: string, expected: TokenPods | undefined): Promise<void> {
  return eventually(`token pods of ${namespace}`, async () => {
    expect(await told(namespace)).to.deep.equal(expected);
  });
}

/** As a kubelet would tell. */
function setStatus(namespace: string, name: string, status: object): Promise<unknown> {
  return admin().mergePatch({ apiVersion: "v1", kind: "Pod", namespace, name, subresource: "status" }, { status });
}

describe("pods that mount a token although their account gives none", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await protectedNamespace("tokens", SPEC);
    for (const name of ["web-1", "web-2", "web-3"]) await makePod(namespace, name, asks("default"));
    await makePod(namespace, "api", asks("api"));
    await makePod(namespace, "operator", asks("controller"));
    await makePod(namespace, "plain");
  });

  after(() => operator.stop());

  it("are nobody's business by default: no pod is asked for", async () => {
    await operator.stop();
    const mark = await auditMark();
    operator = await startOperator();
    await applyBaseline(namespace, { ...SPEC, access: { roles: [{ name: "app-viewer", groups: ["support"] }] } });
    await eventually("the operator is at work", async () => {
      const { status, metadata } = await readBaseline(namespace);
      expect(status?.observedGeneration).to.equal(metadata.generation);
    });
    const requests = await auditEvents(mark, { user: OPERATOR_USER });
    expect(requests).to.not.have.length(0);
    expect(requests.filter(({ objectRef }) => objectRef?.resource === "pods")).to.deep.equal([]);
    expect(await told(namespace)).to.equal(undefined);
  });

  describe("where that is switched on", () => {
    before(async () => {
      await operator.stop();
      operator = await startOperator({ flags: ["--count-token-pods"] });
    });

    it("are counted, the first three by name, and it is neither drift nor finding", async () => {
      await awaitTold(namespace, { count: 4, names: ["api", "web-1", "web-2"] });
      const { status } = await readBaseline(namespace);
      expect(status?.summary).to.include({ drifted: 0, findings: 0 });
      expect(conditionsOf(await readBaseline(namespace))).to.include.members(["Compliant True", "Ready True", "ServiceAccountsReady True"]);
    });

    it("cost nothing while only their status changes", async () => {
      const mark = await auditMark();
      for (let change = 0; change < 30; change += 1) {
        await setStatus(namespace, "web-1", { phase: "Running", message: `change ${change}` });
      }
      // What is told later proves that everything before it was seen.
      await deletePod(namespace, "web-3");
      await awaitTold(namespace, { count: 3, names: ["api", "web-1", "web-2"] });
      expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal([STATUS]);
    });

    it("are no longer counted when they end or go, and counted together when many come", async () => {
      const mark = await auditMark();
      await setStatus(namespace, "web-1", { phase: "Succeeded" });
      await setStatus(namespace, "web-2", { phase: "Failed" });
      await awaitTold(namespace, { count: 1, names: ["api"] });
      const began = Date.now();
      for (let index = 10; index < 30; index += 1) await makePod(namespace, `job-${index}`, asks("default"));
      const took = Date.now() - began;
      await awaitTold(namespace, { count: 21, names: ["api", "job-10", "job-11"] });
      const statuses = (await operatorWrites(mark, namespace)).map(described);
      expect(new Set(statuses)).to.deep.equal(new Set([STATUS]));
      expect(statuses.length).to.be.at.most(2 + Math.ceil(took / PAUSE) + 1);
      for (let index = 10; index < 30; index += 1) await deletePod(namespace, `job-${index}`);
      await deletePod(namespace, "api");
      await awaitTold(namespace, undefined);
    });

    it("follow what their account gives", async () => {
      await applyBaseline(namespace, { serviceAccounts: { accounts: [{ name: "controller" }] } });
      await awaitTold(namespace, { count: 1, names: ["operator"] });
      await applyBaseline(namespace, SPEC);
      await awaitTold(namespace, undefined);
    });

    it("are told in mode Report, where somebody else keeps the accounts, and not without the section", async () => {
      await makePod(namespace, "late", asks("default"));
      await awaitTold(namespace, { count: 1, names: ["late"] });
      await applyBaseline(namespace, { serviceAccounts: { ...SPEC.serviceAccounts, mode: "Report" } });
      await eventually("the section reports", async () => {
        expect((await readBaseline(namespace)).status?.controls?.map(({ mode }) => mode)).to.deep.equal(["Report"]);
      });
      expect(await told(namespace)).to.deep.equal({ count: 1, names: ["late"] });
      await applyBaseline(namespace, { access: { roles: [{ name: "app-viewer", groups: ["support"] }] } });
      await awaitTold(namespace, undefined);
      await applyBaseline(namespace, SPEC);
      await awaitTold(namespace, { count: 1, names: ["late"] });
    });

    it("are forgotten when it is switched off again", async () => {
      await operator.stop();
      operator = await startOperator();
      await awaitTold(namespace, undefined);
    });
  });
});
