/** Turns a baseline in effect into the complete objects that it asks for. */
import type { JsonObject } from "../api/json.ts";
import { API_VERSION, CONTROL_LABEL, DELETION_POLICY_ANNOTATION, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../api/names.ts";
import type { SectionProblem } from "../api/reasons.ts";
import type { Facts } from "../facts/index.ts";
import { obeysDeletionPolicy, resourceName } from "../kinds/kind.ts";
import type { Control, ControlContext, Desired, Draft, SectionName } from "./control.ts";
import type { Effective, EffectiveSection } from "./effective.ts";
import { byText } from "./order.ts";

/**
 * Every object that the sections in use ask for, in the order of writes: rank, kind, name. What a refused section asks for is not known,
 * so it asks for nothing here.
 */
export function desiredObjects(baseline: Effective, facts: Facts): readonly Desired[] {
  return obeyed(baseline)
    .flatMap((section) =>
      section.control
        .desired(section.value, contextOf(baseline, section, facts))
        .map((draft) => complete(draft, section.control, baseline)),
    )
    .toSorted((a, b) => a.kind.rank(a.name) - b.kind.rank(b.name) || byText(a.kind.kind, b.kind.kind) || byText(a.name, b.name));
}

/** One manifest per object, in the order of writes: what sections share of an object is one object to whoever reads or applies it. */
export function manifestsOf(desired: readonly Desired[]): readonly JsonObject[] {
  const objects = Map.groupBy(desired, ({ kind, name }) => `${resourceName(kind)} ${name}`);
  return [...objects.values()].map((parts) => parts.map(({ manifest }) => manifest).reduce(together));
}

const METADATA_MAPS = ["labels", "annotations"] as const;

function together(a: JsonObject, b: JsonObject): JsonObject {
  const [left, right] = [a, b].map(({ metadata }) => metadata as JsonObject) as [JsonObject, JsonObject];
  const both = METADATA_MAPS.flatMap((map) => {
    const merged = { ...(left[map] as JsonObject | undefined), ...(right[map] as JsonObject | undefined) };
    return hasKeys(merged) ? [[map, merged] as const] : [];
  });
  return { ...a, ...b, metadata: { ...left, ...right, ...Object.fromEntries(both) } };
}

/**
 * What a reader should know about a section that its objects do not say, one sentence each: what it does not do although it reads as if it did, and
 * facts of which only an older value is known.
 */
export function sectionCaveats(baseline: Effective, facts: Facts): ReadonlyMap<SectionName, readonly string[]> {
  return new Map(
    obeyed(baseline).map((section) => {
      const { control, value } = section;
      const ofFacts = (control.reads?.(value) ?? []).flatMap((fact) => facts[fact].caveat ?? []);
      return [control.name, [...ofFacts, ...(control.warnings?.(value, contextOf(baseline, section, facts)) ?? [])]];
    }),
  );
}

/** What of a section cannot work in this cluster, and what is amiss with the facts that it depends on. */
export function desiredProblems(baseline: Effective, facts: Facts): ReadonlyMap<SectionName, readonly SectionProblem[]> {
  return new Map(
    obeyed(baseline).map((section) => {
      const { control, value } = section;
      const ofFacts = (control.reads?.(value) ?? []).map((fact) => facts[fact].problem);
      const problem = control.problem?.(value, contextOf(baseline, section, facts));
      return [control.name, [...ofFacts, problem].filter((one) => one !== undefined)];
    }),
  );
}

function obeyed({ sections }: Effective): readonly EffectiveSection[] {
  return sections.filter(({ refused }) => refused === undefined);
}

function contextOf({ namespace, refresh }: Effective, { mode }: EffectiveSection, facts: Facts): ControlContext {
  return { namespace, mode, facts, refresh };
}

function complete(draft: Draft, control: Control, baseline: Effective): Desired {
  const { kind, name, body, annotations, awaits, tells } = draft;
  const shared = kind.shareable?.(name) ?? false;
  const identity = { name, ...(kind.scope === "InNamespace" && { namespace: baseline.namespace }) };
  const marks = shared
    ? sharedMarks(draft, baseline)
    : { ...ownMarks(control.name, baseline), ...(hasKeys(annotations) && { annotations }) };
  const manifest = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { ...identity, ...marks }, ...body };
  return { control: control.name, kind, name, shared, manifest, ...(awaits !== undefined && { awaits }), ...(tells && { tells }) };
}

function hasKeys(map: Readonly<Record<string, unknown>> = {}): boolean {
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
function sharedMarks({ kind, labels, annotations }: Draft, { deletionPolicy }: Effective): JsonObject {
  const all = { ...annotations, ...(obeysDeletionPolicy(kind) && { [DELETION_POLICY_ANNOTATION]: deletionPolicy }) };
  return { ...(labels && { labels }), ...(hasKeys(all) && { annotations: all }) };
}
