/** Proves that mode Report tells everything and writes nothing but status, for a whole baseline and for one section. */
import { expect } from "chai";
import type { SecurityBaseline, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, conditionOf, protectedNamespace, SMALL_SPEC } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { awaitReports, driftReports, type Report } from "../../support/drift-reports.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { contentOf, generatedNames, podSecurityLabels, refTo } from "../../support/owned-objects.ts";

const REPORTING: SecurityBaselineSpec = { ...SMALL_SPEC, mode: "Report" };
const ONE_STATUS = ["patch securitybaselines/baseline/status"];

const ALL_OBJECTS = [
  "NetworkPolicy allow-dns",
  "NetworkPolicy allow-ingress-from-gateway",
  "NetworkPolicy default-deny",
  "Role log-reader",
  "RoleBinding log-reader",
  "ServiceAccount api",
];

const OPENED: Report = {
  control: "network",
  ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
  type: "Modified",
  fields: ["spec.ingress"],
  manager: "intruder",
  count: 1,
  state: "Open",
};

function openIngress(namespace: string): Promise<unknown> {
  const policy = refTo(namespace, "NetworkPolicy", "default-deny");
  return admin().mergePatch(policy, { spec: { ingress: [{}] } }, { manager: "intruder" });
}

function closeIngress(namespace: string): Promise<unknown> {
  const policy = refTo(namespace, "NetworkPolicy", "default-deny");
  return admin().mergePatch(policy, { spec: { ingress: [] } }, { manager: "intruder" });
}

async function isOpen(namespace: string): Promise<boolean> {
  const { spec } = (await contentOf(refTo(namespace, "NetworkPolicy", "default-deny"))) as unknown as { spec: { ingress?: unknown[] } };
  return spec.ingress !== undefined;
}

function told({ status }: SecurityBaseline, type: string): unknown {
  const condition = status?.conditions?.find((one) => one.type === type);
  return [condition?.status, condition?.reason, condition?.message];
}

