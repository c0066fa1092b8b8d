/** Proves that what a section made stays for good when the section goes in the same edit in which the baseline says Retain. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitReady, baselineRef, protectedNamespace, SMALL_SPEC } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { generatedNames, generatedObjects, podSecurityLabels, refTo } from "../../support/owned-objects.ts";

const OFF = "Off" as const;
const edits: readonly { readonly reason: string; readonly spec: SecurityBaselineSpec }[] = [
  { reason: "all sections are removed", spec: { deletionPolicy: "Retain" } },
  {
    reason: "all sections are switched off",
    spec: {
      deletionPolicy: "Retain",
      access: { ...SMALL_SPEC.access, mode: OFF },
      podSecurity: { ...SMALL_SPEC.podSecurity, mode: OFF },
      network: { ...SMALL_SPEC.network, mode: OFF },
      serviceAccounts: { ...SMALL_SPEC.serviceAccounts, mode: OFF },
    },
  },
];

describe("a section that goes in the edit in which the baseline says Retain", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  /** References to the baseline that are left, and the annotations of the shared objects. */
  const marks = async (namespace: string): Promise<unknown> => {
    const owners = (await generatedObjects(namespace)).flatMap(({ metadata }) => metadata?.ownerReferences ?? []);
    const shared = [refTo(namespace, "Namespace", namespace), refTo(namespace, "ServiceAccount", "default")];
    const objects = await Promise.all(shared.map((ref) => admin().get(ref)));
    return { owners, annotations: objects.map(({ metadata }) => metadata?.annotations?.["securitybaseline.dev/deletion-policy"]) };
  };
  const RETAINED = { owners: [], annotations: ["Retain", "Retain"] };

  for (const { reason, spec } of edits) {
    it(`leaves all that it made behind, also when the baseline goes: ${reason}`, async () => {
      const namespace = await protectedNamespace("retain", SMALL_SPEC);
      const [made, labels] = [await generatedNames(namespace), await podSecurityLabels(namespace)];
      expect(made).to.have.length(6);
      const mark = await auditMark();
      await applyBaseline(namespace, spec);
      await eventually("nothing goes with the baseline", async () => expect(await marks(namespace)).to.deep.equal(RETAINED));
      await awaitReady(namespace);
      const writes = (await operatorWrites(mark, namespace)).map(described).filter((write) => !write.includes("/status"));
      // One write per object: each of the generated ones, the Namespace and `default`.
      const resource = { NetworkPolicy: "networkpolicies", Role: "roles", RoleBinding: "rolebindings", ServiceAccount: "serviceaccounts" };
      const patches = made.map((name) => `patch ${name.replace(/^\w+ /, (kind) => `${Reflect.get(resource, kind.trim())}/`)}`);
      expect(writes).to.have.members([...patches, `patch namespaces/${namespace}`, "patch serviceaccounts/default"]);

      await admin().delete(baselineRef(namespace));
      // Another namespace that goes through all of it shows that there was time to remove something.
      const witness = await protectedNamespace("retain", SMALL_SPEC);
      await admin().delete(baselineRef(witness));
      await eventually("the witness is clean", async () => expect(await generatedNames(witness)).to.deep.equal([]));
      expect(await generatedNames(namespace)).to.deep.equal(made);
      expect(await podSecurityLabels(namespace)).to.deep.equal(labels);
    });
  }

  it("releases what it retained when the policy turns back, without a trace", async () => {
    const namespace = await freshNamespace("retain");
    await applyBaseline(namespace, { podSecurity: { enforce: "baseline" } });
    await awaitReady(namespace);
    await applyBaseline(namespace, { deletionPolicy: "Retain" });
    const annotation = async () =>
      (await admin().get(refTo(namespace, "Namespace", namespace))).metadata?.annotations?.["securitybaseline.dev/deletion-policy"];
    await eventually("the Namespace is marked", async () => expect(await annotation()).to.equal("Retain"));
    await applyBaseline(namespace, {});
    await eventually("the mark is gone", async () => expect(await annotation()).to.equal(undefined));
    expect(await podSecurityLabels(namespace)).to.deep.equal({});
  });
});
