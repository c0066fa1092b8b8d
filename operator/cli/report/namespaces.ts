/** Says of each namespace what its baseline does for it, and how each section fares over all of them. PURE. */
import type { KubernetesObject } from "../../api/object.ts";
import type { Posture } from "../../api/postures.ts";
import { COMPLIANT, READY } from "../../api/reasons.ts";
import type { Condition } from "../../api/shared-types.ts";
import { conditionOf, LOOK_TEXTS, lookOf, sectionConditionOf } from "../../controls/baseline-look.ts";
import { controls } from "../../controls/index.ts";
import { byText, sortedSet } from "../../controls/order.ts";
import type { Coverage, CoverageState, NamespaceRow, SectionOfNamespace, SectionRow, SectionState } from "./report.ts";
import { byKeys, count } from "./sorting.ts";

/** Lists of namespaces and baselines, undefined where they are not known. `system`: names of the namespaces that are counted apart. */
export interface NamespaceLists {
  readonly namespaces: readonly KubernetesObject[] | undefined;
  readonly baselines: readonly Posture[] | undefined;
  readonly system: ReadonlySet<string>;
}

/** A row per namespace that a list knows, by name; null where there is no list. */
export function namespaceRows({ namespaces, baselines, system }: NamespaceLists): readonly NamespaceRow[] | null {
  if (namespaces === undefined && baselines === undefined) return null;
  const stated = new Map((baselines ?? []).map((baseline) => [baseline.metadata.namespace ?? "", baseline]));
  const names = sortedSet([...(namespaces ?? []).map(({ metadata }) => metadata?.name ?? ""), ...stated.keys()]);
  return names.map((name) => {
    const isSystem = system.has(name);
    const baseline = stated.get(name);
    if (baseline !== undefined) return rowOf(name, isSystem, baseline);
    const coverage = baselines === undefined ? null : "Without";
    return { name, isSystem, coverage, compliant: null, standing: null, sections: [], drift: null, findings: null };
  });
}

function rowOf(name: string, isSystem: boolean, baseline: Posture): NamespaceRow {
  const { status } = baseline;
  const sections = sectionsOf(baseline);
  return {
    name,
    isSystem,
    coverage: coverageOf(baseline, sections),
    compliant: conditionOf(baseline, COMPLIANT)?.status ?? "Unknown",
    standing: standingOf(baseline),
    sections,
    drift: status?.summary?.drifted ?? 0,
    findings: status?.summary?.findings ?? 0,
  };
}

function coverageOf(baseline: Posture, sections: readonly SectionOfNamespace[]): CoverageState {
  const reason = conditionOf(baseline, READY)?.reason;
  if (reason === "NothingAsked") return "Off";
  // A baseline that is refused as a whole keeps what it once had, but nobody looks at it: its sections have no conditions then.
  const inEffect = sections.filter((section) => sectionConditionOf(baseline, section.name) !== undefined);
  if (inEffect.length === 0) return "NotInEffect";
  return inEffect.some(({ mode }) => mode === "Enforce") ? "Enforced" : "Reporting";
}

function sectionsOf(baseline: Posture): readonly SectionOfNamespace[] {
  const sections = baseline.status?.controls ?? [];
  return sections
    .map(({ name, mode, managed, inSync }) => ({ name, mode, state: stateOf(sectionConditionOf(baseline, name), inSync < managed) }))
    .toSorted((a, b) => byText(a.name, b.name));
}

function stateOf(told: Condition | undefined, isShort: boolean): SectionState {
  if (told?.reason === "Drifted") return "Drifted";
  if (told?.status !== "True") return "NotReady";
  return isShort ? "Drifted" : "InPlace";
}

function standingOf(baseline: Posture): string | null {
  const look = lookOf(baseline);
  if (look !== "Fresh") return LOOK_TEXTS[look];
  const ready = conditionOf(baseline, READY);
  return ready === undefined || ready.status === "True" ? null : `${ready.reason}: ${ready.message}`;
}

/** Counts namespaces by what their baselines do. What takes a list that is not known is null. */
export function coverageOfAll(rows: readonly NamespaceRow[] | null, { namespaces, baselines }: NamespaceLists): Coverage {
  const own = (rows ?? []).filter(({ isSystem }) => !isSystem);
  const stated = (state: CoverageState): number | null =>
    baselines === undefined ? null : count(own, ({ coverage }) => coverage === state);
  return {
    total: namespaces === undefined ? null : own.length,
    enforced: stated("Enforced"),
    reporting: stated("Reporting"),
    notInEffect: stated("NotInEffect"),
    off: stated("Off"),
    without: namespaces === undefined ? null : stated("Without"),
    system: namespaces === undefined ? null : (rows ?? []).length - own.length,
  };
}

/** How each section fares over all namespaces, by name; those that no namespace uses as well. Null where baselines are not known. */
export function sectionRows(rows: readonly NamespaceRow[] | null, { namespaces, baselines }: NamespaceLists): readonly SectionRow[] | null {
  if (rows === null || baselines === undefined) return null;
  const names = sortedSet([...controls.map(({ name }) => name), ...rows.flatMap(({ sections }) => sections.map(({ name }) => name))]);
  const own = rows.filter(({ isSystem }) => !isSystem);
  return names.map((name) => {
    const uses = rows.flatMap(({ sections }) => sections.filter((section) => section.name === name));
    const users = own.filter(({ sections }) => sections.some((section) => section.name === name));
    return {
      name,
      inPlace: count(uses, ({ state }) => state === "InPlace"),
      drifted: count(uses, ({ state }) => state === "Drifted"),
      notReady: count(uses, ({ state }) => state === "NotReady"),
      reporting: count(uses, ({ mode }) => mode === "Report"),
      unused: namespaces === undefined ? null : own.length - users.length,
      standards: controls.find((control) => control.name === name)?.standards ?? [],
    };
  });
}

/** Ranks of states for whoever looks for what is amiss: the worst first. */
export const COVERAGE_RANKS: readonly (CoverageState | null)[] = ["Without", "NotInEffect", "Off", "Reporting", "Enforced", null];

/** Namespaces of users before those of the system, those that are covered least first. */
export function leastCoveredFirst(rows: readonly NamespaceRow[]): readonly NamespaceRow[] {
  return rows.toSorted(
    byKeys(({ isSystem, coverage, compliant, name }) => [
      Number(isSystem),
      COVERAGE_RANKS.indexOf(coverage),
      Number(compliant === "True"),
      name,
    ]),
  );
}