describe("mode Report", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  describe("from the beginning", () => {
    let namespace: string;
    let baseline: SecurityBaseline;
    let mark: number;

    before(async () => {
      namespace = await freshNamespace("report");
      mark = await auditMark();
      await applyBaseline(namespace, REPORTING);
      baseline = await awaitReady(namespace);
    });

    it("writes one status and nothing else", async () => {
      expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal(ONE_STATUS);
      expect(await generatedNames(namespace)).to.deep.equal([]);
      expect(await podSecurityLabels(namespace)).to.deep.equal({});
      expect(await contentOf(refTo(namespace, "ServiceAccount", "default"))).to.not.have.property("automountServiceAccountToken");
    });

    it("tells of everything that is not as the baseline says", async () => {
      expect(baseline.status?.summary).to.deep.equal({ managed: 8, inSync: 0, drifted: 8, findings: 0 });
      const reports = await driftReports(namespace);
      expect(reports.map(({ type, ref, state }) => `${type} ${ref.kind} ${ref.name} ${state}`)).to.have.members([
        ...ALL_OBJECTS.map((object) => `Missing ${object} Open`),
        `Modified Namespace ${namespace} Open`,
        "Modified ServiceAccount default Open",
      ]);
      expect(reports.find(({ ref }) => ref.name === "default")?.fields).to.deep.equal([
        "automountServiceAccountToken",
        'metadata.annotations["securitybaseline.dev/deletion-policy"]',
      ]);
    });

    it("is ready, because nothing is asked of it, but not compliant", () => {
      expect(told(baseline, "Ready")).to.deep.equal(["True", "InPlace", "every section only reports"]);
      expect(conditionOf(baseline, "Compliant")).to.deep.include({ status: "False", reason: "Drifted" });
      const differs = "differs from the baseline: Role log-reader, RoleBinding log-reader (mode Report changes nothing)";
      expect(told(baseline, "AccessReady")).to.deep.equal(["False", "Drifted", differs]);
      expect(conditionOf(baseline, "Compliant")?.message).to.contain(`access: ${differs}; `);
      expect(baseline.status?.controls?.map(({ name, mode, inSync }) => [name, mode, inSync])).to.deep.equal([
        ["access", "Report", 0],
        ["network", "Report", 0],
        ["podSecurity", "Report", 0],
        ["serviceAccounts", "Report", 0],
      ]);
    });

    it("gives way to Enforce, which puts everything in place", async () => {
      await applyBaseline(namespace, SMALL_SPEC);
      const { status } = await awaitCondition(namespace, "Compliant", "True");
      expect(await generatedNames(namespace)).to.deep.equal(ALL_OBJECTS);
      expect(status?.drift?.map(({ state, count }) => `${state} ${count}`)).to.deep.equal(Array(8).fill("Repaired 1"));
    });
  });

  it("watches what Enforce had put in place: tampering is told, left alone, and over when it is taken back", async () => {
    const namespace = await protectedNamespace("report", SMALL_SPEC);
    await applyBaseline(namespace, REPORTING);
    await awaitCondition(namespace, "Compliant", "True");
    const mark = await auditMark();
    await openIngress(namespace);
    await awaitReports(namespace, [OPENED]);
    expect(conditionOf(await awaitReady(namespace), "Compliant")?.status).to.equal("False");
    await closeIngress(namespace);
    await awaitReports(namespace, [{ ...OPENED, state: "Repaired" }]);
    await awaitCondition(namespace, "Compliant", "True");
    expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal([...ONE_STATUS, ...ONE_STATUS]);
  });

  it("leaves what is open to Enforce, which repairs it without telling it twice", async () => {
    const namespace = await protectedNamespace("report", SMALL_SPEC);
    await applyBaseline(namespace, REPORTING);
    await awaitCondition(namespace, "Compliant", "True");
    await openIngress(namespace);
    await awaitCondition(namespace, "Compliant", "False");
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitCondition(namespace, "Compliant", "True");
    expect(await isOpen(namespace)).to.equal(false);
    expect(await driftReports(namespace)).to.deep.equal([{ ...OPENED, state: "Repaired" }]);
  });

  it("of one section leaves the others enforced", async () => {
    const spec = { ...SMALL_SPEC, network: { ...SMALL_SPEC.network, mode: "Report" } } as const;
    const namespace = await protectedNamespace("report", SMALL_SPEC);
    await applyBaseline(namespace, spec);
    await awaitReady(namespace);
    await openIngress(namespace);
    await awaitReports(namespace, [OPENED]);
    const api = refTo(namespace, "ServiceAccount", "api");
    await admin().delete(api);
    const recreated: Report = {
      control: "serviceAccounts",
      ref: { apiVersion: "v1", kind: "ServiceAccount", name: "api" },
      type: "Missing",
      count: 1,
      state: "Repaired",
    };
    await awaitReports(namespace, [OPENED, recreated]);
    expect([await isOpen(namespace), (await contentOf(api))["automountServiceAccountToken"]]).to.deep.equal([true, false]);
    const baseline = await awaitReady(namespace);
    expect(told(baseline, "Ready")).to.deep.equal(["True", "InPlace", "every section in mode Enforce is in place"]);
    const differs = "differs from the baseline: NetworkPolicy default-deny (mode Report changes nothing)";
    expect(told(baseline, "Compliant")).to.deep.equal(["False", "Drifted", `network: ${differs}`]);
  });

  const overrides: readonly { readonly reason: string; readonly spec: SecurityBaselineSpec; readonly modes: readonly string[] }[] = [
    {
      reason: "of the baseline gives way to the mode of a section",
      spec: { ...REPORTING, access: { ...SMALL_SPEC.access, mode: "Enforce" } },
      modes: ["access Enforce", "network Report", "podSecurity Report", "serviceAccounts Report"],
    },
    {
      reason: "is not needed where the baseline is Off but for a section",
      spec: { ...SMALL_SPEC, mode: "Off", access: { ...SMALL_SPEC.access, mode: "Enforce" } },
      modes: ["access Enforce"],
    },
  ];
  for (const { reason, spec, modes } of overrides) {
    it(reason, async () => {
      const namespace = await protectedNamespace("report", spec);
      expect(await generatedNames(namespace)).to.deep.equal(["Role log-reader", "RoleBinding log-reader"]);
      const { status } = await awaitReady(namespace);
      expect(status?.controls?.map(({ name, mode }) => `${name} ${mode}`)).to.deep.equal(modes);
    });
  }
});
