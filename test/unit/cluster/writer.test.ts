/** Proves what the writer puts on the wire, and that an instance that may not write puts nothing there. */
import { expect } from "chai";
import { createTransport } from "../../../operator/cluster/transport.ts";
import type { ApiRequest, ObjectTarget, Transport, Writer } from "../../../operator/cluster/types.ts";
import { createWriter } from "../../../operator/cluster/writer.ts";
import { selfSigned } from "../../support/certificate.ts";
import { fixedCredentials } from "../../support/credentials.ts";
import { apiErrorOf } from "../../support/failure.ts";
import { startGate } from "../../support/gate.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";

const ROLE: ObjectTarget = {
  type: { apiVersion: "rbac.authorization.k8s.io/v1", resource: "roles", namespaced: true },
  namespace: "shop",
  name: "log-Reader",
};
const ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles";
const PRECONDITIONS = { uid: "u1", resourceVersion: "7" };

describe("writer", () => {
  let server: ScriptedServer;
  let transport: Transport;
  let writer: Writer;
  let leader: boolean;

  const start = async (script: Script) => {
    leader = true;
    server = await startScriptedServer(script);
    transport = createTransport({ credentials: fixedCredentials(server.url), userAgent: "test/1", maxInFlight: 1 });
    writer = createWriter({ transport, fieldManager: "me", mayWrite: () => leader });
  };

  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  it("create posts to the collection, with our name, and lets the server drop nothing", async () => {
    await start(() => ({ status: 201, json: { metadata: { uid: "u1" } } }));
    expect(await writer.create(ROLE, { kind: "Role", metadata: { name: "log-Reader" } })).to.deep.equal({ metadata: { uid: "u1" } });
    const [seen] = server.seen;
    expect(seen?.method).to.equal("POST");
    expect(seen?.url.pathname).to.equal(ROLES);
    expect(Object.fromEntries(seen?.url.searchParams ?? [])).to.deep.equal({ fieldManager: "me", fieldValidation: "Strict" });
    expect(seen?.headers["content-type"]).to.equal("application/json");
    expect(seen?.body).to.equal('{"kind":"Role","metadata":{"name":"log-Reader"}}');
  });

  it("create of what is there already is a conflict", async () => {
    await start(() => ({ status: 409 }));
    expect((await apiErrorOf(writer.create(ROLE, {}))).status).to.equal(409);
  });

  it("apply is a forced server-side apply to the object's path", async () => {
    await start(() => ({ json: { metadata: { uid: "u1" } } }));
    expect(await writer.apply(ROLE, { kind: "Role" })).to.deep.equal({ metadata: { uid: "u1" } });
    const [seen] = server.seen;
    expect(seen?.method).to.equal("PATCH");
    expect(seen?.url.pathname).to.equal(`${ROLES}/log-Reader`);
    expect(Object.fromEntries(seen?.url.searchParams ?? [])).to.deep.equal({ fieldManager: "me", force: "true" });
    expect(seen?.headers["content-type"]).to.equal("application/apply-patch+yaml");
    expect(seen?.body).to.equal('{"kind":"Role"}');
  });

  it("a rehearsal is the same request as an apply, stores nothing, and answers what the server warns of", async () => {
    await start(() => ({ json: {}, headers: { warning: '299 - "a \\"b\\"", 299 - "c"' } }));
    expect(await writer.rehearse(ROLE, { kind: "Role" })).to.deep.equal(['a "b"', "c"]);
    const [seen] = server.seen;
    expect([seen?.method, seen?.url.pathname]).to.deep.equal(["PATCH", `${ROLES}/log-Reader`]);
    expect(Object.fromEntries(seen?.url.searchParams ?? [])).to.deep.equal({ fieldManager: "me", force: "true", dryRun: "All" });
    expect([seen?.headers["content-type"], seen?.body]).to.deep.equal(["application/apply-patch+yaml", '{"kind":"Role"}']);
  });

  it("a rehearsal keeps writes waiting for ten seconds at most", async () => {
    await start(() => ({ json: {} }));
    const sent: ApiRequest[] = [];
    const request = async (one: ApiRequest) => {
      sent.push(one);
      return {};
    };
    await createWriter({ transport: { ...transport, request }, fieldManager: "me", mayWrite: () => true }).rehearse(ROLE, {});
    expect(sent.map(({ timeout }) => timeout)).to.deep.equal([10_000]);
  });

  it("a rehearsal is not sent by an instance that may not write", async () => {
    await start(() => ({ json: {} }));
    leader = false;
    expect((await apiErrorOf(writer.rehearse(ROLE, {}))).reason).to.equal("Fenced");
    expect(server.seen).to.deep.equal([]);
  });

  it("patch is a JSON Patch of exactly the state that was looked at, with our name but without force", async () => {
    await start(() => ({ json: { metadata: { uid: "u1" } } }));
    expect(await writer.patch(ROLE, [{ op: "remove", path: "/rules/0" }], "7")).to.deep.equal({ metadata: { uid: "u1" } });
    const [seen] = server.seen;
    expect(seen?.method).to.equal("PATCH");
    expect(seen?.url.pathname).to.equal(`${ROLES}/log-Reader`);
    expect(Object.fromEntries(seen?.url.searchParams ?? [])).to.deep.equal({ fieldManager: "me" });
    expect(seen?.headers["content-type"]).to.equal("application/json-patch+json");
    expect(JSON.parse(seen?.body ?? "")).to.deep.equal([
      { op: "replace", path: "/metadata/resourceVersion", value: "7" },
      { op: "remove", path: "/rules/0" },
    ]);
  });

  it("delete names uid and resourceVersion and leaves dependents to the garbage collector", async () => {
    await start(() => ({ json: { kind: "Status", status: "Success" } }));
    await writer.delete(ROLE, PRECONDITIONS);
    const [seen] = server.seen;
    expect(seen?.method).to.equal("DELETE");
    expect(seen?.url.pathname).to.equal(`${ROLES}/log-Reader`);
    expect(JSON.parse(seen?.body ?? "")).to.deep.equal({
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid: "u1", resourceVersion: "7" },
      propagationPolicy: "Background",
    });
  });

  it("delete of what is gone is done", async () => {
    await start(() => ({ status: 404 }));
    expect(await writer.delete(ROLE, PRECONDITIONS)).to.equal(undefined);
    expect(server.seen).to.have.length(1);
  });

  const deletionTimestamp = "2026-11-28T10:00:00Z";
  const answers: readonly { reason: string; json: object; stays: boolean }[] = [
    { reason: "a Status says that it is gone", json: { kind: "Status", status: "Success" }, stays: false },
    { reason: "a Status says that it was accepted only", json: { kind: "Status", metadata: { deletionTimestamp } }, stays: false },
    { reason: "some kinds answer what was there", json: { kind: "ServiceAccount", metadata: { uid: "u1" } }, stays: false },
    {
      reason: "a finalizer keeps it",
      json: { kind: "Role", metadata: { uid: "u1", deletionTimestamp, finalizers: ["x/y"] } },
      stays: true,
    },
    { reason: "it has time to end by itself", json: { kind: "Pod", metadata: { uid: "u1", deletionTimestamp } }, stays: true },
  ];
  for (const { reason, json, stays } of answers) {
    it(`delete answers ${stays ? "what is still there" : "nothing"}: ${reason}`, async () => {
      await start(() => ({ json }));
      expect(await writer.delete(ROLE, PRECONDITIONS)).to.deep.equal(stays ? json : undefined);
    });
  }

  it("delete of what changed is a conflict", async () => {
    await start(() => ({ status: 409 }));
    expect((await apiErrorOf(writer.delete(ROLE, PRECONDITIONS))).status).to.equal(409);
  });

  const writes: readonly { title: string; write: () => Promise<unknown> }[] = [
    { title: "create", write: () => writer.create(ROLE, {}) },
    { title: "apply", write: () => writer.apply(ROLE, {}) },
    { title: "patch", write: () => writer.patch(ROLE, [], "7") },
    { title: "delete", write: () => writer.delete(ROLE, PRECONDITIONS) },
  ];
  for (const { title, write } of writes) {
    it(`${title} by an instance that does not lead is Fenced and never sent`, async () => {
      await start(() => ({ json: {} }));
      leader = false;
      const error = await apiErrorOf(write());
      expect({ reason: error.reason, status: error.status, class: error.class }).to.deep.equal({
        reason: "Fenced",
        status: 0,
        class: "fenced",
      });
      leader = true;
      await write();
      expect(server.seen).to.have.length(1);
    });
  }

  it("leadership that is lost while a write waits for its slot fences it", async () => {
    const first = Promise.withResolvers<void>();
    await start(async () => {
      await first.promise;
      return { json: {} };
    });
    const reading = transport.request({ method: "GET", path: "/api/v1/pods" });
    const waiting = apiErrorOf(writer.apply(ROLE, {}));
    await server.until(() => server.seen.length === 1);
    leader = false;
    first.resolve();
    await reading;
    expect((await waiting).reason).to.equal("Fenced");
    expect(server.seen).to.have.length(1);
  });

  it("leadership that is lost during a 401 fences the repeat", async () => {
    await start(() => {
      leader = false;
      return { status: 401 };
    });
    expect((await apiErrorOf(writer.apply(ROLE, {}))).reason).to.equal("Fenced");
    expect(server.seen).to.have.length(1);
  });

  it("leadership that is lost during the handshake fences the write", async () => {
    leader = true;
    const tls = selfSigned("api");
    server = await startScriptedServer(() => ({ json: {} }), tls);
    const gate = await startGate(server.url);
    transport = createTransport({ credentials: fixedCredentials(gate.url, tls.cert), userAgent: "test/1" });
    writer = createWriter({ transport, fieldManager: "me", mayWrite: () => leader });
    const waiting = apiErrorOf(writer.apply(ROLE, {}));
    await gate.reached;
    leader = false;
    gate.open();
    expect((await waiting).reason).to.equal("Fenced");
    leader = true;
    await writer.apply(ROLE, {});
    expect(server.seen).to.have.length(1);
    await gate.close();
  });
});
