/** What a look at one namespace considers: a plain value that the operator takes from its caches and a command line can build, too. */
import type { SectionProblem } from "../api/reasons.ts";
import { desiredObjects, desiredProblems, sectionCaveats } from "../controls/desired.ts";
import type { Effective, EffectiveSection } from "../controls/effective.ts";
import { byText } from "../controls/order.ts";
import type { Facts } from "../facts/index.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import type { BlockedSection, PlanInput } from "./input.ts";
import type { Inventory } from "./inventory.ts";
import type { Desired, Live } from "./types.ts";

/** Whether the objects of a kind are known completely. */
export interface KindState {
  readonly known: boolean;
  /** False while the API server is known not to have the kind. */
  readonly served: boolean;
  /** Why they are not known; undefined while they are merely not listed yet. */
  readonly problem: SectionProblem | undefined;
}

export interface Snapshot {
  readonly baseline: Effective;
  readonly facts: Facts;
  /** By kind, of every kind that some control owns. */
  readonly kinds: ReadonlyMap<OwnedKind, KindState>;
  /** Every object of the known kinds in the namespace, and the Namespace itself. */
  readonly live: readonly Live[];
  readonly inventory: Inventory;
  /** See `PlanInput.marks`. */
  readonly marks: boolean;
}

/** A section in use, and why it, or a part of it, cannot be processed now, if so. */
export interface Section extends EffectiveSection {
  readonly desired: readonly Desired[];
  /** Desired objects that can be judged now. */
  readonly present: readonly Desired[];
  /** What is told of the others, and of what cannot work in this cluster. */
  readonly problems: readonly SectionProblem[];
  /** What to add whatever else is told, one sentence each. */
  readonly caveats: readonly string[];
  /** Why nothing of it may be written or deleted now. */
  readonly blocked: SectionProblem | undefined;
}

const NOT_LISTED: SectionProblem = { reason: "BackendUnavailable", message: "the objects of this section are not listed yet" };

/** The sections in use, with what each asks for. */
export function sectionsOf({ baseline, facts, kinds }: Snapshot): readonly Section[] {
  const desired = Map.groupBy(desiredObjects(baseline, facts), ({ control }) => control);
  const problems = desiredProblems(baseline, facts);
  const caveats = sectionCaveats(baseline, facts);
  return baseline.sections.map((section): Section => {
    const own = desired.get(section.control.name) ?? [];
    const present = own.filter(({ kind }) => kinds.get(kind)?.known === true);
    const blocked = section.refused ?? unknownKind(section.control, kinds);
    const lacking = lackOf(section, own, kinds);
    const { name } = section.control;
    return {
      ...section,
      desired: own,
      present,
      blocked,
      problems: [...lacking, ...(problems.get(name) ?? [])],
      caveats: caveats.get(name) ?? [],
    };
  });
}

/** What the plan of this snapshot depends on. */
export function planInput(snapshot: Snapshot, sections: readonly Section[]): PlanInput {
  const { baseline, kinds, live, inventory, marks } = snapshot;
  const usable = sections.filter(({ blocked }) => blocked === undefined);
  const blocked = sections.filter((section) => section.blocked !== undefined).map(({ control }) => control);
  const [late, retired] = [true, false].map((isLate) =>
    baseline.unused.filter((control) => (unknownKind(control, kinds) !== undefined) === isLate),
  );
  const named = ({ name, owns }: EffectiveSection["control"]): BlockedSection => ({ control: name, owns });
  return {
    sections: usable.map(({ control, mode, present }) => ({ control: control.name, owns: control.owns, mode, desired: present })),
    retired: (retired ?? []).map(named),
    blocked: [...blocked, ...(late ?? [])].map(named),
    withheld: [
      ...sections.filter((section) => section.blocked !== undefined).flatMap(({ desired }) => desired),
      ...withoutKind(usable, kinds),
    ],
    marks,
    adoptExisting: baseline.adoptExisting,
    deletionPolicy: baseline.deletionPolicy,
    live,
    inventory,
  };
}

/** Desired objects whose kind cannot be looked at now: nobody took them away. */
export function withoutKind(sections: readonly Section[], kinds: Snapshot["kinds"]): readonly Desired[] {
  return sections.flatMap(({ desired }) => desired.filter(({ kind }) => kinds.get(kind)?.known !== true));
}

/** Why a section cannot be processed at all: a kind that every cluster has is not known. */
function unknownKind({ owns }: EffectiveSection["control"], kinds: Snapshot["kinds"]): SectionProblem | undefined {
  const missing = owns.filter((kind) => kind.optional !== true && kinds.get(kind)?.known !== true);
  const states = missing.map((kind) => kinds.get(kind)?.problem);
  return missing.length === 0 ? undefined : (states.find((problem) => problem !== undefined) ?? NOT_LISTED);
}

/** What is told of the kinds of other projects that a section asks for and that cannot be looked at: at most one problem. */
function lackOf({ control }: EffectiveSection, desired: readonly Desired[], kinds: Snapshot["kinds"]): readonly SectionProblem[] {
  const lacking = [...new Set(desired.map(({ kind }) => kind))].filter((kind) => kind.optional === true && kinds.get(kind)?.known !== true);
  if (lacking.length === 0) return [];
  const sentences = lacking.toSorted((a, b) => byText(a.kind, b.kind)).map((kind) => explain(kind, control.name, kinds.get(kind)));
  return [{ reason: "BackendUnavailable", message: sentences.join("; ") }];
}

function explain(kind: OwnedKind, section: string, state: KindState | undefined): string {
  const name = `${kind.kind} (${kind.apiVersion})`;
  if (state?.served === false) return `${name} is not served by this cluster: install its operator, or remove it from spec.${section}`;
  return `${name} cannot be looked at: ${state?.problem?.message ?? "it is not listed yet"}`;
}
