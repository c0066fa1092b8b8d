/** Proves how health is gathered from a control and told: which entries, which problem, and when to look again. */
import { expect } from "chai";
import type { SecretsSection } from "../../../operator/api/baseline-secrets.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { type ApiGroup, projectApiService } from "../../../operator/cluster/api-groups.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import type { Feed, Stored } from "../../../operator/cluster/types.ts";
import type { Control, EntryHealth, HealthView } from "../../../operator/controls/control.ts";
import { clusterSecretStore } from "../../../operator/kinds/cluster-secret-store.ts";
import type { ObservedKind, OwnedKind } from "../../../operator/kinds/kind.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { secretStore } from "../../../operator/kinds/secret-store.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import type { Live } from "../../../operator/plan/types.ts";
import { type HealthSource, healthOf, type SectionHealth, viewOf, waitForHealth } from "../../../operator/reconcile/health.ts";
import { type Observed, projectObserved } from "../../../operator/reconcile/observed.ts";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const OURS = { "securitybaseline.dev/control": "secrets" };

function feed<T extends Stored>(project: (object: KubernetesObject) => T, objects: readonly KubernetesObject[], synced = true): Feed<T> {
  const onProblem = (problem: string): void => expect.fail(problem);
  const store = createStore<T>({ project, onChange: () => undefined, onProblem });
  for (const object of objects) store.observe(object);
  return { store, synced, served: synced, failure: undefined, problem: undefined };
}

function object(name: string, metadata: object = { labels: OURS }, status: object = {}): KubernetesObject {
  return { metadata: { namespace: "payments", name, uid: name, resourceVersion: "1", ...metadata }, status };
}

/** The groups of the API, known completely. */
const GROUPS = feed<ApiGroup>(projectApiService, []);

interface Kept {
  readonly sealed?: readonly KubernetesObject[];
  readonly stores?: readonly KubernetesObject[];
  readonly clusterStores?: readonly KubernetesObject[];
  readonly synced?: boolean;
}

function caches({ sealed = [], stores = [], clusterStores = [], synced = true }: Kept): HealthSource["caches"] {
  const owned = (kind: OwnedKind, objects: readonly KubernetesObject[]): [OwnedKind, Feed<Live>] => [
    kind,
    feed((one) => projectLive(kind, one), objects, synced),
  ];
  const observed: [ObservedKind, Feed<Observed>] = [
    clusterSecretStore,
    feed((one) => projectObserved(clusterSecretStore, one), clusterStores),
  ];
  return { owned: new Map([owned(sealedSecret, sealed), owned(secretStore, stores)]), observed: new Map([observed]), groups: GROUPS };
}

const entry = (name: string, state: EntryHealth["state"], more: Partial<EntryHealth> = {}): EntryHealth => ({
  kind: "SealedSecret",
  name,
  state,
  reason: `Is${state}`,
  ...more,
});

/** A control that says what the test wants. */
function control(health: Control["health"], caveat?: string): Control {
  const fixed = { name: "secrets", condition: "SecretsReady", standards: [], owns: [sealedSecret, secretStore] } as const;
  return { ...fixed, desired: () => [], ...(health && { health }), ...(caveat !== undefined && { caveat: () => caveat }) };
}

function ask(asked: Control, kept: Kept, value: SecretsSection = {}): SectionHealth | undefined {
  return healthOf([{ control: asked, value, refused: undefined }], "payments", { caches: caches(kept), now: NOW, monotonic: 0 }).get(
    "secrets",
  );
}

/** What is told of objects that are all there and ours. */
function tell(...entries: readonly EntryHealth[]): SectionHealth | undefined {
  return ask(
    control(() => entries),
    { sealed: entries.map(({ name }) => object(name)) },
  );
}

