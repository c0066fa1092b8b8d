/** Proves on a real API server that a dead connection, and a position from its future, are noticed, although both look like a quiet kind. */
import { expect } from "chai";
import { type Credentials, loadCredentials } from "../../operator/cluster/credentials.ts";
import { collectionPath } from "../../operator/cluster/paths.ts";
import { createReflector, type Reflector } from "../../operator/cluster/reflector.ts";
import { createStore, type FedStore } from "../../operator/cluster/store.ts";
import { createTransport } from "../../operator/cluster/transport.ts";
import type { Stored, Transport } from "../../operator/cluster/types.ts";
import { auditEvents, auditMark } from "../support/audit-log.ts";
import { admin, cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { type Gate, startGate } from "../support/gate.ts";

const ROLES = { apiVersion: "rbac.authorization.k8s.io/v1", resource: "roles", namespaced: true };
const MINUTE = 60_000;

describe("a kind that seems to be quiet, on a real API server", () => {
  let gate: Gate;
  let transport: Transport;
  let namespace: string;
  let stop: AbortController;
  let running: Promise<void>;
  let store: FedStore<Stored>;

  beforeEach(async () => {
    namespace = await freshNamespace("stall");
    const credentials = loadCredentials({ kubeconfig: cluster().kubeconfig });
    gate = await startGate(cluster().server);
    gate.open();
    const through: Credentials = { ...credentials, server: new URL(gate.url) };
    transport = createTransport({ credentials: through, userAgent: `stall/${namespace}` });
    stop = new AbortController();
  });

  afterEach(async () => {
    stop.abort();
    await running;
    await transport.close();
    await gate.close();
  });

  const follow = (): Reflector<Stored> => {
    store = createStore<Stored>({
      project: ({ metadata: { namespace: place = "", name = "", uid = "", resourceVersion = "" } = {} }) => ({
        namespace: place,
        name,
        uid,
        resourceVersion,
      }),
      onChange: () => undefined,
      onProblem: (problem) => expect.fail(problem),
    });
    const log = { info: () => undefined, warn: () => undefined };
    const reflector = createReflector({ transport, type: ROLES, namespace, store, log });
    running = reflector.run(stop.signal);
    return reflector;
  };

  const makeRole = (name: string): Promise<unknown> =>
    admin().create({ apiVersion: ROLES.apiVersion, kind: "Role", metadata: { namespace, name }, rules: [] });

  it("is followed on without a failure, by two watches a minute at most, while nothing happens", async () => {
    const mark = await auditMark();
    const reflector = follow();
    await eventually("the list is complete", () => reflector.synced);
    const asked = async (): Promise<string[]> =>
      (await auditEvents(mark)).filter(({ userAgent }) => userAgent === `stall/${namespace}`).map(({ verb }) => verb);
    await eventually("the second watch is open", async () => expect((await asked()).length).to.be.at.least(2), MINUTE);
    await makeRole("later");
    await eventually("the second watch tells", () => store.get(namespace, "later") !== undefined);
    expect(reflector.failure).to.equal(undefined);
    expect(new Set(await asked())).to.deep.equal(new Set(["watch"]));
  }).timeout(2 * MINUTE);

  it("is told of as failing within a minute after a proxy stopped to forward", async () => {
    const reflector = follow();
    await eventually("the list is complete", () => reflector.synced);
    gate.stall();
    await makeRole("unseen");
    const failure = await eventually("the failure", () => reflector.failure ?? expect.fail("none yet"), MINUTE);
    expect(failure.message).to.match(/^following roles .* failed: (the watch went on|the stream was silent|no answer from the API server)/);
    expect(store.get(namespace, "unseen")).to.equal(undefined);
  }).timeout(2 * MINUTE);

  it("is listed anew where its position lies in the future of the server, whose watches from there are silent", async () => {
    await makeRole("there");
    const { metadata } = await transport.request({ method: "GET", path: collectionPath(ROLES, namespace), query: { limit: "1" } });
    const future = String(Number(metadata?.resourceVersion) + 1_000_000);
    const reflector = follow();
    await eventually("the list is complete", () => reflector.synced);
    // As if the backup were older than what was told: a state that no longer is, and a position that is not yet.
    store.change({ metadata: { namespace, name: "lost", uid: "lost", resourceVersion: future } });
    gate.cut();
    await eventually("the list is believed", () => {
      expect([...store.list(namespace).keys()]).to.deep.equal(["there"]);
      expect(store.position?.length).to.equal(metadata?.resourceVersion?.length);
    });
    await makeRole("next");
    await eventually("changes are told again", () => store.get(namespace, "next") !== undefined);
  });
});
