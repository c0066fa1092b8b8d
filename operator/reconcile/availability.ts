/** Owns which kinds can be looked at now, and how it is told of a section that asks for one that cannot. */
import type { SectionProblem } from "../api/reasons.ts";
import type { Feed, Stored } from "../cluster/types.ts";
import type { Control, Desired, FactName } from "../controls/control.ts";
import { byText } from "../controls/order.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import type { Caches } from "./caches.ts";

/** Whether each fact that sections wait for is known. */
export type Facts = Readonly<Record<FactName, Pick<Feed<Stored>, "synced" | "problem">>>;

/** Why nothing of a section can be processed now: a kind that every cluster has, or a fact, is not known completely. Undefined if it can. */
export function blockOf(caches: Caches, facts: Facts, control: Control): SectionProblem | undefined {
  const kinds = control.owns.filter(({ optional }) => optional !== true);
  const sources = [...kinds.map((kind) => caches.owned.get(kind)), ...(control.reads ?? []).map((fact) => facts[fact])];
  if (sources.every((source) => source?.synced === true)) return undefined;
  const missing = sources.find((source) => source?.synced !== true);
  return { reason: "BackendUnavailable", message: missing?.problem ?? "the objects of this section are not listed yet" };
}

/** Whether objects of this kind can be compared now. */
export function isAvailable(caches: Caches, kind: OwnedKind): boolean {
  return caches.owned.get(kind)?.synced === true;
}

/** What to tell of the kinds that a section asks for and that cannot be looked at; undefined if there are none. */
export function lackOf(caches: Caches, control: Control, desired: readonly Desired[]): SectionProblem | undefined {
  const kinds = [...new Set(desired.map(({ kind }) => kind))].filter((kind) => !isAvailable(caches, kind));
  if (kinds.length === 0) return undefined;
  const sentences = kinds.toSorted((a, b) => byText(a.kind, b.kind)).map((kind) => explain(kind, control, caches));
  return { reason: "BackendUnavailable", message: sentences.join("; ") };
}

function explain(kind: OwnedKind, control: Control, { owned, groups }: Caches): string {
  const name = `${kind.kind} (${kind.apiVersion})`;
  const feed = owned.get(kind);
  if (groups.synced && feed?.served !== true) {
    return `${name} is not served by this cluster: install its operator, or remove it from spec.${control.name}`;
  }
  const cause = groups.synced ? feed?.problem : groups.problem;
  return `${name} cannot be looked at: ${cause ?? "it is not listed yet"}`;
}