describe("the health of a section", () => {
  it("tells each object by kind and name, and nothing that is not for readers", () => {
    const found = [
      entry("smtp", "Synced", { due: NOW + 60_000 }),
      entry("api", "Failed", { message: "see the controller" }),
      { kind: "SecretStore", name: "z", state: "Synced", reason: "Valid" } as const,
    ];
    const health = ask(
      control(() => found.toReversed()),
      { sealed: [object("smtp"), object("api")], stores: [object("z")] },
    );
    expect(health?.entries).to.deep.equal([
      { kind: "SealedSecret", name: "api", state: "Failed", reason: "IsFailed", message: "see the controller" },
      { kind: "SealedSecret", name: "smtp", state: "Synced", reason: "IsSynced" },
      { kind: "SecretStore", name: "z", state: "Synced", reason: "Valid" },
    ]);
  });

  const absences: readonly { readonly reason: string; readonly kept: Kept }[] = [
    { reason: "an object that is not there: the plan tells of it", kept: {} },
    { reason: "an object that somebody else made", kept: { sealed: [object("smtp", {})] } },
    { reason: "an object of a kind that is not followed now", kept: { sealed: [object("smtp")], synced: false } },
    { reason: "an object of the name in another namespace", kept: { sealed: [object("smtp", { labels: OURS, namespace: "shop" })] } },
  ];
  for (const { reason, kept } of absences) {
    it(`has no entry and no problem for ${reason}`, () => {
      expect(
        ask(
          control(() => [entry("smtp", "Failed")]),
          kept,
        ),
      ).to.deep.include({ entries: [], problem: undefined });
    });
  }

  const problems: readonly { readonly reason: string; readonly entries: readonly EntryHealth[]; readonly want: object | undefined }[] = [
    { reason: "none if all work or wait for a pod", entries: [entry("a", "Synced"), entry("b", "Unused")], want: undefined },
    {
      reason: "what does not work, with the backend's reasons",
      entries: [entry("b", "Failed"), entry("a", "Failed", { reason: "SecretSyncedError" }), entry("c", "Pending")],
      want: { reason: "BackendUnavailable", message: "SealedSecret a: SecretSyncedError, SealedSecret b: IsFailed" },
    },
    {
      reason: "what the backend has not told yet",
      entries: [entry("b", "Pending"), entry("a", "Pending"), entry("c", "Synced")],
      want: { reason: "Progressing", message: "waiting for the backend of: SealedSecret a, SealedSecret b" },
    },
    {
      reason: "not more than ten names",
      entries: Array.from({ length: 12 }, (_, index) => entry(`n${String(index).padStart(2, "0")}`, "Pending")),
      want: {
        reason: "Progressing",
        message:
          "waiting for the backend of: SealedSecret n00, SealedSecret n01, SealedSecret n02, SealedSecret n03, SealedSecret n04, SealedSecret n05, SealedSecret n06, SealedSecret n07, SealedSecret n08, SealedSecret n09 and 2 more",
      },
    },
  ];
  for (const { reason, entries, want } of problems)
    it(`has as its problem ${reason}`, () => expect(tell(...entries)?.problem).to.deep.equal(want));

  it("is due when the first answer changes by time", () => {
    expect(tell(entry("a", "Synced", { due: NOW + 90_000 }), entry("b", "Synced", { due: NOW + 60_000 }))?.due).to.equal(NOW + 60_000);
    expect(tell(entry("a", "Synced"))?.due).to.equal(undefined);
  });

  it("tells what a control cannot check", () => {
    expect(ask(control(undefined, "not checked"), {})).to.deep.equal({
      entries: undefined,
      problem: undefined,
      caveat: "not checked",
      due: undefined,
    });
  });

  it("tells no more of a message than fits into a status, in whole characters", () => {
    const [told] = tell(entry("a", "Failed", { message: "😀".repeat(513) }))?.entries ?? [];
    expect(told?.message).to.equal("😀".repeat(512));
  });

  it("is not asked of a control that has none", () => {
    expect(ask(control(undefined), {})).to.equal(undefined);
  });
});

describe("the next look for health", () => {
  const at = (...dues: readonly (number | undefined)[]): ReadonlyMap<string, SectionHealth> =>
    new Map(dues.map((due, index) => [String(index), { entries: [], problem: undefined, caveat: undefined, due }]));
  const cases: readonly { readonly reason: string; readonly dues: readonly (number | undefined)[]; readonly want: number | undefined }[] = [
    { reason: "is not needed where nothing is due", dues: [undefined], want: undefined },
    { reason: "is at the first time that is due", dues: [NOW + 90_000, undefined, NOW + 60_000], want: 60_000 },
    { reason: "is a second away at least, whatever the clocks say", dues: [NOW - 5], want: 1000 },
  ];
  for (const { reason, dues, want } of cases) it(reason, () => expect(waitForHealth(at(...dues), NOW)).to.equal(want));
});

