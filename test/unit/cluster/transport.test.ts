/** Proves what the transport makes of every answer and fault of a server. */
import { expect } from "chai";
import { createTransport, type RequestInfo, type TransportOptions } from "../../../operator/cluster/transport.ts";
import type { Transport } from "../../../operator/cluster/types.ts";
import { fixedCredentials } from "../../support/credentials.ts";
import { apiErrorOf } from "../../support/failure.ts";
import { startGate } from "../../support/gate.ts";
import { type Reply, type Script, type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";

const PODS = "/api/v1/namespaces/shop/pods";
const status = (code: number, reason: string, message: string) => ({ kind: "Status", status: "Failure", code, reason, message });

describe("transport", () => {
  let server: ScriptedServer;
  let transport: Transport;

  const start = async (script: Script, options: Partial<TransportOptions> = {}) => {
    server = await startScriptedServer(script);
    transport = createTransport({ credentials: fixedCredentials(server.url), userAgent: "test/1", ...options });
  };

  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  it("sends method, path, query, body, content type, user agent and credentials", async () => {
    await start(() => ({ json: { kind: "Pod" } }));
    const query = { force: "true", fieldManager: undefined };
    const answer = await transport.request({
      method: "PATCH",
      path: `${PODS}/a%3AB`,
      query,
      body: { a: "ö" },
      contentType: "application/x",
    });
    expect(answer).to.deep.equal({ kind: "Pod" });
    const [seen] = server.seen;
    expect(seen?.method).to.equal("PATCH");
    expect(seen?.url.pathname).to.equal("/api/v1/namespaces/shop/pods/a%3AB");
    expect(seen?.url.search).to.equal("?force=true");
    expect(seen?.body).to.equal('{"a":"ö"}');
    expect(seen?.headers).to.include({ "content-type": "application/x", "user-agent": "test/1", authorization: "Bearer first" });
  });

  it("keeps the path of a server that lives below one", async () => {
    await start(() => ({ json: {} }));
    await transport.close();
    transport = createTransport({ credentials: fixedCredentials(`${server.url}/k8s/clusters/c1/`), userAgent: "test/1" });
    await transport.request({ method: "GET", path: PODS });
    expect(server.seen[0]?.url.pathname).to.equal("/k8s/clusters/c1/api/v1/namespaces/shop/pods");
  });

  const refusals: readonly { title: string; reply: Reply; expected: { status: number; reason: string; message: string; class: string } }[] =
    [
      {
        title: "a Status tells reason and message",
        reply: { status: 409, json: status(409, "AlreadyExists", 'pods "a" already exists') },
        expected: { status: 409, reason: "AlreadyExists", message: 'pods "a" already exists', class: "retry" },
      },
      {
        title: "a Status without a reason gets the one of its code",
        reply: { status: 422, json: status(422, "", "no") },
        expected: { status: 422, reason: "Invalid", message: "no", class: "stalled" },
      },
      {
        title: "an unknown path answers plain text",
        reply: { status: 404, chunks: ["404 page not found"] },
        expected: { status: 404, reason: "NotFound", message: "HTTP status 404", class: "stalled" },
      },
      {
        title: "a proxy answers a web page",
        reply: { status: 502, chunks: ["<html>"] },
        expected: { status: 502, reason: "Unknown", message: "HTTP status 502", class: "retry" },
      },
      {
        title: "JSON that is no Status is not quoted",
        reply: { status: 500, json: { kind: "Other", message: "secret" } },
        expected: { status: 500, reason: "InternalError", message: "HTTP status 500", class: "retry" },
      },
      {
        title: "a redirect is not followed",
        reply: { status: 301, headers: { location: "/elsewhere" } },
        expected: { status: 301, reason: "Unknown", message: "HTTP status 301", class: "stalled" },
      },
    ];
  for (const { title, reply, expected } of refusals) {
    it(`refusal: ${title}`, async () => {
      await start(() => reply);
      const error = await apiErrorOf(transport.request({ method: "GET", path: PODS }));
      expect({ status: error.status, reason: error.reason, message: error.message, class: error.class }).to.deep.equal(expected);
    });
  }

  const faults: readonly { title: string; reply: Reply; reason: string }[] = [
    { title: "a reset before the answer", reply: "reset", reason: "Unreachable" },
    { title: "a reset within the answer", reply: { chunks: ['{"a":'], finish: "reset" }, reason: "Unreachable" },
    {
      title: "an answer that stops short",
      reply: { headers: { "content-length": "99" }, chunks: ['{"a":'], finish: "cut" },
      reason: "Unreachable",
    },
    { title: "no answer", reply: "silence", reason: "Timeout" },
    { title: "an answer that stalls", reply: { chunks: ['{"a":'], finish: "stall" }, reason: "Timeout" },
    { title: "an empty answer", reply: {}, reason: "BadReply" },
    { title: "an answer that is not JSON", reply: { chunks: ["{oops"] }, reason: "BadReply" },
    { title: "an answer that is no object", reply: { chunks: ["[1]"] }, reason: "BadReply" },
    { title: "an answer beyond the limit", reply: { chunks: ['{"a":"', "x".repeat(2_000), '"}'] }, reason: "BadReply" },
  ];
  for (const { title, reply, reason } of faults) {
    it(`fault: ${title} is ${reason}, and the next request works`, async () => {
      await start((request) => (request.number === 1 ? reply : { json: { fine: true } }), { limits: { maxBody: 1_000 } });
      const timeout = reason === "Timeout" ? 100 : 10_000;
      const error = await apiErrorOf(transport.request({ method: "GET", path: PODS, timeout }));
      expect({ status: error.status, reason: error.reason, class: error.class }).to.deep.equal({ status: 0, reason, class: "retry" });
      expect(await transport.request({ method: "GET", path: PODS })).to.deep.equal({ fine: true });
    });
  }

  it("a server that is gone is Unreachable", async () => {
    await start(() => "silence");
    await server.close();
    expect((await apiErrorOf(transport.request({ method: "GET", path: PODS }))).reason).to.equal("Unreachable");
  });

  it("a peer that accepts but does not shake hands is a Timeout", async () => {
    await start(() => "silence");
    await transport.close();
    const gate = await startGate(server.url);
    const limits = { connectTimeout: 50 };
    transport = createTransport({ credentials: fixedCredentials(gate.url.replace("http:", "https:")), userAgent: "test/1", limits });
    expect((await apiErrorOf(transport.request({ method: "GET", path: PODS }))).reason).to.equal("Timeout");
    await gate.close();
  });

  it("Retry-After arrives as milliseconds and makes the error one to wait for", async () => {
    await start(() => ({ status: 503, headers: { "retry-after": "7" } }));
    const error = await apiErrorOf(transport.request({ method: "GET", path: PODS }));
    expect(error.retryAfter).to.equal(7_000);
    expect(error.class).to.equal("wait");
  });

  it("a 401 is repeated once with fresh credentials", async () => {
    await start((request) => (request.number === 1 ? { status: 401 } : { json: { ok: true } }));
    expect(await transport.request({ method: "GET", path: PODS })).to.deep.equal({ ok: true });
    expect(server.seen.map((request) => request.headers.authorization)).to.deep.equal(["Bearer first", "Bearer second"]);
  });

  it("a second 401 is the answer", async () => {
    await start(() => ({ status: 401, json: status(401, "Unauthorized", "Unauthorized") }));
    const error = await apiErrorOf(transport.request({ method: "GET", path: PODS }));
    expect({ status: error.status, reason: error.reason }).to.deep.equal({ status: 401, reason: "Unauthorized" });
    expect(server.seen).to.have.length(2);
    expect(`${error.message} ${error.stack}`).not.to.match(/first|second/);
  });

  it("an abort ends a request on the wire, and one that was aborted before is never sent", async () => {
    await start(() => "silence");
    const abort = new AbortController();
    const request = apiErrorOf(transport.request({ method: "GET", path: PODS, signal: abort.signal }));
    await server.until(() => server.seen.length === 1);
    abort.abort();
    expect((await request).reason).to.equal("Aborted");
    expect((await apiErrorOf(transport.request({ method: "GET", path: PODS, signal: abort.signal }))).reason).to.equal("Aborted");
    expect(server.seen).to.have.length(1);
  });

  it("no more than maxInFlight requests at a time, the others in order, and an aborted one leaves the queue", async () => {
    const held: (() => void)[] = [];
    await start(() => new Promise((resolve) => held.push(() => resolve({ json: {} }))), { maxInFlight: 2 });
    const abort = new AbortController();
    const ask = (name: string, signal?: AbortSignal) =>
      transport.request({ method: "GET", path: `${PODS}/${name}`, ...(signal ? { signal } : {}) });
    const first = [ask("a"), ask("b")];
    const aborted = apiErrorOf(ask("c", abort.signal));
    const last = [ask("d"), ask("e")];
    await server.until(() => held.length === 2);
    abort.abort();
    expect((await aborted).reason).to.equal("Aborted");
    expect(server.seen).to.have.length(2);
    for (const count of [1, 2, 3, 4]) {
      await server.until(() => held.length >= count);
      held[count - 1]?.();
    }
    await Promise.all([...first, ...last]);
    expect(server.seen.map((request) => request.url.pathname.at(-1)).join("")).to.equal("abde");
    expect(server.connections.total).to.equal(2);
  });

  it("a request that failed gives its slot back", async () => {
    await start((request) => (request.number < 3 ? "reset" : { json: {} }), { maxInFlight: 1 });
    await apiErrorOf(transport.request({ method: "GET", path: PODS }));
    await apiErrorOf(transport.request({ method: "GET", path: PODS }));
    expect(await transport.request({ method: "GET", path: PODS })).to.deep.equal({});
  });

  it("tells what was asked, what came back and nothing about who", async () => {
    const told: Omit<RequestInfo, "ms">[] = [];
    const onRequest = ({ ms, ...info }: RequestInfo) => {
      expect(ms).to.be.at.least(0);
      told.push(info);
    };
    const date = "Mon, 23 Nov 2026 12:00:00 GMT";
    const dated: Script = ({ method }) => ({ json: {}, headers: { date: method === "GET" ? date : "some day" } });
    await start((request) => (request.method === "DELETE" ? "reset" : dated(request)), { onRequest });
    await transport.request({ method: "GET", path: PODS });
    await transport.request({
      method: "PATCH",
      path: "/apis/securitybaseline.dev/v1alpha1/namespaces/shop/securitybaselines/baseline/status",
      body: {},
    });
    await apiErrorOf(transport.request({ method: "DELETE", path: "/api/v1/namespaces/shop" }));
    expect(told).to.deep.equal([
      { verb: "list", resource: "pods", code: 200, date: 1_795_435_200_000 },
      { verb: "patch", resource: "securitybaselines/status", code: 200, date: undefined },
      { verb: "delete", resource: "namespaces", code: 0, date: undefined },
    ]);
  });

  it("two transports with the same credentials have nothing in common: slots, connections, end", async () => {
    await start((request) => (request.url.pathname.endsWith("/jammed") ? "silence" : { json: { fine: true } }), { maxInFlight: 1 });
    const credentials = fixedCredentials(server.url);
    const [jammed, free] = [1, 2].map(() => createTransport({ credentials, userAgent: "test/1", maxInFlight: 1 })) as [
      Transport,
      Transport,
    ];
    const hanging = apiErrorOf(jammed.request({ method: "GET", path: `${PODS}/jammed` }));
    await server.until(() => server.seen.length === 1);
    expect(await free.request({ method: "GET", path: PODS })).to.deep.equal({ fine: true });
    await jammed.close();
    expect((await hanging).reason).to.equal("Aborted");
    expect(await free.request({ method: "GET", path: PODS })).to.deep.equal({ fine: true });
    await free.close();
  });

  for (const depth of [2000, 5000, 100_000]) {
    it(`answers JSON that is nested ${depth} deep, and lives on`, async () => {
      const text = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
      await start(() => ({ chunks: [text] }));
      let value: unknown = await transport.request({ method: "GET", path: PODS });
      let levels = 0;
      for (; typeof value === "object" && value !== null; value = Reflect.get(value, "a")) levels += 1;
      expect(levels).to.equal(depth);
    });
  }

  it("a transport that was closed before its first request sends none", async () => {
    await start(() => ({ json: {} }));
    await transport.close();
    expect((await apiErrorOf(transport.request({ method: "GET", path: PODS }))).reason).to.equal("Aborted");
    expect(server.connections.total).to.equal(0);
  });

  it("after close every request is Aborted, also one on the wire", async () => {
    await start(() => "silence");
    const request = apiErrorOf(transport.request({ method: "GET", path: PODS }));
    await server.until(() => server.seen.length === 1);
    await transport.close();
    expect((await request).reason).to.equal("Aborted");
    expect((await apiErrorOf(transport.request({ method: "GET", path: PODS }))).reason).to.equal("Aborted");
  });
});
