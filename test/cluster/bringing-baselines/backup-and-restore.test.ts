/** Proves that a namespace which backup tools bring back ends as its baseline says, in whatever order they do and with whatever they bring along. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { awaitCondition, protectedNamespace, readBaseline, SMALL_SPEC } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { awaitFootprint, generatedObjects, SMALL_FOOTPRINT } from "../../support/owned-objects.ts";
import { awaitSilence } from "../../support/silence.ts";
import { type Backup, backupOf, kubectlCopies, type Restore, saved, velero } from "./tools/restore.ts";

interface Way {
  readonly name: string;
  readonly what: string;
  readonly restore: Restore;
  /** What comes when, after the Namespace. */
  readonly order: (objects: Backup) => Backup | Promise<Backup>;
  readonly operatorStands?: boolean;
}

const isBaseline = ({ kind }: KubernetesObject): boolean => kind === "SecurityBaseline";
/** Velero's own order: roles and accounts early, what it does not know by name late. */
const baselineLast = (objects: Backup): Backup => objects;
const baselineFirst = (objects: Backup): Backup => objects.toSorted((a, b) => Number(isBaseline(b)) - Number(isBaseline(a)));

const WAYS: readonly Way[] = [
  { name: "late", what: "by Velero, objects before the baseline", restore: velero(), order: baselineLast },
  { name: "early", what: "by Velero, the baseline before the objects", restore: velero(), order: baselineFirst },
  { name: "update", what: "by Velero that also updates what is there", restore: velero({ update: true }), order: baselineFirst },
  { name: "only", what: "by Velero with what the schedule of the documentation saves", restore: velero(), order: saved },
  { name: "status", what: "by Velero with the status of the baseline", restore: velero({ restoreStatus: true }), order: baselineLast },
  { name: "copies", what: "from kubectl's copies, whose owner is gone", restore: kubectlCopies, order: baselineLast },
  { name: "owned", what: "from kubectl's copies, the baseline first", restore: kubectlCopies, order: baselineFirst },
  { name: "down", what: "by Velero while the operator stands still", restore: velero(), order: baselineLast, operatorStands: true },
];

describe("a namespace that is restored", () => {
  let operator: OperatorProcess;
  const restored = new Map<Way, string>();

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    const original = await protectedNamespace("original", SMALL_SPEC);
    const [space, ...objects] = await backupOf(original);
    for (const way of WAYS) {
      const namespace = `${original}-${way.name}`;
      restored.set(way, namespace);
      if (way.operatorStands) process.kill(operator.pid, "SIGSTOP");
      await way.restore(space as KubernetesObject, namespace);
      for (const object of await way.order(objects)) await way.restore(object, namespace);
      process.kill(operator.pid, "SIGCONT");
    }
  });

  after(() => operator.stop());

  for (const way of WAYS) {
    it(`${way.what}, has all that the baseline asks for, once, and the new baseline owns it`, async () => {
      const namespace = restored.get(way) ?? "";
      await awaitFootprint(namespace, SMALL_FOOTPRINT);
      await eventually("the new baseline alone owns all of it", async () => {
        const { uid } = (await readBaseline(namespace)).metadata;
        const owners = (await generatedObjects(namespace)).map(({ metadata }) => metadata?.ownerReferences?.map((owner) => owner.uid));
        expect(owners).to.deep.equal(SMALL_FOOTPRINT.objects.map(() => [uid]));
      });
    });
  }

  it("comes to rest, ready and compliant", async () => {
    const namespaces = [...restored.values()];
    await awaitSilence(namespaces);
    for (const namespace of namespaces) {
      await awaitCondition(namespace, "Ready", "True");
      await awaitCondition(namespace, "Compliant", "True");
      expect((await admin().get({ apiVersion: "v1", kind: "Namespace", name: namespace })).metadata?.labels).to.include({
        "securitybaseline.dev/enforced": "true",
      });
    }
  });
});
