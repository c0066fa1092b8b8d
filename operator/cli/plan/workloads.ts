/** Finds out which workloads of planned namespaces could not be made again under their section `admission`, by the rules that would refuse them. */
import type { AdmissionSection } from "../../api/baseline-admission.ts";
import type { Transport } from "../../cluster/types.ts";
import { admission } from "../../controls/admission/admission.ts";
import { effective } from "../../controls/effective.ts";
import { byText, sortedSet } from "../../controls/order.ts";
import { makesPods, WORKLOADS, type WorkloadKind } from "../../kinds/workloads.ts";
import { workloadProblem } from "../../policies/admission/workloads.ts";
import { postureOf, type Source } from "../baselines.ts";
import type { RefusedWorkload, RefusedWorkloads } from "./outcome.ts";
import { type Readings, readNamespaced } from "./readings.ts";
import type { Scene } from "./scene.ts";

/** Workloads of the namespaces whose baselines use the section. */
export type KnownWorkloads = ReadonlyMap<WorkloadKind, Readings>;

/** What is told of the workloads of a namespace. */
export interface WorkloadVerdict {
  readonly workloads: RefusedWorkloads | undefined;
  /** What could not be looked at, one sentence each. */
  readonly unknown: readonly string[];
}

/**
 * Lists the workloads of namespaces whose baselines use the section: each kind once for all of them, and nothing where none does.
 * @throws ApiError see `readNamespaced`
 */
export async function readWorkloads(transport: Transport, sources: readonly Source[]): Promise<KnownWorkloads> {
  const namespaces = sources.flatMap(({ baseline }) => {
    const { sections, namespace } = effective(postureOf(baseline).kind, baseline, "");
    return sections.some(({ control, refused }) => control.name === admission.name && refused === undefined) ? namespace : [];
  });
  const kinds = WORKLOADS.map(async (kind): Promise<[WorkloadKind, Readings]> => [kind, await readNamespaced(transport, kind, namespaces)]);
  return new Map(await Promise.all(kinds));
}

/** Judges the workloads of a namespace as if they were made at this time, in milliseconds since the epoch. PURE. */
export function workloadVerdict(
  { snapshot, sections }: Pick<Scene, "snapshot" | "sections">,
  known: KnownWorkloads,
  now: number,
): WorkloadVerdict {
  const section = sections.find(({ control }) => control.name === admission.name);
  if (section === undefined || section.refused !== undefined) return { workloads: undefined, unknown: [] };
  const value = section.value as AdmissionSection;
  const at = new Date(now).toISOString();
  const readings = [...known].flatMap(([type, byNamespace]) => {
    const reading = byNamespace.get(snapshot.baseline.namespace);
    return reading === undefined ? [] : [{ type, ...reading }];
  });
  const judged = readings.flatMap(({ type, objects }) => objects.filter(makesPods).map((object) => ({ type, object })));
  const refused = judged.flatMap(({ type, object }): readonly RefusedWorkload[] => {
    const message = workloadProblem(type, object, at, value);
    return message === undefined ? [] : [{ kind: type.kind, name: object.metadata?.name ?? "", message }];
  });
  const told = { judged: judged.length, arePodsMeant: value.workloads === "Warn", reportedOnly: section.mode === "Report" };
  const sorted = refused.toSorted((a, b) => byText(a.kind, b.kind) || byText(a.name, b.name));
  return {
    workloads: refused.length === 0 ? undefined : { ...told, refused: sorted },
    unknown: sortedSet(
      readings.flatMap(({ type, problem }) => (problem === undefined ? [] : `${problem.message}; nothing is told of its ${type.kind}s`)),
    ),
  };
}
