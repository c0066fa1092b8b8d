/** Tries whether the API server enforces admission policies at all, by a change of ours that one of them refuses, for sections that rest on them. */
import { OPERATOR_NAMESPACE } from "../api/installation.ts";
import { GROUP } from "../api/names.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { type BackoffRange, backoffDelay } from "../cluster/backoff.ts";
import { ApiError } from "../cluster/errors.ts";
import type { Writer } from "../cluster/types.ts";
import { isConfinement } from "./refusal.ts";

export interface SelfTestParts {
  /** Of a field manager that writes nothing. */
  readonly writer: Pick<Writer, "rehearse">;
  /** Called when `problem` became another. */
  readonly onChange: () => void;
  /** Milliseconds of a monotonic clock. */
  readonly monotonic: () => number;
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
  #problem: SectionProblem | undefined = UNTRIED;
  #failures = 0;
  #notBefore = 0;
  #running: boolean;
  /** Counts how often what was known was forgotten: an answer to an earlier trial tells nothing. */
  #age = 0;

  constructor(parts: SelfTestParts) {
    this.#parts = parts;
    this.#running = false;
  }

  /** Why a section that rests on policies is not in place; undefined once the API server has refused. */
  problem(): SectionProblem | undefined {
    return this.#problem;
  }

  /** Begins a trial where one is due. Answers the milliseconds until the next one may be; undefined if none is needed. */
  begin(): number | undefined {
    if (this.#problem === undefined) return undefined;
    const wait = this.#notBefore - this.#parts.monotonic();
    if (wait > 0) return wait;
    if (!this.#running) void this.#try();
    return PAUSES.shortest;
  }

  /** Something happened to the policies, or to the API server: what is known may not hold any more. */
  forget(): void {
    this.#age += 1;
    this.#problem = UNTRIED;
    this.#failures = 0;
    this.#notBefore = 0;
  }

  async #try(): Promise<void> {
    const age = this.#age;
    this.#running = true;
    const problem = await this.#answer();
    this.#running = false;
    if (age !== this.#age) return;
    if (problem !== undefined) {
      this.#notBefore = this.#parts.monotonic() + backoffDelay(PAUSES, this.#failures, this.#parts.random());
      this.#failures += 1;
    }
    const before = this.#problem;
    this.#problem = problem;
    if (before !== problem) this.#parts.onChange();
  }

  async #answer(): Promise<SectionProblem | undefined> {
    try {
      await this.#parts.writer.rehearse(TARGET, TRIAL);
      return NOT_ENFORCED;
    } catch (error) {
      return error instanceof ApiError && isConfinement(error) ? undefined : UNTRIED;
    }
  }
}
