/** Proves on a real API server that a kind which may be absent is followed as often as it comes, and costs no request while it is not there. */
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { type ApiGroups, createApiGroups } from "../../operator/cluster/api-groups.ts";
import { loadCredentials } from "../../operator/cluster/credentials.ts";
import { createOptionalFeed, type OptionalFeed } from "../../operator/cluster/optional-feed.ts";
import { createReflector, type Reflector } from "../../operator/cluster/reflector.ts";
import { createStore } from "../../operator/cluster/store.ts";
import { createTransport } from "../../operator/cluster/transport.ts";
import type { ResourceType, Stored, Transport } from "../../operator/cluster/types.ts";
import { ApiFailure } from "../support/api-client.ts";
import { auditEvents, auditMark } from "../support/audit-log.ts";
import { admin, cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";

const GROUP = "kernel.test.securitybaseline.dev";
const API_VERSION = `${GROUP}/v1`;
/** Both of one group, as the kinds of most projects are. */
const WIDGETS = { apiVersion: API_VERSION, resource: "widgets", namespaced: true } as const;
const GADGETS = { apiVersion: API_VERSION, resource: "gadgets", namespaced: true } as const;
const KINDS = { widgets: "Widget", gadgets: "Gadget" } as const;
type Plural = keyof typeof KINDS;

/** Milliseconds in which nothing may be asked: longer than the first pauses of something that is tried again. */
const QUIET = 5000;

const definitionOf = (plural: Plural) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${GROUP}`, annotations: { "api-approved.kubernetes.io": "unapproved, test only" } },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: { plural, singular: plural.slice(0, -1), kind: KINDS[plural], listKind: `${KINDS[plural]}List` },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
});

const definitionRef = (plural: Plural) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  name: `${plural}.${GROUP}`,
});

const install = (plural: Plural): Promise<unknown> => admin().apply(definitionOf(plural));

const uninstall = async (plural: Plural): Promise<void> => {
  await admin()
    .delete(definitionRef(plural))
    .catch((error: unknown) => {
      if (!(error instanceof ApiFailure && error.status === 404)) throw error;
    });
  await eventually(`${plural} are gone`, async () => (await admin().find(definitionRef(plural))) === undefined);
};

function identity({ metadata = {} }: KubernetesObject): Stored {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
  return { namespace, name, uid, resourceVersion };
}

describe("a kind that may be absent, on a real API server", () => {
  let transport: Transport;
  let userAgent: string;
  let groups: ApiGroups;
  let widgets: OptionalFeed<Stored>;
  let gadgets: OptionalFeed<Stored>;
  let stop: AbortController;
  let running: Promise<unknown>;
  let namespace: string;

  before(async () => {
    await Promise.all([uninstall("widgets"), uninstall("gadgets")]);
    namespace = await freshNamespace("optional");
    userAgent = `optional/${namespace}`;
    transport = createTransport({ credentials: loadCredentials({ kubeconfig: cluster().kubeconfig }), userAgent });
    stop = new AbortController();
    groups = createApiGroups({ transport, log, onStanding: () => undefined });
    [widgets, gadgets] = [follow(WIDGETS), follow(GADGETS)];
    running = Promise.all([groups, widgets, gadgets].map((follower) => follower.run(stop.signal)));
    await eventually("the groups are known", () => groups.feed.synced);
  });

  after(async () => {
    stop.abort();
    await running;
    await transport.close();
    await Promise.all([uninstall("widgets"), uninstall("gadgets")]);
  });

  const log = { info: () => undefined, warn: () => undefined };

  const follow = (type: ResourceType): OptionalFeed<Stored> => {
    const reflect = (): Reflector<Stored> => {
      const onProblem = (problem: string): void => expect.fail(problem);
      const store = createStore<Stored>({ project: identity, onChange: () => undefined, onProblem });
      return createReflector({ transport, type, namespace, store, log });
    };
    return createOptionalFeed({ type, groups, follow: reflect, onStanding: () => undefined });
  };

  /** Makes a widget as soon as the API server takes it: it does so a moment after it says that it knows the kind. */
  const make = (name: string): Promise<KubernetesObject> =>
    eventually(`widget ${name} is made`, () =>
      admin().send({
        method: "POST",
        path: `/apis/${API_VERSION}/namespaces/${namespace}/widgets`,
        body: { apiVersion: API_VERSION, kind: "Widget", metadata: { name } },
      }),
    );

  const contentIs = (...names: readonly string[]): Promise<unknown> =>
    eventually(`the widgets are ${names.join(", ")}`, () => {
      expect(widgets.synced).to.equal(true);
      expect([...widgets.store.list(namespace).keys()]).to.deep.equal(names);
    });

  const isAbsent = (): Promise<unknown> =>
    eventually("the widgets are absent", () => {
      expect({ served: widgets.served, synced: widgets.synced, problem: widgets.problem, size: widgets.store.size }).to.deep.equal({
        served: false,
        synced: false,
        problem: `widgets (${API_VERSION}) is not served by this cluster`,
        size: 0,
      });
    });

  const askedFrom = async (mark: number): Promise<string[]> => {
    const events = await auditEvents(mark);
    return events.filter((event) => event.userAgent === userAgent).map(({ requestURI }) => requestURI);
  };

  /** What this test asks of the API server during a quiet time that begins now. */
  const askedInSilence = async (): Promise<string[]> => {
    const mark = await auditMark();
    await delay(QUIET);
    return askedFrom(mark);
  };

  it("is not asked for while it is absent", async () => {
    await isAbsent();
    expect(await askedInSilence()).to.deep.equal([]);
  });

  for (const round of ["the first time", "once more", "a third time"]) {
    it(`is followed when its CRD comes, and dropped with all its content when it goes: ${round}`, async () => {
      const mark = await auditMark();
      await install("widgets");
      const name = `w-${round.replaceAll(" ", "-")}`;
      await make(name);
      await contentIs(name);
      const paths = (await askedFrom(mark)).map((uri) => uri.split("?")[0]);
      expect(paths).to.include(`/apis/${API_VERSION}/namespaces/${namespace}/widgets`);
      await uninstall("widgets");
      await isAbsent();
    });
  }

  it("is not asked for after it went", async () => {
    expect(await askedInSilence()).to.deep.equal([]);
  });

  it("is found when its CRD comes after another one of its group", async () => {
    await install("gadgets");
    await eventually("the gadgets are listed", () => gadgets.synced);
    expect(widgets.synced).to.equal(false);
    await install("widgets");
    await make("late");
    await contentIs("late");
  });

  it("is gone also when its group stays, and comes again", async () => {
    await uninstall("widgets");
    await eventually("the widgets are absent", () => !widgets.served && !widgets.synced);
    expect(gadgets.synced).to.equal(true);
    await install("widgets");
    await make("again");
    await eventually(
      "the widgets are listed anew",
      () => widgets.synced && [...widgets.store.list(namespace).keys()].join() === "again",
      40_000,
    );
  });
});
