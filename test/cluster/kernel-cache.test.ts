/** Proves that the cache half of the cluster kernel follows a real API server, by stream and by pages. */
import { expect } from "chai";
import { loadCredentials } from "../../operator/cluster/credentials.ts";
import { ApiError } from "../../operator/cluster/errors.ts";
import { objectPath } from "../../operator/cluster/paths.ts";
import { createReflector, type Reflector } from "../../operator/cluster/reflector.ts";
import { createStore } from "../../operator/cluster/store.ts";
import { createTransport } from "../../operator/cluster/transport.ts";
import type { ResourceType, Stored, Transport } from "../../operator/cluster/types.ts";
import { createWriter } from "../../operator/cluster/writer.ts";
import { cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";

const ROLES: ResourceType = { apiVersion: "rbac.authorization.k8s.io/v1", resource: "roles", namespaced: true };

const byText = (a: string, b: string): number => a.localeCompare(b);

describe("cluster cache on a real API server", () => {
  let transport: Transport;
  let namespace: string;
  let stop: AbortController;
  let running: Promise<void>;
  let changes: string[];

  beforeEach(async () => {
    namespace = await freshNamespace("cache");
    transport = createTransport({ credentials: loadCredentials({ kubeconfig: cluster().kubeconfig }), userAgent: "securitybaseline/test" });
    stop = new AbortController();
    changes = [];
  });

  afterEach(async () => {
    stop.abort();
    await running;
    await transport.close();
  });

  const follow = (type: ResourceType, wire: Transport): Reflector<Stored> => {
    const store = createStore<Stored>({
      project: ({ metadata = {} }) => ({
        namespace: metadata.namespace ?? "",
        name: metadata.name ?? "",
        uid: metadata.uid ?? "",
        resourceVersion: metadata.resourceVersion ?? "",
      }),
      onChange: (_key, { current, previous }) => changes.push(`${current ? "+" : "-"}${(current ?? previous)?.name}`),
      onProblem: (problem) => expect.fail(problem),
    });
    const log = { info: () => undefined, warn: () => undefined };
    const reflector = createReflector({ transport: wire, type, namespace, store, log, pageSize: 2 });
    running = reflector.run(stop.signal);
    return reflector;
  };

  const applyRole = (name: string, verb: string) =>
    createWriter({ transport, fieldManager: "test", mayWrite: () => true }).apply(
      { type: ROLES, namespace, name },
      {
        apiVersion: ROLES.apiVersion,
        kind: "Role",
        metadata: { name, namespace },
        rules: [{ apiGroups: [""], resources: ["pods"], verbs: [verb] }],
      },
    );

  const ways: readonly { title: string; wire: () => Transport }[] = [
    { title: "a streaming list", wire: () => transport },
    { title: "a list in pages", wire: () => withoutStreaming(transport) },
  ];
  for (const { title, wire } of ways) {
    it(`fills from ${title} and follows changes, with those of our own at once`, async () => {
      for (const name of ["a", "b", "c"]) await applyRole(name, "get");
      const reflector = follow(ROLES, wire());
      await eventually("the list is complete", () => expect(reflector.synced).to.equal(true));
      expect([...reflector.store.list(namespace).keys()].sort(byText)).to.deep.equal(["a", "b", "c"]);

      const written = await applyRole("b", "list");
      reflector.store.observe(written);
      expect(reflector.store.get(namespace, "b")?.resourceVersion).to.equal(written.metadata?.resourceVersion);
      await applyRole("d", "get");
      await transport.request({ method: "DELETE", path: objectPath({ type: ROLES, namespace, name: "a" }) });
      await eventually("the changes are told", () => expect(changes).to.include.members(["+d", "-a"]));
      expect([...reflector.store.list(namespace).keys()].sort(byText)).to.deep.equal(["b", "c", "d"]);
      expect(reflector.problem).to.equal(undefined);
    });
  }

  it("tells that a kind is not served", async () => {
    const reflector = follow({ apiVersion: "external-secrets.io/v1", resource: "externalsecrets", namespaced: true }, transport);
    await eventually("the problem is told", () =>
      expect(reflector.problem).to.equal("externalsecrets (external-secrets.io/v1) is not served by this cluster"),
    );
    expect(reflector.synced).to.equal(false);
  });
});

/** Refuses streaming lists as a server does that has the feature switched off. */
function withoutStreaming(transport: Transport): Transport {
  return {
    request: (request) => transport.request(request),
    stream: (request, idleTimeout) => {
      if (request.query?.["sendInitialEvents"] === undefined) return transport.stream(request, idleTimeout);
      return Promise.reject(new ApiError({ status: 422, reason: "Invalid", message: "sendInitialEvents is forbidden for watch" }));
    },
    close: () => transport.close(),
  };
}
