/** Tries whether the API server enforces admission policies at all, by a change of ours that one of them refuses, for sections that rest on them. */
import { OPERATOR_NAMESPACE } from "../api/installation.ts";
import { GROUP } from "../api/names.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { type BackoffRange, backoffDelay } from "../cluster/backoff.ts";
import { type Clock, sleep } from "../cluster/clock.ts";
import { ApiError } from "../cluster/errors.ts";
import type { Writer } from "../cluster/types.ts";
import { isConfinement } from "./refusal.ts";

export interface SelfTestParts {
  /** Of a field manager that writes nothing. */
  readonly writer: Pick<Writer, "rehearse">;
  /** Called when `problem` became another. */
  readonly onChange: () => void;
  readonly clock: Clock;
  /** Answers 0 <= r < 1. */
  readonly random: () => number;
}

/** Field manager of the trial. */
export const SELF_TEST_FIELD_MANAGER = "securitybaseline-self-test";

/** Pauses in milliseconds after trials that had no answer, or another one than is hoped for. */
const PAUSES: BackoffRange = { shortest: 2000, longest: 300_000 };

const NAMESPACES = { apiVersion: "v1", resource: "namespaces", namespaced: false } as const;
const TARGET = { type: NAMESPACES, name: OPERATOR_NAMESPACE };

/** A label that the policy on Namespaces lets the operator set nowhere. In a dry run, so that nothing is stored where nobody refuses it. */
const TRIAL = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: OPERATOR_NAMESPACE, labels: { [`${GROUP}/self-test`]: "refused" } },
};

const UNTRIED: SectionProblem = {
  reason: "Progressing",
  message: "it is being tried whether the API server enforces its admission policies",
};
const NOT_ENFORCED: SectionProblem = {
  reason: "BackendUnavailable",
  message:
    "the API server let pass what an admission policy refuses: see that the admission plugin ValidatingAdmissionPolicy is not disabled",
};

/** One API server answers a trial; where there are several, the others are not known to do as it does. */
export class SelfTest {
  readonly #parts: SelfTestParts;
  #problem: SectionProblem | undefined;
  #isWanted: boolean;
  /** Counts what calls for a trial: an answer to an earlier one settles nothing. */
  #called = 1;
  #settled = 0;
  #wake: () => void = () => undefined;

  constructor(parts: SelfTestParts) {
    this.#parts = parts;
    this.#problem = UNTRIED;
    this.#isWanted = false;
  }

  /** Why a section that rests on policies is not in place; undefined once the API server has refused. */
  problem(): SectionProblem | undefined {
    return this.#problem;
  }

  /** Somebody relies on it: from now on it is tried. */
  begin(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#wake();
  }

  /** Something happened to the policies, or to the API server. What is known holds until there is another answer. */
  again(): void {
    this.#called += 1;
    this.#wake();
  }

  /** Tries whenever that is called for, until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      await this.#untilDue(signal);
      if (signal.aborted) return;
      const called = this.#called;
      const answer = await this.#answer();
      if (answer !== undefined) this.#tell(answer.problem);
      if (answer !== undefined && answer.problem === undefined) {
        this.#settled = called;
        failures = 0;
        continue;
      }
      await sleep(this.#parts.clock, backoffDelay(PAUSES, failures, this.#parts.random()), signal);
      failures += 1;
    }
  }

  #isDue(): boolean {
    return this.#isWanted && this.#settled < this.#called;
  }

  #untilDue(signal: AbortSignal): Promise<void> {
    if (this.#isDue() || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = () => {
        if (this.#isDue()) resolve();
      };
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #tell(problem: SectionProblem | undefined): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#parts.onChange();
  }

  /** Undefined where nothing is told by what came of it. */
  async #answer(): Promise<{ readonly problem: SectionProblem | undefined } | undefined> {
    try {
      await this.#parts.writer.rehearse(TARGET, TRIAL);
      return { problem: NOT_ENFORCED };
    } catch (error) {
      return error instanceof ApiError && isConfinement(error) ? { problem: undefined } : undefined;
    }
  }
}
