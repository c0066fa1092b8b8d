/** Proves what follows when kinds cannot be followed: for sections, for readiness, for the start of the loop, and when looks are due. */
import { expect } from "chai";
import { Subject, VirtualTimeScheduler } from "rxjs";
import type { Feed, FeedFailure, Stored } from "../../../operator/cluster/types.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import type { Caches, FollowedFeed } from "../../../operator/reconcile/caches.ts";
import { ClusterView } from "../../../operator/reconcile/cluster-view.ts";
import { kindStates } from "../../../operator/reconcile/feed-states.ts";
import { isFilling, notReady } from "../../../operator/reconcile/readiness.ts";

interface Fake {
  synced?: boolean;
  served?: boolean;
  failure?: FeedFailure;
}

const feed = ({ synced = true, served = true, failure }: Fake = {}): Feed<Stored> =>
  ({ synced, served, failure, problem: failure?.message, store: { list: () => new Map() } }) as unknown as Feed<Stored>;
const failed = (since: number, status = 503): FeedFailure => ({ since, status, message: "following networkpolicies failed" });
const stateOf = (fake: Fake, now: number): unknown =>
  kindStates({ owned: new Map([[networkPolicy, feed(fake)]]), groups: feed() } as never, now).get(networkPolicy);

describe("a kind that cannot be followed", () => {
  const cases: readonly { readonly reason: string; readonly fake: Fake; readonly now: number; readonly want: object }[] = [
    {
      reason: "is taken as it was last seen for two minutes",
      fake: { failure: failed(0) },
      now: 119_999,
      want: { known: true, problem: undefined },
    },
    {
      reason: "blocks its sections after two minutes, and says why",
      fake: { failure: failed(0) },
      now: 120_000,
      want: { known: false, problem: { reason: "BackendUnavailable", message: "following networkpolicies failed" } },
    },
    {
      reason: "says that a right is missing",
      fake: { failure: failed(0, 403) },
      now: 120_000,
      want: { known: false, problem: { reason: "Forbidden", message: "following networkpolicies failed" } },
    },
    {
      reason: "that was never listed says at once why",
      fake: { synced: false, failure: failed(0, 403) },
      now: 1,
      want: { known: false, problem: { reason: "Forbidden", message: "following networkpolicies failed" } },
    },
    { reason: "that is merely not listed yet says nothing", fake: { synced: false }, now: 1, want: { known: false, problem: undefined } },
  ];
  for (const { reason, fake, now, want } of cases) it(reason, () => expect(stateOf(fake, now)).to.deep.include(want));

  it("of another project is not known while nobody knows what is served, and not told to be absent", () => {
    const states = kindStates(
      { owned: new Map([[sealedSecret, feed({ synced: false, served: false })]]), groups: feed({ synced: false }) } as never,
      0,
    );
    expect(states.get(sealedSecret)).to.deep.equal({ known: false, served: true, problem: undefined });
  });
});

const followed = (fake: Fake, needed = true): FollowedFeed => ({ resource: "roles", feed: feed(fake), needed });

describe("readiness", () => {
  const cases: readonly { readonly reason: string; readonly one: FollowedFeed; readonly now: number; readonly ready: boolean }[] = [
    { reason: "needs what every installation needs", one: followed({ synced: false }), now: 0, ready: false },
    { reason: "bears a short failure", one: followed({ failure: failed(0) }), now: 60_000, ready: true },
    { reason: "bears no lasting one", one: followed({ failure: failed(0) }), now: 120_000, ready: false },
    { reason: "waits for the list of a kind that may be absent", one: followed({ synced: false }, false), now: 0, ready: false },
    {
      reason: "never waits for one that cannot be listed",
      one: followed({ synced: false, failure: failed(0) }, false),
      now: 1,
      ready: true,
    },
    { reason: "never waits for one that is not served", one: followed({ synced: false, served: false }, false), now: 1, ready: true },
    {
      reason: "does not end with the failure of another project's kind",
      one: followed({ failure: failed(0) }, false),
      now: 999_000,
      ready: true,
    },
  ];
  for (const { reason, one, now, ready } of cases) it(reason, () => expect(notReady([one], now) === undefined).to.equal(ready));
});

describe("the start of the loop", () => {
  const cases: readonly { readonly reason: string; readonly one: FollowedFeed; readonly now: number; readonly waits: boolean }[] = [
    { reason: "waits for a list that takes its time, however long", one: followed({ synced: false }), now: 3_600_000, waits: true },
    {
      reason: "waits ten seconds for one that has a problem",
      one: followed({ synced: false, failure: failed(0) }),
      now: 9_999,
      waits: true,
    },
    { reason: "goes on without it then", one: followed({ synced: false, failure: failed(0) }), now: 10_000, waits: false },
    { reason: "waits for nothing that is not served", one: followed({ synced: false, served: false }, false), now: 0, waits: false },
  ];
  for (const { reason, one, now, waits } of cases) it(reason, () => expect(isFilling([one], now)).to.equal(waits));
});

describe("looks because of the surroundings", () => {
  const watched: Fake = {};
  const view = (scheduler: VirtualTimeScheduler, states: Fake[]): { signals: Subject<void>; looks: number[] } => {
    const policies = (): Feed<Stored> => feed(states[0]);
    const caches = {
      get owned() {
        return new Map([[networkPolicy, policies()]]);
      },
      observed: new Map(),
      judged: new Map(),
      groups: feed(),
      baselines: feed(),
      clusterBaselines: feed(),
      kubeAPI: feed(watched),
      externalSecretsAccount: feed(),
      get followed() {
        return [{ resource: "networkpolicies", feed: policies(), needed: true }];
      },
    } as unknown as Caches;
    const clusterView = new ClusterView({
      caches,
      breakGlass: () => undefined,
      admissionProblem: () => undefined,
      now: () => scheduler.now(),
      scheduler,
    });
    const signals = new Subject<void>();
    const looks: number[] = [];
    clusterView.changes(signals).subscribe(() => looks.push(scheduler.now()));
    return { signals, looks };
  };

  it("cost nothing for a watch that breaks and is back at once", () => {
    const scheduler = new VirtualTimeScheduler(undefined, 60_000);
    const states: Fake[] = [{}];
    const { signals, looks } = view(scheduler, states);
    signals.next();
    states[0] = { failure: failed(0) };
    signals.next();
    states[0] = {};
    signals.next();
    scheduler.flush();
    expect(looks).to.deep.equal([]);
  });

  it("come when a failure has lasted two minutes, without another signal, and when it is over", () => {
    const scheduler = new VirtualTimeScheduler(undefined, 200_000);
    const states: Fake[] = [{}];
    const { signals, looks } = view(scheduler, states);
    signals.next();
    states[0] = { failure: failed(0) };
    signals.next();
    scheduler.flush();
    expect(looks.filter((at) => at >= 120_000 && at < 121_000)).to.have.length(1);
    states[0] = {};
    signals.next();
    expect(looks.at(-1)).to.equal(scheduler.now());
  });
});
