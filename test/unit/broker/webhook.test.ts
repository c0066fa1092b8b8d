/** Proves on a real HTTPS server that messages arrive in order, are tried again when that makes sense, and never hold up or give away anything. */
import { expect } from "chai";
import { createWebhook, type Webhook, type WebhookOptions } from "../../../operator/broker/webhook.ts";
import { selfSigned } from "../../support/certificate.ts";
import { eventually } from "../../support/eventually.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { type Reply, type Script, type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";

const TLS = selfSigned("hooks");
const SECRET = "/services/T0/B0/s3cr3t";

describe("webhook", () => {
  let server: ScriptedServer;
  let webhook: Webhook;
  let clock: ManualClock;
  let logged: { readonly message: string; readonly facts: Readonly<Record<string, string | number>> }[];

  const start = async (script: Script, options: Partial<WebhookOptions> = {}): Promise<void> => {
    clock = new ManualClock();
    logged = [];
    server = await startScriptedServer(script, TLS);
    const log = {
      info: () => undefined,
      warn: (message: string, facts: (typeof logged)[number]["facts"]) => void logged.push({ message, facts }),
    };
    const url = `${server.url}${SECRET}`;
    webhook = createWebhook({ name: "heads", url, capacity: 3, attempts: 3, log, clock, random: () => 0, ca: TLS.cert, ...options });
  };
  const bodies = (): unknown[] => server.seen.map(({ body }) => JSON.parse(body));
  /** Answers what is listed, in order, and then 200. */
  const first =
    (...replies: readonly Reply[]): Script =>
    ({ number }) =>
      replies[number - 1] ?? { json: {} };
  const seen = (count: number): Promise<void> => server.until(() => server.seen.length >= count);
  const causes = (): unknown[] => logged.map(({ facts }) => facts["cause"]);
  const pausing = (): Promise<unknown> => eventually("it pauses", () => clock.pending === 1);

  afterEach(async () => {
    await webhook.close();
    await server.close();
  });

  it("posts JSON, one message after the other over one connection", async () => {
    await start(first());
    for (const n of [1, 2, 3]) webhook.send({ n });
    await seen(3);
    expect(bodies()).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const { method, url, headers } = server.seen[0] ?? {};
    expect([method, url?.pathname, headers?.["content-type"]]).to.deep.equal(["POST", SECRET, "application/json"]);
    expect(server.connections.total).to.equal(1);
    expect(logged).to.deep.equal([]);
  });

  it("makes nothing of what the receiver answers", async () => {
    await start(first({ json: { decision: "Approve", retry: true } }));
    webhook.send({ n: 1 });
    webhook.send({ n: 2 });
    await seen(2);
    expect([bodies(), logged]).to.deep.equal([[{ n: 1 }, { n: 2 }], []]);
  });

  const passing: readonly { reason: string; reply: Reply; cause: string }[] = [
    { reason: "a server in trouble", reply: { status: 503 }, cause: "HTTP status 503" },
    { reason: "too many requests", reply: { status: 429 }, cause: "HTTP status 429" },
    { reason: "a connection that breaks", reply: "reset", cause: "UND_ERR_SOCKET" },
  ];
  for (const { reason, reply, cause } of passing) {
    it(`tries again after ${reason}`, async () => {
      await start(first(reply));
      webhook.send({ n: 1 });
      await pausing();
      expect(causes()).to.deep.equal([cause]);
      await clock.advance(clock.next ?? 0);
      await seen(2);
      expect(bodies()).to.deep.equal([{ n: 1 }, { n: 1 }]);
    });
  }

  it("gives a silent server up, and tries again", async () => {
    await start(first("silence"), { timeout: 50 });
    webhook.send({ n: 1 });
    await pausing();
    expect(causes()).to.deep.equal(["TimeoutError"]);
  });

  it("waits longer each time, and drops the message after the last attempt", async () => {
    await start(first({ status: 500 }, { status: 500 }, { status: 500 }));
    webhook.send({ n: 1 });
    webhook.send({ n: 2 });
    await pausing();
    expect(clock.next).to.equal(500);
    await clock.advance(500);
    await pausing();
    expect(clock.next).to.equal(1_000);
    await clock.advance(1_000);
    await seen(4);
    expect(bodies()).to.deep.equal([{ n: 1 }, { n: 1 }, { n: 1 }, { n: 2 }]);
    expect(logged.at(-1)).to.deep.equal({ message: "webhook message dropped", facts: { webhook: "heads", cause: "HTTP status 500" } });
  });

  it("waits as long as the server asks for", async () => {
    await start(first({ status: 429, headers: { "retry-after": "30" } }));
    webhook.send({ n: 1 });
    await pausing();
    expect(clock.next).to.equal(30_000);
  });

  it("is failing from the first attempt that does not arrive until one does, a message that was dropped between them or not", async () => {
    await start(first({ status: 404 }, { status: 503 }));
    expect(webhook.failing()).to.equal(false);
    webhook.send({ n: 1 });
    await eventually("the message is dropped", () => logged.some(({ message }) => message === "webhook message dropped"));
    expect(webhook.failing()).to.equal(true);
    webhook.send({ n: 2 });
    await pausing();
    expect(webhook.failing()).to.equal(true);
    await clock.advance(clock.next ?? 0);
    await eventually("the next one arrives", () => seen(3).then(() => !webhook.failing()));
  });

  const final: readonly { reason: string; reply: Reply; cause: string }[] = [
    { reason: "what the server refuses", reply: { status: 404 }, cause: "HTTP status 404" },
    {
      reason: "what would go to another address",
      reply: { status: 307, headers: { location: "/elsewhere" } },
      cause: "HTTP status 307",
    },
  ];
  for (const { reason, reply, cause } of final) {
    it(`does not try again ${reason}`, async () => {
      await start(first(reply));
      webhook.send({ n: 1 });
      webhook.send({ n: 2 });
      await seen(2);
      expect(bodies()).to.deep.equal([{ n: 1 }, { n: 2 }]);
      expect(server.seen.map(({ url }) => url.pathname)).to.deep.equal([SECRET, SECRET]);
      expect(causes()).to.deep.equal([cause, cause]);
    });
  }

  it("drops the oldest when too many wait, and tells", async () => {
    const gate = Promise.withResolvers<Reply>();
    await start(({ number }) => (number === 1 ? gate.promise : { json: {} }));
    for (const n of [1, 2, 3, 4, 5]) webhook.send({ n });
    await seen(1);
    gate.resolve({ json: {} });
    await seen(4);
    expect(bodies()).to.deep.equal([{ n: 1 }, { n: 3 }, { n: 4 }, { n: 5 }]);
    expect(causes()).to.deep.equal(["too many wait", "too many wait"]);
  });

  it("with one place sends the newest instead of what it was trying, and thinks nothing of it", async () => {
    await start(first({ status: 503 }), { capacity: 1, attempts: Number.POSITIVE_INFINITY });
    webhook.send({ n: 1 });
    await pausing();
    for (const n of [2, 3]) webhook.send({ n });
    await clock.advance(clock.next ?? 0);
    await seen(2);
    expect(bodies()).to.deep.equal([{ n: 1 }, { n: 3 }]);
    expect(logged.map(({ message }) => message)).to.deep.equal(["webhook not reached"]);
  });

  it("sends nothing to a server whose certificate is not trusted", async () => {
    await start(first(), { ca: selfSigned("others").cert });
    webhook.send({ n: 1 });
    await pausing();
    expect(causes()).to.deep.equal(["DEPTH_ZERO_SELF_SIGNED_CERT"]);
    expect(server.seen).to.deep.equal([]);
  });

  it("never logs the address", async () => {
    await start(first({ status: 503 }, "reset", { status: 404 }));
    webhook.send({ n: 1 });
    for (const _failure of [1, 2]) {
      await pausing();
      await clock.advance(clock.next ?? 0);
    }
    await eventually("it gives up", () => logged.length === 4);
    const { host } = new URL(server.url);
    expect(JSON.stringify(logged)).to.not.include("s3cr3t").and.not.include(host);
  });

  it("stops while it waits, and takes no more", async () => {
    await start(first({ status: 503 }));
    webhook.send({ n: 1 });
    await pausing();
    await webhook.close();
    webhook.send({ n: 2 });
    expect([clock.pending, server.seen.length]).to.deep.equal([0, 1]);
  });

  for (const url of ["http://hooks.example.com/s3cr3t", "hooks.example.com/s3cr3t", ""]) {
    it(`is not made for the address ${JSON.stringify(url)}`, async () => {
      await start(first());
      const make = (): unknown =>
        createWebhook({ name: "heads", url, capacity: 1, attempts: 1, log: { info() {}, warn() {} }, clock, random: () => 0 });
      expect(make).to.throw(/^the address of the heads webhook must begin with https:\/\/$/);
    });
  }
});
