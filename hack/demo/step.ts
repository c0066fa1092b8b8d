/** Says what a step of the story consists of: what is run, and what must be seen for the story to be true. */

/** One sentence of the story and the commands that show it. */
export interface Step {
  readonly title: string;
  readonly acts: readonly Act[];
}

export type Act = Run | Tamper;

/** A command line that is run by a shell and printed with its output. */
export interface Run {
  readonly run: string;
  /** Expected exit code; default 0. */
  readonly code?: number;
  /** Each must match the output. */
  readonly shows?: readonly RegExp[];
  /** None may match the output. */
  readonly lacks?: readonly RegExp[];
  /** Repeat until the expectations hold; only the last output is printed. */
  readonly until?: true;
}

/** A change by hand that the operator must undo. */
export interface Tamper {
  /** The command line of the change. */
  readonly tamper: string;
  /** The object as `kubectl get` names it. */
  readonly object: string;
  /** JSONPath, inside the object, of what is changed. */
  readonly field: string;
}

/** What is wrong with an output; empty if it is as expected. */
export function faultsOf({ code = 0, shows = [], lacks = [] }: Omit<Run, "run" | "until">, seen: Output): string[] {
  return [
    ...(seen.code === code ? [] : [`exit code ${seen.code} instead of ${code}`]),
    ...shows.filter((pattern) => !pattern.test(seen.text)).map((pattern) => `the output lacks ${pattern}`),
    ...lacks.filter((pattern) => pattern.test(seen.text)).map((pattern) => `the output must not show ${pattern}`),
  ];
}

/** How many expectations a command has: its exit code and each pattern. */
export function checksOf({ shows = [], lacks = [] }: Run): number {
  return 1 + shows.length + lacks.length;
}

/** What a command left behind: both streams in the order of arrival. */
export interface Output {
  readonly code: number;
  readonly text: string;
}
