/** The step of a look at a section `images` that refuses only what no running pod needs: which of its policies still audit, and why. */
import type { ImagesSection } from "../api/baseline-images.ts";
import type { JsonObject } from "../api/json.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { images } from "../controls/images/images.ts";
import { stepsCarefully, type Waiting, whyHeld, withAudit } from "../controls/images/step.ts";
import { imageValidatingPolicy } from "../kinds/image-validating-policy.ts";
import { isOurs } from "../plan/ownership.ts";
import type { Section } from "../plan/snapshot.ts";
import type { Desired, Live } from "../plan/types.ts";
import type { BaselineEntry } from "./caches.ts";
import { fitSentence } from "./fit.ts";
import type { ImageReports } from "./image-reports.ts";

export interface ImagesStepParts {
  readonly reports: Pick<ImageReports, "follow" | "leave" | "leaveAll" | "known">;
}

/** Policies of a baseline that were seen to refuse. */
interface Seen {
  /** Of the baseline. */
  readonly uid: string;
  readonly refusing: Set<string>;
}

export class ImagesStep {
  readonly #parts: ImagesStepParts;
  readonly #seen = new Map<string, Seen>();

  constructor(parts: ImagesStepParts) {
    this.#parts = parts;
  }

  /** The sections, with those policies auditing that may not refuse yet. One that was seen to refuse goes on to, whatever somebody made of it. */
  begin(entry: BaselineEntry, sections: readonly Section[], live: readonly Live[]): readonly Section[] {
    const section = sections.find(({ control }) => control.name === images.name);
    if (section === undefined || !isCareful(section)) {
      this.leave(entry.home);
      return sections;
    }
    const policies = new Map(
      live.filter((one) => one.kind === imageValidatingPolicy && isOurs(one)).map((one) => [one.name, factsOf(one)]),
    );
    const { refusing } = this.#of(entry);
    for (const [name, { denies }] of policies) if (denies === true) refusing.add(name);
    const waiting = section.present.map(({ name }) => name).filter((name) => !refusing.has(name));
    if (waiting.length === 0) {
      this.#parts.reports.leave(entry.home);
      return sections;
    }
    this.#parts.reports.follow(entry.home);
    const held = this.#held(
      entry.home,
      waiting.map((name): Waiting => ({ name, since: sinceOf(policies.get(name)) })),
    );
    return held.size === 0 ? sections : sections.map((one) => (one === section ? withHeld(one, held) : one));
  }

  /** Nothing is asked for, or nothing may be done. */
  leave(namespace: string): void {
    this.#parts.reports.leave(namespace);
    this.#seen.delete(namespace);
  }

  /** Others may lead meanwhile. */
  clear(): void {
    this.#parts.reports.leaveAll();
    this.#seen.clear();
  }

  /** Why policies go on auditing, by name. */
  #held(namespace: string, waiting: readonly Waiting[]): ReadonlyMap<string, string> {
    const evidence = this.#parts.reports.known(namespace);
    return new Map(
      waiting.flatMap((policy) => {
        const why = whyHeld(policy, evidence);
        return why === undefined ? [] : [[policy.name, why] as const];
      }),
    );
  }

  #of({ home, uid }: BaselineEntry): Seen {
    const before = this.#seen.get(home);
    if (before?.uid === uid) return before;
    const seen: Seen = { uid, refusing: new Set() };
    this.#seen.set(home, seen);
    return seen;
  }
}

function isCareful({ mode, refused, blocked, value }: Section): boolean {
  return mode === "Enforce" && refused === undefined && blocked === undefined && stepsCarefully(value as ImagesSection);
}

function factsOf({ facts = "{}" }: Live): JsonObject {
  return JSON.parse(facts) as JsonObject;
}

function sinceOf(facts: JsonObject | undefined): number | undefined {
  const since = facts?.["since"];
  return typeof since === "number" ? since : undefined;
}

function withHeld(section: Section, held: ReadonlyMap<string, string>): Section {
  const keep = (desired: Desired): Desired => (held.has(desired.name) ? withAudit(desired) : desired);
  const message = fitSentence(`${[...held.values()].join("; ")}: sign what runs, or set onViolation to Enforce`);
  const problem: SectionProblem = { reason: "Held", message };
  return { ...section, desired: section.desired.map(keep), present: section.present.map(keep), problems: [...section.problems, problem] };
}
