/** Turns a baseline in effect into the complete objects that it asks for. */
import type { JsonObject } from "../api/json.ts";
import { API_VERSION, CONTROL_LABEL, DELETION_POLICY_ANNOTATION, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../api/names.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { Facts } from "../facts/index.ts";
import type { Control, ControlContext, Desired, Draft, SectionName } from "./control.ts";
import type { Effective, EffectiveSection } from "./effective.ts";
import { byText } from "./order.ts";

/**
 * Every object that the sections in use ask for, in the order of writes: rank, kind, name. What a refused section asks for is not known,
 * so it asks for nothing here.
 */
export function desiredObjects(baseline: Effective, facts: Facts): readonly Desired[] {
  const context = contextOf(baseline, facts);
  return obeyed(baseline)
    .flatMap(({ control, value }) => control.desired(value, context).map((draft) => complete(draft, control, baseline)))
    .toSorted((a, b) => a.kind.rank(a.name) - b.kind.rank(b.name) || byText(a.kind.kind, b.kind.kind) || byText(a.name, b.name));
}

/**
 * What a reader should know about a section that its objects do not say, one sentence each: what it does not do although it reads as if it did, and
 * facts of which only an older value is known.
 */
export function sectionCaveats(baseline: Effective, facts: Facts): ReadonlyMap<SectionName, readonly string[]> {
  const context = contextOf(baseline, facts);
  return new Map(
    obeyed(baseline).map(({ control, value }) => {
      const ofFacts = (control.reads?.(value) ?? []).flatMap((fact) => facts[fact].caveat ?? []);
      return [control.name, [...ofFacts, ...(control.warnings?.(value, context) ?? [])]];
    }),
  );
}

/** What of a section cannot work in this cluster, and what is amiss with the facts that it depends on. */
export function desiredProblems(baseline: Effective, facts: Facts): ReadonlyMap<SectionName, readonly SectionProblem[]> {
  const context = contextOf(baseline, facts);
  return new Map(
    obeyed(baseline).map(({ control, value }) => {
      const ofFacts = (control.reads?.(value) ?? []).map((fact) => facts[fact].problem);
      return [control.name, [...ofFacts, control.problem?.(value, context)].filter((problem) => problem !== undefined)];
    }),
  );
}

function obeyed({ sections }: Effective): readonly EffectiveSection[] {
  return sections.filter(({ refused }) => refused === undefined);
}

function contextOf({ namespace, refresh }: Effective, facts: Facts): ControlContext {
  return { namespace, facts, refresh };
}

function complete({ kind, name, body, labels, annotations, awaits }: Draft, control: Control, baseline: Effective): Desired {
  const shared = kind.shareable?.(name) ?? false;
  const identity = { name, ...(kind.scope === "InNamespace" && { namespace: baseline.namespace }) };
  const marks = shared
    ? sharedMarks(labels, baseline)
    : { ...ownMarks(control.name, baseline), ...(hasKeys(annotations) && { annotations }) };
  const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { ...identity, ...marks }, ...body };
  return { control: control.name, kind, name, shared, manifest, ...(awaits !== undefined && { awaits }) };
}

function hasKeys(map: Draft["annotations"] = {}): boolean {
  return Object.keys(map).length > 0;
}

function ownMarks(control: SectionName, baseline: Effective): JsonObject {
  return { labels: { ...baseline.objectLabels, [MANAGED_BY_LABEL]: MANAGED_BY_VALUE, [CONTROL_LABEL]: control }, ...ownership(baseline) };
}

/** With Retain there is no owner: garbage collection would delete what is to stay. */
function ownership({ kind, name, uid, deletionPolicy }: Effective): JsonObject {
  if (deletionPolicy !== "Delete" || uid === undefined) return {};
  // A blocked deletion would need the right to update finalizers of the baseline.
  return {
    ownerReferences: [{ apiVersion: API_VERSION, kind, name, uid, controller: true, blockOwnerDeletion: false }],
  };
}

/** An ownerReference would make garbage collection delete an object that was there before us. */
function sharedMarks(labels: Draft["labels"], { deletionPolicy }: Effective): JsonObject {
  return { ...(labels && { labels }), annotations: { [DELETION_POLICY_ANNOTATION]: deletionPolicy } };
}
