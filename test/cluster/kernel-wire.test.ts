/** Proves that the wire half of the cluster kernel understands a real API server, and it the kernel. */
import { expect } from "chai";
import type { JsonObject } from "../../operator/api/json.ts";
import { systemClock } from "../../operator/cluster/clock.ts";
import { loadCredentials } from "../../operator/cluster/credentials.ts";
import { isServed } from "../../operator/cluster/discovery.ts";
import { createElection, type Election } from "../../operator/cluster/lease.ts";
import { collectionPath, objectPath } from "../../operator/cluster/paths.ts";
import { createTransport } from "../../operator/cluster/transport.ts";
import type { Transport } from "../../operator/cluster/types.ts";
import { createWriter } from "../../operator/cluster/writer.ts";
import { cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { apiErrorOf } from "../support/failure.ts";

const ROLES = { apiVersion: "rbac.authorization.k8s.io/v1", resource: "roles", namespaced: true };
const LEASES = { apiVersion: "coordination.k8s.io/v1", resource: "leases", namespaced: true };

describe("cluster kernel on a real API server", () => {
  let transport: Transport;
  let namespace: string;

  before(async () => {
    namespace = await freshNamespace("wire");
    transport = createTransport({ credentials: loadCredentials({ kubeconfig: cluster().kubeconfig }), userAgent: "securitybaseline/test" });
  });

  after(() => transport.close());

  const role = (name: string, verb: string) => ({
    target: { type: ROLES, namespace, name },
    manifest: {
      apiVersion: ROLES.apiVersion,
      kind: "Role",
      metadata: { name, namespace },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: [verb] }],
    },
  });

  it("applies, updates and deletes with preconditions, under a name with capitals", async () => {
    const writer = createWriter({ transport, fieldManager: "securitybaseline", mayWrite: () => true });
    const { target, manifest } = role("Log-Reader", "get");
    const first = (await writer.apply(target, manifest)).metadata;
    const second = (await writer.apply(target, role("Log-Reader", "list").manifest)).metadata;
    expect(second?.uid).to.equal(first?.uid);
    expect(second?.managedFields?.map(({ manager, operation }) => [manager, operation])).to.deep.equal([["securitybaseline", "Apply"]]);

    const of = (version: string | undefined) => ({ uid: second?.uid ?? "", resourceVersion: version ?? "" });
    const stale = await apiErrorOf(writer.delete(target, of(first?.resourceVersion)));
    expect({ status: stale.status, reason: stale.reason, class: stale.class }).to.deep.equal({
      status: 409,
      reason: "Conflict",
      class: "retry",
    });
    await writer.delete(target, of(second?.resourceVersion));
    expect((await apiErrorOf(transport.request({ method: "GET", path: objectPath(target) }))).reason).to.equal("NotFound");
    await writer.delete(target, of(second?.resourceVersion));
  });

  const accounts = { apiVersion: "v1", resource: "serviceaccounts", namespaced: true };
  const deletions = [
    { reason: "a Role is gone", type: ROLES, body: { kind: "Role", rules: [] }, finalizers: [], stays: false },
    {
      reason: "a ServiceAccount is gone, of which the server answers what it was",
      type: accounts,
      body: { kind: "ServiceAccount" },
      finalizers: [],
      stays: false,
    },
    { reason: "a finalizer keeps a Role", type: ROLES, body: { kind: "Role", rules: [] }, finalizers: ["example.com/hold"], stays: true },
    {
      reason: "a finalizer keeps a ServiceAccount",
      type: accounts,
      body: { kind: "ServiceAccount" },
      finalizers: ["example.com/hold"],
      stays: true,
    },
  ];
  for (const { reason, type, body, finalizers, stays } of deletions) {
    it(`a deletion answers ${stays ? "what is still there, in a newer state" : "nothing"}: ${reason}`, async () => {
      const writer = createWriter({ transport, fieldManager: "securitybaseline", mayWrite: () => true });
      const target = { type, namespace, name: "short-lived" };
      const made = await writer.create(target, {
        apiVersion: type.apiVersion,
        ...body,
        metadata: { name: target.name, namespace, finalizers },
      });
      const { uid = "", resourceVersion = "" } = made.metadata ?? {};
      const { metadata } = (await writer.delete(target, { uid, resourceVersion })) ?? {};
      expect(metadata?.deletionTimestamp !== undefined).to.equal(stays);
      expect(Number(metadata?.resourceVersion ?? 0) > Number(resourceVersion)).to.equal(stays);
      if (stays) await writer.patch(target, [{ op: "remove", path: "/metadata/finalizers" }], metadata?.resourceVersion ?? "");
    });
  }

  it("streams what is there, the mark of its end, and what changes after it", async () => {
    const writer = createWriter({ transport, fieldManager: "securitybaseline", mayWrite: () => true });
    const there = role("a-there", "get");
    await writer.apply(there.target, there.manifest);
    const query = {
      watch: "true",
      sendInitialEvents: "true",
      allowWatchBookmarks: "true",
      resourceVersionMatch: "NotOlderThan",
      fieldSelector: "metadata.name=a-there",
    };
    const stream = await transport.stream({ method: "GET", path: collectionPath(ROLES, namespace), query }, 30_000);
    const types: unknown[] = [];
    for await (const frame of stream.frames) {
      types.push(frame["type"]);
      if (frame["type"] === "BOOKMARK") await writer.apply(there.target, role("a-there", "list").manifest);
      if (frame["type"] === "MODIFIED") break;
    }
    expect(types).to.deep.equal(["ADDED", "BOOKMARK", "MODIFIED"]);
  });

  it("a watch with a selector that is none is refused when it opens", async () => {
    const query = { watch: "true", labelSelector: "in in in" };
    const error = await apiErrorOf(transport.stream({ method: "GET", path: collectionPath(ROLES, namespace), query }, 30_000));
    expect(error.status).to.equal(400);
  });

  const kinds: readonly { type: { apiVersion: string; resource: string; namespaced: boolean }; served: boolean }[] = [
    { type: { apiVersion: "v1", resource: "pods", namespaced: true }, served: true },
    { type: { apiVersion: "v1", resource: "nonsense", namespaced: true }, served: false },
    { type: ROLES, served: true },
    { type: { apiVersion: "rbac.authorization.k8s.io/v1alpha9", resource: "roles", namespaced: true }, served: false },
    { type: { apiVersion: "external-secrets.example/v1", resource: "externalsecrets", namespaced: true }, served: false },
  ];
  for (const { type, served } of kinds) {
    it(`${type.apiVersion} ${type.resource} is ${served ? "" : "not "}served`, async () => {
      expect(await isServed(transport, type)).to.equal(served);
    });
  }

  it("elects one leader, and hands over within 3 s when it leaves", async () => {
    const launch = (identity: string): Election => {
      const election = createElection({ transport, namespace, name: "leader", identity, clock: systemClock });
      void election.run(new AbortController().signal);
      return election;
    };
    const first = launch("first");
    await eventually("the first instance leads", () => first.isLeader());
    const second = launch("second");
    const leasePath = objectPath({ type: LEASES, namespace, name: "leader" });
    const spec = async () => (await transport.request({ method: "GET", path: leasePath }))["spec"] as JsonObject;
    const acquired = (await spec())["renewTime"];
    await eventually("the first instance has renewed", async () => (await spec())["renewTime"] !== acquired);
    expect([first.isLeader(), second.isLeader(), first.problem, second.problem]).to.deep.equal([true, false, undefined, undefined]);

    await first.release();
    const left = performance.now();
    expect(first.problem).to.equal(undefined);
    await eventually("the second instance leads", () => second.isLeader());
    expect(performance.now() - left).to.be.below(3_000);
    expect(await spec()).to.include({ holderIdentity: "second", leaseTransitions: 1, leaseDurationSeconds: 15 });
    await second.release();
    expect((await spec())["holderIdentity"] ?? "").to.equal("");
  });
});
