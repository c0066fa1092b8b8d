/** Plans one baseline from what is known of the cluster, by the same steps as the operator. PURE. */
import type { KubernetesObject } from "../../api/object.ts";
import type { Posture } from "../../api/postures.ts";
import type { SectionProblem } from "../../api/reasons.ts";
import type { Asked } from "../../cluster/pod-security.ts";
import { type Effective, effective } from "../../controls/effective.ts";
import { sortedSet } from "../../controls/order.ts";
import { Inventory } from "../../plan/inventory.ts";
import { misplacedProblem, reservedProblem } from "../../plan/reserved.ts";
import { postureOf, type Source } from "../baselines.ts";
import { judgeSnapshot, type Verdicts } from "./judge.ts";
import type { Knowledge } from "./knowledge.ts";
import type { PlannedBaseline } from "./outcome.ts";
import { climbOf, outlookOf, type PodQuestion } from "./running-pods.ts";
import { NOT_GIVEN_YET, type Scene, sceneOf } from "./scene.ts";
import type { ListedSight } from "./sight.ts";
import { type KnownWorkloads, workloadVerdict } from "./workloads.ts";

/** What a plan depends on besides baseline and cluster: how the operator is started, and the time. */
export interface Circumstances {
  readonly objectLabels: Readonly<Record<string, string>>;
  readonly breakGlassNamespace: string;
  readonly isReserved: (namespace: string) => boolean;
  /** Milliseconds since the epoch, by which exceptions end. */
  readonly now: number;
}

/** What was listed, and what of it reaches into namespaces. */
export interface Known extends Knowledge {
  readonly listedSight: ListedSight;
  readonly workloads: KnownWorkloads;
}

/** Where the objects of a baseline live. */
export function homeOf(baseline: Posture, { breakGlassNamespace }: Pick<Circumstances, "breakGlassNamespace">): string {
  return postureOf(baseline).namespaced ? (baseline.metadata.namespace ?? "") : breakGlassNamespace;
}

/** A baseline of which all is known but what runs in its namespace. */
export interface Look {
  /** What to ask the API server first; undefined if nothing depends on it. */
  readonly question: PodQuestion | undefined;
  /** Ends the plan with what the API server answered. */
  end(answer: Asked | undefined): PlannedBaseline;
}

/** Plans one baseline as far as lists tell. */
export function beginLook({ baseline, document }: Source, knowledge: Known, circumstances: Circumstances): Look {
  const posture = postureOf(baseline);
  const namespace = homeOf(baseline, circumstances);
  const common = { kind: posture.kind, name: baseline.metadata.name, namespace, mode: baseline.spec?.mode ?? "Enforce", document } as const;
  const stored = posture.namespaced ? knowledge.baselines.get(namespace) : knowledge.clusterBaselines;
  if (stored?.problem !== undefined) {
    const unknown = [`${stored.problem.message}: without what this baseline has in place, nothing can be told of it`];
    return ended({ ...common, ...NOTHING, unknown });
  }
  const before = stored?.objects.find(({ metadata }) => metadata?.name === posture.name && metadata.deletionTimestamp === undefined);
  const inEffect = effective(posture.kind, asStored(baseline, before), namespace, circumstances.objectLabels);
  const refused = refusalOf(inEffect, { baseline, knowledge, circumstances });
  if (refused !== undefined) return ended({ ...common, ...NOTHING, refused: refused.message });
  const scene = sceneOf(inEffect, knowledge, inventoryOf(before, inEffect));
  const climb = climbOf(scene, before as Partial<Posture> | undefined);
  const end = (answer: Asked | undefined): PlannedBaseline => {
    const { sections, runningPods, unknown } = outlookOf(scene, climb, answer);
    const { workloads, unknown: unlisted } = workloadVerdict(scene, knowledge.workloads, circumstances.now);
    const verdicts = judgeSnapshot({ ...scene, sections }, { ...knowledge, now: circumstances.now });
    return {
      ...common,
      ...verdicts,
      refused: undefined,
      runningPods,
      workloads,
      unknown: [...verdicts.unknown, ...unknown, ...unlisted],
      notes: [
        ...(stored?.served === false ? [`the cluster has no ${posture.kind}: install the operator first`] : []),
        ...notesOf(scene, verdicts),
      ],
    };
  };
  return { question: climb?.question, end };
}

function ended(planned: PlannedBaseline): Look {
  return { question: undefined, end: () => planned };
}

const NOTHING = {
  refused: undefined,
  changes: [],
  findings: [],
  runningPods: undefined,
  workloads: undefined,
  problems: [],
  unknown: [],
  notes: [],
} as const;

/** The document as it would stand in the cluster after an apply: the API server gives identity and time, and others' annotations stay. */
function asStored(baseline: Posture, before: KubernetesObject | undefined): Posture {
  const { uid = NOT_GIVEN_YET, creationTimestamp, annotations } = before?.metadata ?? {};
  const { metadata } = baseline;
  return {
    ...baseline,
    metadata: {
      ...metadata,
      uid,
      annotations: { ...annotations, ...metadata.annotations },
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
  };
}

function inventoryOf(before: KubernetesObject | undefined, { created }: Effective): Inventory {
  const { status } = (before ?? {}) as Partial<Posture>;
  return Inventory.recorded(status?.inventory ?? [], created);
}

/** Why nothing of a baseline would be obeyed. */
function refusalOf(
  inEffect: Effective,
  { baseline, knowledge, circumstances }: { readonly baseline: Posture; readonly knowledge: Known; readonly circumstances: Circumstances },
): Pick<SectionProblem, "message"> | undefined {
  const { namespace } = inEffect;
  if (postureOf(baseline).namespaced && namespace === circumstances.breakGlassNamespace) return misplacedProblem(namespace);
  if (circumstances.isReserved(baseline.metadata.namespace ?? "")) return reservedProblem(namespace);
  if (inEffect.refused !== undefined) return inEffect.refused;
  const isEnding = [...knowledge.kinds].some(
    ([kind, readings]) =>
      kind.scope === "TheNamespace" && readings.get(namespace)?.objects.some(({ metadata }) => metadata?.deletionTimestamp),
  );
  return isEnding ? { message: `namespace ${namespace} is being deleted: nothing is done in it` } : undefined;
}

function notesOf({ sections, listed, isNew, snapshot }: Scene, { reasons }: Verdicts): readonly string[] {
  const { namespace } = snapshot.baseline;
  const present = new Set(listed.map(({ live }) => `${live.kind.kind} ${live.name}`));
  const lacking = sections
    .flatMap((section) => section.present.filter(({ shared }) => shared))
    .map(({ kind, name }) => `${kind.kind} ${name}`)
    .filter((name) => !present.has(name))
    .map((name) => `${name} is not there: it is only changed, never made`);
  return [
    ...(isNew ? [`namespace ${namespace} is not there: create it first`] : []),
    ...sortedSet([...lacking, ...reasons, ...sections.flatMap(({ caveats }) => caveats)]),
  ];
}
