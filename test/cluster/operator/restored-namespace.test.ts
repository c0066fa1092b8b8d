/** Proves that a namespace which a backup tool restores ends as its baseline says: with our labels and marks in the copy, object by object, the baseline last. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { applyBaseline, awaitCondition, baselineRef, protectedNamespace } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { generatedObjects, type OwnedKindName, refTo } from "../../support/owned-objects.ts";

const SPEC: SecurityBaselineSpec = {
  network: {},
  access: { roles: [{ name: "app-viewer", groups: ["support"] }] },
  podSecurity: { enforce: "restricted" },
};
const MARK = "securitybaseline.dev/enforced";

/** As a backup tool brings an object back: its labels and content, under an identity of its own, and no books of who owns which field. */
function copyOf({ metadata, status: _, ...object }: KubernetesObject & { readonly status?: unknown }): KubernetesObject {
  const { name = "", namespace = "", labels, annotations } = metadata ?? {};
  const { apiVersion } = refTo(namespace, object.kind as OwnedKindName, name);
  const place = namespace === "" ? {} : { namespace };
  return { ...object, apiVersion, metadata: { name, ...place, labels, annotations } } as KubernetesObject;
}

describe("a namespace that a backup tool restores", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("takes its labelled objects before its baseline, and is as the baseline says in the end", async () => {
    const namespace = await protectedNamespace("restored", SPEC);
    const space = refTo(namespace, "Namespace", namespace);
    const saved = [await admin().get(space), ...(await generatedObjects(namespace))].map(copyOf);
    await admin().delete(baselineRef(namespace));
    await admin().delete(space);
    await eventually("the namespace is gone", async () => (await admin().find(space)) === undefined);

    const [restored, ...objects] = saved;
    await admin().create(restored as KubernetesObject, { manager: "velero" });
    await eventually("the mark of a namespace without a baseline is taken back", async () => {
      expect((await admin().get(space)).metadata?.labels).to.not.have.property(MARK);
    });
    for (const object of objects) await admin().create(object, { manager: "velero" });
    await applyBaseline(namespace, SPEC);
    await awaitCondition(namespace, "Compliant", "True");
    expect((await admin().get(space)).metadata?.labels).to.include({ [MARK]: "true" });
  });
});
