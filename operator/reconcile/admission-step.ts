/** The step of a look at a section `admission`: whether the API server enforces policies, and where it only reports, which workloads could not be made again. */
import type { AdmissionSection } from "../api/baseline-admission.ts";
import type { JudgedWorkloads } from "../api/baseline-status.ts";
import { admission } from "../controls/admission/admission.ts";
import type { Section } from "../plan/snapshot.ts";
import { workloadProblem } from "../policies/admission/workloads.ts";
import type { SelfTest } from "../policywatch/self-test.ts";
import type { BaselineEntry } from "./caches.ts";
import { fitName, fitSentence } from "./fit.ts";
import type { WorkloadCount, WorkloadRules, WorkloadWatches } from "./workload-watches.ts";

/** Bound of the schema. */
const MAX_ENTRIES = 20;
/** Milliseconds: exemptions end once a second at most, and a timer holds less than 25 days. */
const WAITS = { least: 1000, most: 24 * 60 * 60 * 1000 };

export interface AdmissionStepParts {
  readonly watches: Pick<WorkloadWatches, "follow" | "leave" | "leaveAll" | "count">;
  readonly selfTest: Pick<SelfTest, "begin">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a look tells. */
export interface Counted {
  /** By control. */
  readonly workloads: ReadonlyMap<string, JudgedWorkloads>;
  /** Milliseconds until an exemption ends; undefined if none will. */
  readonly wait: number | undefined;
}

const NOTHING: Counted = { workloads: new Map(), wait: undefined };

export class AdmissionStep {
  readonly #parts: AdmissionStepParts;

  constructor(parts: AdmissionStepParts) {
    this.#parts = parts;
  }

  /** Begins to count, goes on, or ends, as the sections ask for it; answers what is known now. */
  look({ home, baseline }: BaselineEntry, sections: readonly Section[]): Counted {
    const section = sections.find(({ control }) => control.name === admission.name);
    const isUsed = section !== undefined && section.refused === undefined;
    if (isUsed) this.#parts.selfTest.begin();
    if (!isUsed || section.mode !== "Report") {
      this.leave(home);
      return NOTHING;
    }
    const { watches, now } = this.#parts;
    const value = section.value as AdmissionSection;
    const ends = (value.exemptions ?? []).map(({ expires }) => Date.parse(expires));
    const time = now();
    const at = new Date(time).toISOString();
    const judge: WorkloadRules["judge"] = (type, object) => workloadProblem(type, object, at, value);
    watches.follow(home, { version: JSON.stringify([value, ends.map((end) => end > time)]), judge });
    const told = toldOf(watches.count(home)) ?? baseline.status?.controls?.find(({ name }) => name === admission.name)?.workloads;
    const waits = ends.filter((end) => end > time).map((end) => Math.min(Math.max(end - time, WAITS.least), WAITS.most));
    return {
      workloads: told === undefined ? new Map() : new Map([[admission.name, told]]),
      wait: waits.length === 0 ? undefined : Math.min(...waits),
    };
  }

  /** Nothing is asked for in the namespace, or nothing may be done. */
  leave(namespace: string): void {
    this.#parts.watches.leave(namespace);
  }

  /** Others may lead meanwhile. */
  clear(): void {
    this.#parts.watches.leaveAll();
  }
}

/** For the status; undefined while the lists come in. */
function toldOf(count: WorkloadCount): JudgedWorkloads | undefined {
  if ("unknown" in count) return count.unknown === undefined ? undefined : { unknown: fitSentence(count.unknown) };
  const { judged, refused } = count;
  const entries = refused.slice(0, MAX_ENTRIES);
  return {
    judged,
    refused: refused.length,
    ...(entries.length > 0 && {
      entries: entries.map(({ kind, name, message }) => ({ kind, name: fitName(name), message: fitSentence(message) })),
    }),
  };
}
