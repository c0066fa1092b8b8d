/** Proves that whatever somebody changes of what a baseline made is put back, and told exactly once: what it was, and who did it. */
import { expect } from "chai";
import type { ObjectRef } from "../../support/api-client.ts";
import { auditMark } from "../../support/audit-log.ts";
import { awaitDrift, protectedNamespace, SMALL_SPEC } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { awaitReports, type Report } from "../../support/drift-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { contentOf, generatedObjects, type OwnedKindName, refTo } from "../../support/owned-objects.ts";
import { INTRUDER, TAMPERINGS, type Tampering } from "./fixtures/tamperings.ts";

const CONTROLS: Readonly<Record<OwnedKindName, string>> = {
  Role: "access",
  RoleBinding: "access",
  NetworkPolicy: "network",
  ServiceAccount: "serviceAccounts",
  Namespace: "podSecurity",
};

const OPEN = { spec: { ingress: [{}] } };

async function tamper(ref: ObjectRef, { patch }: Pick<Tampering, "patch">): Promise<void> {
  if (patch === undefined) await admin().delete(ref);
  else await admin().mergePatch(ref, patch, { manager: INTRUDER });
}

function reportOf(
  { kind, type = "Modified", fields, anonymous = false }: Tampering,
  { apiVersion, name }: ObjectRef,
  count: number,
): Report {
  return {
    control: CONTROLS[kind],
    ref: { apiVersion, kind, name },
    type,
    ...(fields === undefined ? {} : { fields }),
    ...(anonymous ? {} : { manager: INTRUDER }),
    count,
    state: "Repaired",
  };
}

describe("somebody who tampers", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  describe("is told of, and achieves nothing:", () => {
    for (const tampering of TAMPERINGS) {
      it(tampering.reason, async () => {
        const namespace = await protectedNamespace("tamper", SMALL_SPEC);
        const ref = refTo(namespace, tampering.kind, tampering.name);
        const before = await contentOf(ref);
        for (const count of [1, 2]) {
          await tamper(ref, tampering);
          await awaitReports(namespace, [reportOf(tampering, ref, count)]);
          expect(await contentOf(ref)).to.deep.equal(before);
        }
      });
    }
  });

  it("leaves a trace in Events, one for all repeats", async () => {
    const namespace = await protectedNamespace("tamper", SMALL_SPEC);
    const ref = refTo(namespace, "NetworkPolicy", "default-deny");
    for (const count of [1, 2]) {
      await tamper(ref, { patch: OPEN });
      await eventually("the Event", async () => {
        const events = await admin().list("events.k8s.io/v1", "Event", { namespace });
        expect(events).to.have.length(1);
        expect(events[0]).to.deep.include({
          type: "Normal",
          reason: "DriftRepaired",
          action: "Repair",
          note: "NetworkPolicy default-deny: spec.ingress was changed by intruder, put back",
        });
        expect((events[0]?.["series"] as { count: number } | undefined)?.count).to.equal(count === 1 ? undefined : 2);
      });
    }
  });

  it("raises an alarm where it reaches for rights", async () => {
    const namespace = await protectedNamespace("tamper", SMALL_SPEC);
    const everybody = { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:authenticated" };
    await tamper(refTo(namespace, "RoleBinding", "log-reader"), { patch: { subjects: [everybody] } });
    await eventually("the Event", async () => {
      const events = await admin().list("events.k8s.io/v1", "Event", { namespace });
      expect(events.map(({ type, reason, note }) => ({ type, reason, note }))).to.deep.equal([
        { type: "Warning", reason: "DriftRepaired", note: "RoleBinding log-reader: subjects was changed by intruder, put back" },
      ]);
    });
  });

  it("cannot swap the role of a binding by making it anew under our label", async () => {
    const namespace = await protectedNamespace("tamper", SMALL_SPEC);
    const ref = refTo(namespace, "RoleBinding", "log-reader");
    const { metadata, ...before } = await contentOf(ref);
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
    process.kill(operator.pid, "SIGSTOP");
    try {
      await admin().delete(ref);
      await admin().create({ ...before, metadata: { ...metadata, namespace }, roleRef }, { manager: INTRUDER });
    } finally {
      process.kill(operator.pid, "SIGCONT");
    }
    const swapped = { reason: "", kind: "RoleBinding", name: "log-reader", fields: ["metadata.ownerReferences", "roleRef"] } as const;
    // That it was gone for a moment may be told too.
    const told = await awaitDrift(namespace, ({ type, state }) => type === "Modified" && state === "Repaired");
    expect(told).to.deep.equal(reportOf(swapped, ref, 1));
    expect(await contentOf(ref)).to.deep.equal({ ...before, metadata });
  });

  it("may add what decides nothing, and causes no write", async () => {
    const namespace = await protectedNamespace("tamper", SMALL_SPEC);
    const refs = [
      ...(await generatedObjects(namespace)).map(({ kind, metadata }) => refTo(namespace, kind as OwnedKindName, metadata?.name ?? "")),
      refTo(namespace, "ServiceAccount", "default"),
      refTo(namespace, "Namespace", namespace),
    ];
    const mark = await auditMark();
    const foreign = { metadata: { labels: { team: "payments" }, annotations: { note: "ours too" } } };
    for (const ref of refs) await admin().mergePatch(ref, foreign, { manager: INTRUDER });
    for (const name of ["api", "default"]) {
      await admin().mergePatch(refTo(namespace, "ServiceAccount", name), { imagePullSecrets: [{ name: "registry" }] });
    }
    const before = await Promise.all(refs.map(contentOf));

    const denied = refTo(namespace, "NetworkPolicy", "default-deny");
    await tamper(denied, { patch: OPEN });
    const opened: Tampering = { reason: "", kind: "NetworkPolicy", name: "default-deny", fields: ["spec.ingress"] };
    await awaitReports(namespace, [reportOf(opened, denied, 1)]);
    const written = ["patch networkpolicies/default-deny", "patch securitybaselines/baseline/status"];
    // The audit log may have the answer to a write later than the world has what was written.
    await eventually("both writes are in the log", async () =>
      expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal(written),
    );
    expect(await Promise.all(refs.map(contentOf))).to.deep.equal(before);
  });
});
