/** Proves what becomes of what a section made once it is not asked for any more: it goes, or stays, as the deletion policy says. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, protectedNamespace, SMALL_SPEC } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { awaitReports, type Report } from "../../support/drift-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import {
  awaitFootprint,
  contentOf,
  type Footprint,
  footprintOf,
  NO_FOOTPRINT,
  refTo,
  SMALL_FOOTPRINT,
} from "../../support/owned-objects.ts";

type SectionName = "access" | "network" | "podSecurity" | "serviceAccounts";

/** What is left of SMALL_FOOTPRINT once one section is gone. */
const WITHOUT: Readonly<Record<SectionName, Partial<Footprint>>> = {
  access: {
    objects: ["NetworkPolicy allow-dns", "NetworkPolicy allow-ingress-from-gateway", "NetworkPolicy default-deny", "ServiceAccount api"],
  },
  network: { objects: ["Role log-reader", "RoleBinding log-reader", "ServiceAccount api"] },
  podSecurity: { labels: {}, annotations: {} },
  serviceAccounts: {
    objects: [
      "NetworkPolicy allow-dns",
      "NetworkPolicy allow-ingress-from-gateway",
      "NetworkPolicy default-deny",
      "Role log-reader",
      "RoleBinding log-reader",
    ],
    automount: undefined,
    accountAnnotations: {},
  },
};

const SECTIONS = ["access", "network", "podSecurity", "serviceAccounts"] as const;

const WAYS: readonly { readonly reason: string; readonly spec: (section: SectionName) => SecurityBaselineSpec }[] = [
  { reason: "is switched Off", spec: (section) => ({ ...SMALL_SPEC, [section]: { ...SMALL_SPEC[section], mode: "Off" } }) },
  { reason: "is removed", spec: (section) => ({ ...SMALL_SPEC, [section]: undefined }) },
];

/** SMALL_SPEC with an entry more in each list. */
const LARGER: SecurityBaselineSpec = {
  ...SMALL_SPEC,
  access: { roles: [...SMALL_SPEC.access.roles, { name: "app-viewer", groups: ["support"] }] },
  network: { ingress: [...SMALL_SPEC.network.ingress, { name: "among-us", from: [{ preset: "SameNamespace" }] }] },
  serviceAccounts: { accounts: [...SMALL_SPEC.serviceAccounts.accounts, { name: "worker" }] },
};

const RETAIN = { "securitybaseline.dev/deletion-policy": "Retain" };
const RETAINED: Footprint = { ...SMALL_FOOTPRINT, annotations: RETAIN, accountAnnotations: RETAIN };

function gone(control: SectionName, apiVersion: string, object: string): Report {
  const [kind = "", name = ""] = object.split(" ");
  return { control, ref: { apiVersion, kind, name }, type: "Unmanaged", count: 1, state: "Repaired" };
}