describe("what health may look at", () => {
  const ready = { conditions: [{ type: "Ready", status: "True", reason: "Valid" }] };
  const kept = {
    stores: [object("vault", {}, ready), object("elsewhere", { namespace: "shop" }, ready)],
    clusterStores: [object("shared", { namespace: "" }, ready)],
  };
  const view = (more: Kept = {}): HealthView => viewOf("payments", { caches: caches({ ...kept, ...more }), now: NOW, monotonic: 0 });

  it("is the namespace's own objects, whoever made them, and cluster-scoped ones", () => {
    expect([...view().all(secretStore)]).to.deep.equal([["vault", { status: "True", reason: "Valid" }]]);
    expect(view().facts(secretStore, "elsewhere")).to.equal(undefined);
    expect(view().facts(clusterSecretStore, "shared")).to.deep.equal({ status: "True", reason: "Valid" });
    expect({ namespace: view().namespace, now: view().now, served: view().isServed(secretStore) }).to.deep.equal({
      namespace: "payments",
      now: NOW,
      served: true,
    });
  });

  it("is nothing of a kind that could not be followed for two minutes, which is as last seen until then", () => {
    const lost = caches(kept);
    const failure = { since: 1000, status: 500, message: "the watch went on" };
    for (const [kind, feed] of lost.observed) (lost.observed as Map<typeof kind, typeof feed>).set(kind, { ...feed, failure });
    const at = (monotonic: number) => viewOf("payments", { caches: lost, now: NOW, monotonic });
    expect([at(120_999), at(121_000)].map((one) => one.isServed(clusterSecretStore))).to.deep.equal([true, false]);
    expect(at(121_000).facts(clusterSecretStore, "shared")).to.equal(undefined);
    expect(at(121_000).isServed(secretStore)).to.equal(true);
  });

  const NOT_SERVED = "clustersecretstores (external-secrets.io/v1) is not served by this cluster";
  const FORBIDDEN = { since: 0, status: 403, message: "no permission to list and watch clustersecretstores" };
  const lacks = [
    { reason: "nothing of a kind that is known", feed: {}, groups: {}, lack: undefined },
    { reason: "nothing of a kind that is not listed yet", feed: { synced: false }, groups: {}, lack: undefined },
    {
      reason: "that the cluster does not have it",
      feed: { synced: false, served: false, problem: NOT_SERVED },
      groups: {},
      lack: { absent: true, message: NOT_SERVED },
    },
    {
      reason: "nothing while it is not known what the cluster has",
      feed: { synced: false, served: false, problem: NOT_SERVED },
      groups: { synced: false },
      lack: undefined,
    },
    {
      reason: "nothing while what the cluster has cannot be followed",
      feed: { synced: false, served: false, problem: NOT_SERVED },
      groups: { failure: { since: 0, status: 500, message: "gone" } },
      lack: undefined,
    },
    {
      reason: "that it may not be read",
      feed: { synced: false, failure: FORBIDDEN },
      groups: {},
      lack: { absent: false, message: FORBIDDEN.message },
    },
  ];
  for (const { reason, feed: state, groups, lack } of lacks) {
    it(`is, of a kind of which nothing is known, why: ${reason}`, () => {
      const all = caches(kept);
      const [[kind, followed] = []] = all.observed;
      const observed = new Map(kind && followed ? [[kind, { ...followed, ...state }]] : []);
      const source = { caches: { ...all, observed, groups: { ...GROUPS, ...groups } }, now: NOW, monotonic: 120_000 };
      expect(viewOf("payments", source).lack(clusterSecretStore)).to.deep.equal(lack);
    });
  }

  it("is nothing of a kind that is not known completely", () => {
    const without = view({ synced: false });
    expect(without.isServed(secretStore)).to.equal(false);
    expect([...without.all(secretStore)]).to.deep.equal([]);
    expect(without.facts(secretStore, "vault")).to.equal(undefined);
  });
});
