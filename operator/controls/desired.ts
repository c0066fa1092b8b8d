/** Owns the step from a baseline to the complete objects that it asks for. */
import type { DeletionPolicy } from "../api/baseline.ts";
import type { JsonObject } from "../api/json.ts";
import {
  API_VERSION,
  CONTROL_LABEL,
  DELETION_POLICY_ANNOTATION,
  MANAGED_BY_LABEL,
  MANAGED_BY_VALUE,
  REFRESH_ANNOTATION,
} from "../api/names.ts";
import type { Posture } from "../api/postures.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { withDefaults } from "../api/validate.ts";
import type { Control, ControlContext, Desired, Draft, SectionName } from "./control.ts";
import { defaulted } from "./defaulted.ts";
import { controls } from "./index.ts";
import { byText } from "./order.ts";

/** A baseline and what its controls may know of the cluster. */
export interface DesiredInput {
  readonly baseline: Posture;
  /**
   * Refresh is always the baseline's own, whatever stands here, and so is the namespace, unless the baseline is one that
   * lives in none.
   */
  readonly context: ControlContext;
}

/** What all objects of one baseline share. */
interface Frame {
  readonly baseline: Posture;
  readonly namespace: string;
  readonly deletionPolicy: DeletionPolicy;
}

/**
 * Every object that the sections present ask for, whatever their modes, in the order of writes: rank, kind, name.
 * The defaults of the schema are applied first, so an object from a file means what the stored one means.
 */
export function desiredObjects(input: DesiredInput): readonly Desired[] {
  const { baseline, context } = completed(input);
  const { namespace } = context;
  const frame = { baseline, namespace, deletionPolicy: defaulted(baseline.spec?.deletionPolicy, "deletionPolicy") };
  return controls
    .flatMap((control) => {
      const section = baseline.spec?.[control.name];
      return section === undefined ? [] : control.desired(section, context).map((draft) => complete(draft, control, frame));
    })
    .toSorted((a, b) => a.kind.rank(a.name) - b.kind.rank(b.name) || byText(a.kind.kind, b.kind.kind) || byText(a.name, b.name));
}

/** What a reader should know about a baseline that its objects do not say: one sentence each, section by section. */
export function desiredWarnings(input: DesiredInput): readonly string[] {
  const { baseline, context } = completed(input);
  return controls.flatMap((control) => {
    const section = baseline.spec?.[control.name];
    return section === undefined ? [] : (control.warnings?.(section, context) ?? []);
  });
}

/** What of a baseline's sections cannot work in this cluster, whatever their modes. */
export function desiredProblems(input: DesiredInput): ReadonlyMap<SectionName, SectionProblem> {
  const asked = controls.filter(({ name, problem }) => problem !== undefined && input.baseline.spec?.[name] !== undefined);
  if (asked.length === 0) return new Map();
  const { baseline, context } = completed(input);
  const problems = asked.flatMap((control) => {
    const section = baseline.spec?.[control.name];
    const problem = section && control.problem?.(section, context);
    return problem === undefined ? [] : [[control.name, problem] as const];
  });
  return new Map(problems);
}

/** The baseline as the API server would complete it, and what its controls may know besides. */
function completed({ baseline, context }: DesiredInput): DesiredInput {
  const { namespace = context.namespace, annotations } = baseline.metadata;
  return { baseline: withDefaults(baseline), context: { ...context, namespace, refresh: annotations?.[REFRESH_ANNOTATION] } };
}

function complete({ kind, name, body, labels, annotations }: Draft, control: Control, frame: Frame): Desired {
  const shared = kind.shareable?.(name) ?? false;
  const identity = { name, ...(kind.namespaced && { namespace: frame.namespace }) };
  const marks = shared ? sharedMarks(labels, frame) : { ...ownMarks(control.name, frame), ...(hasKeys(annotations) && { annotations }) };
  const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { ...identity, ...marks }, ...body };
  return { control: control.name, kind, name, shared, manifest };
}

function hasKeys(map: Draft["annotations"] = {}): boolean {
  return Object.keys(map).length > 0;
}

function ownMarks(control: SectionName, frame: Frame): JsonObject {
  return { labels: { [MANAGED_BY_LABEL]: MANAGED_BY_VALUE, [CONTROL_LABEL]: control }, ...ownership(frame) };
}

/** With Retain there is no owner: garbage collection would delete what is to stay. */
function ownership({ baseline, deletionPolicy }: Frame): JsonObject {
  const { kind, metadata } = baseline;
  const { name, uid } = metadata;
  if (deletionPolicy !== "Delete" || uid === undefined) return {};
  // A blocked deletion would need the right to update finalizers of the baseline.
  return {
    ownerReferences: [{ apiVersion: API_VERSION, kind, name, uid, controller: true, blockOwnerDeletion: false }],
  };
}

/** An ownerReference would make garbage collection delete an object that was there before us. */
function sharedMarks(labels: Draft["labels"], { deletionPolicy }: Frame): JsonObject {
  return { ...(labels && { labels }), annotations: { [DELETION_POLICY_ANNOTATION]: deletionPolicy } };
}
