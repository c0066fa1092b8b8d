/** Tells the loop when what every namespace depends on has become another: which kinds can be relied on, and the facts of the cluster. */
import { distinctUntilChanged, map, merge, type Observable, of, type SchedulerLike, skip, switchMap, timer } from "rxjs";
import type { SectionProblem } from "../api/reasons.ts";
import type { BreakGlassInstallation } from "../facts/break-glass.ts";
import { externalSecretsAccount } from "../facts/external-secrets.ts";
import type { Facts } from "../facts/index.ts";
import { kubeAPI } from "../facts/kube-api.ts";
import type { Caches } from "./caches.ts";
import { FactKeeper } from "./fact-keeper.ts";
import { feedProblem, kindStates, untilLasting } from "./feed-states.ts";

export interface ClusterViewParts {
  readonly caches: Caches;
  /** How the installation of emergency access stands; undefined while that is not known. */
  readonly breakGlass: () => BreakGlassInstallation | undefined;
  /** What is wrong with the policies that judge workloads; undefined if nothing is. */
  readonly admissionProblem: () => SectionProblem | undefined;
  /** What cannot be told about who enforces section `admission`; undefined if everything can. */
  readonly admissionCaveat?: string | undefined;
  /** Milliseconds of the kernel's monotonic clock. */
  readonly now: () => number;
  /** Timers; default those of the process. */
  readonly scheduler?: SchedulerLike;
}

export class ClusterView {
  readonly #parts: ClusterViewParts;
  readonly #kubeAPI;
  readonly #account;

  constructor(parts: ClusterViewParts) {
    this.#parts = parts;
    this.#kubeAPI = new FactKeeper(kubeAPI, parts.caches.kubeAPI);
    this.#account = new FactKeeper(externalSecretsAccount, parts.caches.externalSecretsAccount);
  }

  /** The facts of the cluster as they are known now. */
  facts(): Facts {
    const now = this.#parts.now();
    const installation = this.#parts.breakGlass();
    const breakGlass = installation === undefined ? { value: undefined, problem: NOT_KNOWN } : { value: installation };
    const { caches, admissionProblem, admissionCaveat: caveat } = this.#parts;
    const admission = admissionProblem();
    const account = feedProblem(caches.externalSecretsAccount, now);
    return {
      kubeAPI: this.#kubeAPI.at(now, feedProblem(caches.kubeAPI, now)),
      breakGlass,
      admissionPolicies: admission === undefined ? { value: true, ...(caveat && { caveat }) } : { value: undefined, problem: admission },
      // A list that was never complete does not tell that something is missing.
      externalSecretsAccount: caches.externalSecretsAccount.synced
        ? this.#account.at(now, account)
        : { value: undefined, ...(account && { problem: account }) },
    };
  }

  /**
   * Emits when a look may find something else than before. Signals come when a feed was listed, goes, fails or recovers, and cost one comparison; what changes by time
   * alone (a failure that has lasted, a fact whose last value holds no longer) has a timer.
   */
  changes(signals: Observable<void>): Observable<void> {
    const { scheduler } = this.#parts;
    return signals.pipe(
      switchMap(() => merge(of(undefined), ...this.#dues().map((ms) => timer(ms, scheduler)))),
      map(() => this.#digest()),
      distinctUntilChanged(),
      skip(1),
      map(() => undefined),
    );
  }

  #dues(): readonly number[] {
    const now = this.#parts.now();
    // The fact has a time of its own only once it was asked for.
    this.facts();
    const failures = this.#parts.caches.followed.map(({ feed }) => untilLasting(feed.failure, now));
    // A timer may fire a moment early.
    return [...failures, this.#kubeAPI.due(now)].filter((ms) => ms !== undefined).map((ms) => ms + 1);
  }

  /** Equal as long as every look would see the same surroundings. */
  #digest(): string {
    const { caches, now } = this.#parts;
    const kinds = [...kindStates(caches, now()).values()];
    const observed = [...caches.observed.values()].map((feed) => [feed.synced, feed.served, feedProblem(feed, now())]);
    const judged = [...caches.judged.values()].map((feed) => [feed.synced, feed.served]);
    return JSON.stringify([kinds, observed, judged, this.facts(), caches.baselines.synced, caches.clusterBaselines.synced]);
  }
}

const NOT_KNOWN = { reason: "Progressing", message: "it is not known yet how the installation of emergency access stands" } as const;
