/** Says what prints the answer of `status`: one baseline after the other, so that none is kept. */
import type { Posture } from "../../api/postures.ts";

/** A form of the answer. */
export interface Printer {
  begin(): void;
  baseline(baseline: Posture): void;
  /** What is not known, one sentence. */
  note(sentence: string): void;
  end(total: Total): void;
}

/** What was told in the end. */
export interface Total {
  readonly baselines: number;
  readonly compliant: number;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
}

/** Whether all is well: where there is no baseline, nobody can say so. */
export function isWell({ baselines, compliant }: Total): boolean {
  return baselines > 0 && compliant === baselines;
}
