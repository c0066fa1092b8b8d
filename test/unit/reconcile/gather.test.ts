/** Proves whose posture counts in a namespace: its own, and in the break-glass namespace the cluster's. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { clusterPosture, namespacePosture, type PostureKind } from "../../../operator/api/postures.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import type { Feed } from "../../../operator/cluster/types.ts";
import type { BaselineEntry, Caches } from "../../../operator/reconcile/caches.ts";
import { baselineOf, misplacedOf } from "../../../operator/reconcile/gather.ts";

type Place = readonly [posture: PostureKind, namespace: string, metadata?: object];

const IN_PAYMENTS: Place = [namespacePosture, "payments"];
const IN_EMERGENCY: Place = [namespacePosture, "emergency"];
const OF_CLUSTER: Place = [clusterPosture, ""];
const GOING = { deletionTimestamp: "2026-11-23T10:00:00Z" };

function feedOf(posture: PostureKind, places: readonly Place[]): Feed<BaselineEntry> {
  const project = ({ metadata = {} }: KubernetesObject): BaselineEntry => {
    const { name = "", namespace = "", uid = "", resourceVersion = "" } = metadata;
    return { name, namespace, uid, resourceVersion, posture, home: "", generation: 1, baseline: { metadata } as BaselineEntry["baseline"] };
  };
  const onProblem = (problem: string): void => expect.fail(problem);
  const store = createStore<BaselineEntry>({ project, onChange: () => undefined, onProblem });
  for (const [kind, namespace, metadata] of places.filter((place) => place[0] === posture)) {
    const identity = { name: kind.name, uid: `${kind.kind} ${namespace}`, resourceVersion: "1" };
    store.observe({ metadata: { ...identity, ...(namespace !== "" && { namespace }), ...metadata } });
  }
  return { store, synced: true, served: true, failure: undefined, problem: undefined };
}

interface Case {
  readonly reason: string;
  readonly there: readonly Place[];
  readonly namespace: string;
  /** uids. */
  readonly counts?: string;
  readonly misplaced?: string;
}

const CASES: readonly Case[] = [
  { reason: "a namespace has its own", there: [IN_PAYMENTS, OF_CLUSTER], namespace: "payments", counts: "SecurityBaseline payments" },
  { reason: "and no other", there: [OF_CLUSTER], namespace: "payments" },
  { reason: "not one that is going", there: [[namespacePosture, "payments", GOING]], namespace: "payments" },
  {
    reason: "the break-glass namespace has the cluster's",
    there: [IN_PAYMENTS, OF_CLUSTER],
    namespace: "emergency",
    counts: "ClusterSecurityBaseline ",
  },
  {
    reason: "and none of its own beside it",
    there: [IN_EMERGENCY, OF_CLUSTER],
    namespace: "emergency",
    counts: "ClusterSecurityBaseline ",
    misplaced: "SecurityBaseline emergency",
  },
  { reason: "nor instead of it", there: [IN_EMERGENCY], namespace: "emergency", misplaced: "SecurityBaseline emergency" },
  {
    reason: "nor instead of one that is going",
    there: [
      [namespacePosture, "emergency", GOING],
      [clusterPosture, "", GOING],
    ],
    namespace: "emergency",
  },
];

describe("the posture of a namespace", () => {
  for (const { reason, there, namespace, counts, misplaced } of CASES) {
    it(reason, () => {
      const caches = {
        baselines: feedOf(namespacePosture, there),
        clusterBaselines: feedOf(clusterPosture, there),
        breakGlassNamespace: "emergency",
      } as unknown as Caches;
      expect(baselineOf(caches, namespace)?.uid).to.equal(counts);
      expect(misplacedOf(caches, namespace)?.uid).to.equal(misplaced);
    });
  }
});
