/** Puts writes in order: restrictions before grants on the way in, grants before restrictions on the way out. */
import type { SectionName } from "../controls/control.ts";
import { byText } from "../controls/order.ts";
import { FIRST_GRANT_RANK, type OwnedKind } from "../kinds/kind.ts";
import type { Action } from "./types.ts";

/** Kind and name of something that is planned. */
export interface Named {
  readonly kind: OwnedKind;
  readonly name: string;
}

/**
 * Groups actions into batches: first the deletion of grants, then everything that is applied, then all other removals.
 * Applies go up the ranks and removals down, one batch per rank; inside a batch by kind and name. The mark of the namespace comes before
 * everything and goes after everything.
 */
export function inBatches(actions: readonly Action[]): readonly (readonly Action[])[] {
  const batches = Map.groupBy(actions, (action) => place(action).join(" "));
  return [...batches.values()]
    .toSorted((a, b) => comparePlaces(a[0], b[0]))
    .map((batch) => batch.toSorted((a, b) => byKindAndName(targetOf(a), targetOf(b))));
}

/** Compares by kind, then by name, and parts of one object by aspect. */
export function byKindAndName(a: Named, b: Named): number {
  return byText(a.kind.kind, b.kind.kind) || byText(a.name, b.name) || byText(a.kind.aspect?.name ?? "", b.kind.aspect?.name ?? "");
}

/** The object that an action writes. */
export function targetOf(action: Action): Named {
  return action.verb === "apply" ? action.desired : action.live;
}

/** The section that a write is for; undefined for the mark of the namespace, without which no section can write. */
export function controlOf(action: Action): SectionName | undefined {
  return "desired" in action ? action.desired.control : action.control;
}

const FIRST = -1;
const LAST = 3;

type Place = readonly [phase: number, rank: number];

function place(action: Action): Place {
  if (action.verb === "mark") return [action.enforced ? FIRST : LAST, 0];
  const { kind, name } = targetOf(action);
  const rank = kind.rank(name);
  if (action.verb === "apply" || action.verb === "replace") return [1, rank];
  return [rank >= FIRST_GRANT_RANK ? 0 : 2, -rank];
}

function comparePlaces(a: Action | undefined, b: Action | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const [phaseA, rankA] = place(a);
  const [phaseB, rankB] = place(b);
  return phaseA - phaseB || rankA - rankB;
}
