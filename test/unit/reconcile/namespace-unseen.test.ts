/** Proves that nothing is written for a baseline whose namespace is not known yet, and that nothing else waits for that. */
import { expect } from "chai";
import { clusterPosture, namespacePosture, type PostureKind } from "../../../operator/api/postures.ts";
import type { Caches } from "../../../operator/reconcile/caches.ts";
import { namespaceUnseen } from "../../../operator/reconcile/gather.ts";

interface Aspect {
  readonly synced: boolean;
  readonly known: readonly string[];
}

/** Caches of one kind in namespaces, and of these aspects of Namespaces. */
function caches(...aspects: readonly Aspect[]): Pick<Caches, "owned"> {
  const feed = ({ synced, known }: Aspect) => ({ synced, store: { get: (_: string, name: string) => known.find((one) => one === name) } });
  const kinds = aspects.map((aspect) => [{ scope: "TheNamespace" }, feed(aspect)] as const);
  return { owned: new Map([[{ scope: "InNamespace" }, feed({ synced: true, known: [] })], ...kinds]) } as unknown as Caches;
}

describe("the namespace of a baseline", () => {
  const cases: readonly { reason: string; aspects: readonly Aspect[]; posture?: PostureKind; unseen: boolean }[] = [
    { reason: "is unseen while the watch of baselines is ahead", aspects: [{ synced: true, known: ["other"] }], unseen: true },
    { reason: "is seen once it has come", aspects: [{ synced: true, known: ["other", "shop"] }], unseen: false },
    { reason: "is nothing to wait for while namespaces are not listed", aspects: [{ synced: false, known: [] }], unseen: false },
    {
      reason: "is seen where one aspect of it is kept, and another not",
      aspects: [
        { synced: true, known: ["shop"] },
        { synced: true, known: [] },
      ],
      unseen: false,
    },
    {
      reason: "may be missing where the cluster's posture has its objects: that is to be told",
      aspects: [{ synced: true, known: [] }],
      posture: clusterPosture,
      unseen: false,
    },
  ];
  for (const { reason, aspects, posture = namespacePosture, unseen } of cases) {
    it(reason, () => {
      expect(namespaceUnseen(caches(...aspects), { posture, home: "shop" })).to.equal(unseen);
    });
  }
});