describe("what is not asked for any more", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  for (const section of SECTIONS) {
    for (const { reason, spec } of WAYS) {
      it(`goes when ${section} ${reason}`, async () => {
        const namespace = await protectedNamespace("off", SMALL_SPEC);
        await applyBaseline(namespace, spec(section));
        await awaitFootprint(namespace, { ...SMALL_FOOTPRINT, ...WITHOUT[section] });
        const { status } = await awaitCondition(namespace, "Compliant", "True");
        expect(status?.controls?.map(({ name }) => name)).to.deep.equal(SECTIONS.filter((name) => name !== section));
        expect(status?.drift).to.equal(undefined);
      });
    }
  }

  it("stays with policy Retain, until a baseline with policy Delete takes it on again", async () => {
    const namespace = await protectedNamespace("off", { ...SMALL_SPEC, deletionPolicy: "Retain" });
    expect(await footprintOf(namespace)).to.deep.equal(RETAINED);
    const mark = await auditMark();
    await applyBaseline(namespace, { deletionPolicy: "Retain" });
    await awaitReady(namespace);
    expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal(["patch securitybaselines/baseline/status"]);
    expect(await footprintOf(namespace)).to.deep.equal(RETAINED);
    await applyBaseline(namespace, { ...SMALL_SPEC, deletionPolicy: "Delete" });
    await awaitFootprint(namespace, SMALL_FOOTPRINT);
    await applyBaseline(namespace, {});
    await awaitFootprint(namespace, NO_FOOTPRINT);
  });

  it("goes with the mode Off of the whole baseline", async () => {
    const namespace = await protectedNamespace("off", SMALL_SPEC);
    await applyBaseline(namespace, { ...SMALL_SPEC, mode: "Off" });
    await awaitFootprint(namespace, NO_FOOTPRINT);
  });

  it("is given up where it is shared: what others have set there stays", async () => {
    const namespace = await freshNamespace("off", { team: "payments", "pod-security.kubernetes.io/enforce": "restricted" });
    const account = refTo(namespace, "ServiceAccount", "default");
    await admin().mergePatch(account, { imagePullSecrets: [{ name: "registry" }] });
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitReady(namespace);
    await applyBaseline(namespace, {});
    await awaitFootprint(namespace, { ...NO_FOOTPRINT, labels: { enforce: "restricted" } });
    const space = await contentOf(refTo(namespace, "Namespace", namespace));
    expect(space.metadata?.labels).to.include({ team: "payments" });
    expect((await contentOf(account))["imagePullSecrets"]).to.deep.equal([{ name: "registry" }]);
  });

  it("goes grants first, and default-deny before the policies that allow", async () => {
    const namespace = await protectedNamespace("off", SMALL_SPEC);
    const mark = await auditMark();
    await applyBaseline(namespace, {});
    await awaitFootprint(namespace, NO_FOOTPRINT);
    await awaitReady(namespace);
    const writes = (await operatorWrites(mark, namespace)).map(described);
    expect(writes.slice(0, 3)).to.deep.equal([
      "delete rolebindings/log-reader",
      "delete roles/log-reader",
      "delete networkpolicies/default-deny",
    ]);
    // Side by side, hence in any order.
    expect(writes.slice(3, 5)).to.have.members(["delete networkpolicies/allow-dns", "delete networkpolicies/allow-ingress-from-gateway"]);
    const shared = "patch serviceaccounts/default";
    expect(writes.slice(5, 8)).to.have.members(["delete serviceaccounts/api", shared, shared]);
    // Its fields of the Namespace, in two steps as those of the account, and last of all the mark.
    const space = `patch namespaces/${namespace}`;
    expect(writes.slice(8)).to.deep.equal([space, space, space, "patch securitybaselines/baseline/status"]);
  });

  it("goes with its entry, and is told as put right", async () => {
    const namespace = await protectedNamespace("off", LARGER);
    const mark = await auditMark();
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitReports(namespace, [
      gone("access", "rbac.authorization.k8s.io/v1", "Role app-viewer"),
      gone("access", "rbac.authorization.k8s.io/v1", "RoleBinding app-viewer"),
      gone("network", "networking.k8s.io/v1", "NetworkPolicy allow-ingress-among-us"),
      gone("serviceAccounts", "v1", "ServiceAccount worker"),
    ]);
    await awaitCondition(namespace, "Compliant", "True");
    expect(await footprintOf(namespace)).to.deep.equal(SMALL_FOOTPRINT);
    expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal([
      "delete rolebindings/app-viewer",
      "delete roles/app-viewer",
      "delete networkpolicies/allow-ingress-among-us",
      "delete serviceaccounts/worker",
      "patch securitybaselines/baseline/status",
    ]);
  });

  it("is only told where the section reports", async () => {
    const namespace = await protectedNamespace("off", LARGER);
    await applyBaseline(namespace, { ...LARGER, access: { ...SMALL_SPEC.access, mode: "Report" } });
    await awaitReports(namespace, [
      { ...gone("access", "rbac.authorization.k8s.io/v1", "Role app-viewer"), state: "Open" },
      { ...gone("access", "rbac.authorization.k8s.io/v1", "RoleBinding app-viewer"), state: "Open" },
    ]);
    const left = ["Role app-viewer", "RoleBinding app-viewer"];
    expect((await footprintOf(namespace)).objects).to.include.members(left);
  });

  it("is revoked before the rest is tightened, and what is granted anew comes last", async () => {
    const namespace = await protectedNamespace("off", { ...SMALL_SPEC, podSecurity: { enforce: "baseline" } });
    const mark = await auditMark();
    await applyBaseline(namespace, { ...SMALL_SPEC, access: { roles: [{ name: "app-viewer", groups: ["support"] }] } });
    await awaitReady(namespace);
    const writes = (await operatorWrites(mark, namespace)).map(described);
    expect(writes).to.deep.equal([
      "delete rolebindings/log-reader",
      "delete roles/log-reader",
      `patch namespaces/${namespace}`,
      `patch namespaces/${namespace}`,
      "patch roles/app-viewer",
      "patch rolebindings/app-viewer",
      "patch securitybaselines/baseline/status",
    ]);
    await eventually("the group has its new right", async () => {
      const review = { spec: { groups: ["support"], user: "anna", resourceAttributes: { namespace, verb: "list", resource: "pods" } } };
      const answer = await admin().create<{ status: { allowed: boolean } }>({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        ...review,
      });
      return answer.status.allowed;
    });
  });
});
