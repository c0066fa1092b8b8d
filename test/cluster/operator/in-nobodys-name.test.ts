/** Proves that labels and annotations which nobody owns, as a restored copy has them, neither go with ours nor hold up the operator. */
import { expect } from "chai";
import type { ManagedFieldsEntry } from "../../../operator/api/object.ts";
import { applyBaseline, awaitCondition, awaitReady, baselineRef, protectedNamespace } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refTo } from "../../support/owned-objects.ts";

const SPEC = { podSecurity: { enforce: "baseline", audit: "restricted" }, serviceAccounts: {} } as const;
const THEIRS = { labels: { "istio-injection": "enabled" }, annotations: { "example.com/owner": "team-a" } };
const OURS = ["securitybaseline", "securitybaseline-mark"];

describe("what is in nobody's name", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });
  after(() => operator.stop());

  /** As a tool leaves an object that restores it with the books of its copy: they hold our fields alone. */
  async function disown(kind: "Namespace" | "ServiceAccount"): Promise<void> {
    const ref = refTo(namespace, kind, "default");
    const object = await admin().mergePatch(ref, { metadata: THEIRS }, { manager: "velero-server" });
    const books = (object.metadata?.managedFields ?? []) as readonly ManagedFieldsEntry[];
    const managedFields = books.filter(({ manager = "" }) => OURS.includes(manager));
    expect(managedFields).to.not.deep.equal([]);
    await admin().mergePatch(ref, { metadata: { managedFields } }, { manager: "velero-server" });
  }

  const theirsOn = async (kind: "Namespace" | "ServiceAccount") => {
    const { labels, annotations } = (await admin().get(refTo(namespace, kind, "default"))).metadata ?? {};
    expect(labels).to.include(THEIRS.labels);
    expect(annotations).to.include(THEIRS.annotations);
    return labels ?? {};
  };

  beforeEach(async () => {
    namespace = await protectedNamespace("nobodys", SPEC);
    await disown("Namespace");
    await disown("ServiceAccount");
  });

  it("stays on a shared account that is repaired", async () => {
    const account = refTo(namespace, "ServiceAccount", "default");
    await admin().mergePatch(account, { automountServiceAccountToken: true });
    await eventually("it is repaired", async () => {
      expect((await admin().get(account))["automountServiceAccountToken"]).to.equal(false);
      expect(await theirsOn("ServiceAccount")).to.not.have.property("securitybaseline.dev/applying");
    });
    await awaitCondition(namespace, "Compliant", "True");
  });

  it("stays on a Namespace of which the baseline asks for less", async () => {
    await applyBaseline(namespace, { serviceAccounts: {} });
    await awaitReady(namespace);
    await eventually("the levels are given up", async () => {
      const labels = await theirsOn("Namespace");
      expect(Object.keys(labels).filter((key) => key.startsWith("pod-security"))).to.deep.equal([]);
    });
  });

  it("stays when the baseline goes, and nothing of ours does", async () => {
    await admin().delete(baselineRef(namespace));
    await eventually("everything of ours is given up", async () => {
      for (const kind of ["Namespace", "ServiceAccount"] as const) {
        const keys = Object.keys(await theirsOn(kind));
        expect(keys.filter((key) => /securitybaseline|pod-security/.test(key))).to.deep.equal([]);
      }
      const account = await admin().get(refTo(namespace, "ServiceAccount", "default"));
      expect(account).to.not.have.property("automountServiceAccountToken");
    });
  });
});
