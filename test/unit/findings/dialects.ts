/** What the tests of dialects of network policies share: a case by its meaning, and short words for openings. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { JudgedKind } from "../../../operator/kinds/kind.ts";

/** A policy and what is said of it: `Ingress Anyone`, with `some pods`, `some ports`; or `? Ingress field` for what cannot be judged. */
export interface DialectCase {
  readonly reason: string;
  readonly object: JsonObject;
  readonly told: readonly string[];
}

/** Holds what is said of each policy against what its author means. */
export function tellsOf(kind: JudgedKind, cases: readonly DialectCase[]): void {
  for (const { reason, object, told } of cases) it(reason, () => expect(toldOf(kind, object)).to.deep.equal(told));
}

/** What is said of a policy. */
export function toldOf(kind: JudgedKind, object: JsonObject): readonly string[] {
  const { openings, unjudged = [] } = (kind.traits?.(object) ?? {}) as unknown as {
    readonly openings: readonly Record<string, unknown>[];
    readonly unjudged?: readonly Record<string, unknown>[];
  };
  return [
    ...openings.map(
      ({ direction, peers, allPods, allPorts }) =>
        `${direction} ${peers}${allPods === true ? "" : ", some pods"}${allPorts === true ? "" : ", some ports"}`,
    ),
    ...unjudged.map(({ direction, field }) => `? ${direction} ${field}`),
  ];
}
