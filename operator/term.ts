/** Lets the loops work: only while this instance leads, and not before the caches can be trusted. */
import type { Broker } from "./broker/broker.ts";
import { type Clock, sleep } from "./cluster/clock.ts";
import type { Election } from "./cluster/lease.ts";
import type { Log } from "./observe/log.ts";
import type { PolicyReportPublisher } from "./policyreports/publisher.ts";
import type { Caches } from "./reconcile/caches.ts";
import type { Loop } from "./reconcile/loop.ts";
import { isFilling } from "./reconcile/readiness.ts";

export interface TermParts {
  readonly caches: Caches;
  readonly loop: Loop;
  /** Waits by itself for what it needs: a cluster without the kinds of emergency access is kept all the same. */
  readonly broker: Pick<Broker, "run" | "standing">;
  /** Waits by itself, too; absent: no policy reports are wanted. */
  readonly reports: Pick<PolicyReportPublisher, "run"> | undefined;
  readonly log: Log;
  readonly clock: Clock;
  /** Absent: this instance always leads. */
  readonly election: Election | undefined;
}

/** How often the caches are asked whether they are complete, in milliseconds. */
const LOOK_AGAIN = 20;
/** Milliseconds for which the loop waits, once all lists are complete, for how the installation of emergency access stands. */
const PATIENCE = 10_000;

/** Runs the loops during each term of leadership until the signal is aborted; then hands the lease over. */
export async function lead(parts: TermParts, signal: AbortSignal): Promise<void> {
  const { election, log } = parts;
  if (election === undefined) return work(parts, signal);
  let term: { readonly end: AbortController; readonly done: Promise<void> } | undefined;
  election.onChange((leader) => {
    log.info(leader ? "this instance leads" : "this instance no longer leads");
    term?.end.abort();
    const before = term?.done ?? Promise.resolve();
    const end = new AbortController();
    const done = leader ? before.then(() => work(parts, AbortSignal.any([signal, end.signal]))) : before;
    term = { end, done };
  });
  const campaign = new AbortController();
  const campaigning = election.run(campaign.signal);
  await aborted(signal);
  await term?.done;
  await election.release();
  campaign.abort();
  await campaigning;
}

async function work(parts: TermParts, signal: AbortSignal): Promise<void> {
  await Promise.all([keepBaselines(parts, signal), parts.broker.run(signal), parts.reports?.run(signal)]);
}

async function keepBaselines({ caches, broker, loop, clock }: TermParts, signal: AbortSignal): Promise<void> {
  await until(() => caches.baselines.synced && !isFilling(caches.followed, clock.now()), clock, signal);
  const deadline = clock.now() + PATIENCE;
  await until(() => broker.standing() !== undefined || clock.now() >= deadline, clock, signal);
  if (!signal.aborted) await loop.run(signal);
}

async function until(condition: () => boolean, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !condition()) await sleep(clock, LOOK_AGAIN, signal);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
