/** Proves how streams of frames arrive, stall, break and end. */
import { getEventListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { createTransport, type TransportOptions } from "../../../operator/cluster/transport.ts";
import type { FrameStream, Transport } from "../../../operator/cluster/types.ts";
import { fixedCredentials } from "../../support/credentials.ts";
import { apiErrorOf } from "../../support/failure.ts";
import { createChannel, type Reply, type Script, type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";

const WATCH = { method: "GET", path: "/api/v1/pods", query: { watch: "true" } } as const;

async function collect(stream: FrameStream): Promise<JsonObject[]> {
  const frames: JsonObject[] = [];
  for await (const frame of stream.frames) frames.push(frame);
  return frames;
}

describe("stream", () => {
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

  const umlaut = Buffer.from('{"n":"ö"}\n');
  const whole: readonly { title: string; chunks: readonly (string | Uint8Array)[]; frames: readonly JsonObject[] }[] = [
    { title: "one frame per line", chunks: ['{"n":1}\n{"n":2}\n'], frames: [{ n: 1 }, { n: 2 }] },
    { title: "frames in pieces", chunks: ['{"n"', ":1}", "\n{", '"n":2}\n'], frames: [{ n: 1 }, { n: 2 }] },
    { title: "a character in pieces", chunks: [umlaut.subarray(0, 7), umlaut.subarray(7)], frames: [{ n: "ö" }] },
    { title: "blank lines and line ends of two characters", chunks: ['\n{"n":1}\r\n\r\n'], frames: [{ n: 1 }] },
    { title: "a last frame without a line end", chunks: ['{"n":1}\n{"n":2}'], frames: [{ n: 1 }, { n: 2 }] },
    {
      title: "frames that are together longer than one may be",
      chunks: ['{"n":1}\n', '{"n":2}\n{"n":3}\n'],
      frames: [{ n: 1 }, { n: 2 }, { n: 3 }],
    },
    { title: "nothing", chunks: [], frames: [] },
  ];
  for (const { title, chunks, frames } of whole) {
    it(`reads ${title} and ends with the server's regular end`, async () => {
      await start(() => ({ chunks }), { limits: { maxLine: 12 } });
      expect(await collect(await transport.stream(WATCH, 5_000))).to.deep.equal(frames);
    });
  }

  const broken: readonly { title: string; reply: Reply; reason: string; got: number }[] = [
    { title: "a cut connection", reply: { chunks: ['{"n":1}\n'], finish: "cut" }, reason: "Unreachable", got: 1 },
    { title: "a reset connection", reply: { chunks: ['{"n":1}\n{"n"'], finish: "reset" }, reason: "Unreachable", got: 1 },
    { title: "a connection that is silent from the start", reply: { chunks: [], finish: "stall" }, reason: "Timeout", got: 0 },
    { title: "a connection that falls silent", reply: { chunks: ['{"n":1}\n'], finish: "stall" }, reason: "Timeout", got: 1 },
    { title: "a line that is not JSON", reply: { chunks: ['{"n":1}\noops\n'] }, reason: "BadReply", got: 1 },
    { title: "a last line that stops short", reply: { chunks: ['{"n":1}\n{"n":'] }, reason: "BadReply", got: 1 },
    {
      title: "a line beyond the limit",
      reply: { chunks: ['{"n":1}\n', "x".repeat(60), "x".repeat(60)], finish: "stall" },
      reason: "BadReply",
      got: 1,
    },
  ];
  for (const { title, reply, reason, got } of broken) {
    it(`${title} is ${reason} after the frames before it, and the connection is closed`, async () => {
      await start(() => reply, { limits: { maxLine: 100 } });
      const stream = await transport.stream(WATCH, reason === "Timeout" ? 100 : 10_000);
      let frames = 0;
      const reading = (async () => {
        for await (const _ of stream.frames) frames += 1;
      })();
      const error = await apiErrorOf(reading);
      expect({ reason: error.reason, frames }).to.deep.equal({ reason, frames: got });
      if (typeof reply === "object" && reply.finish !== undefined) await server.until(() => server.connections.open === 0);
    });
  }

  it("a refusal fails the opening", async () => {
    await start(() => ({ status: 410, json: { kind: "Status", reason: "Expired", message: "too old" } }));
    const error = await apiErrorOf(transport.stream(WATCH, 5_000));
    expect({ status: error.status, reason: error.reason }).to.deep.equal({ status: 410, reason: "Expired" });
  });

  it("a server that does not answer fails the opening with a Timeout", async () => {
    await start(() => "silence");
    expect((await apiErrorOf(transport.stream({ ...WATCH, timeout: 50 }, 5_000))).reason).to.equal("Timeout");
  });

  it("the idle time starts anew with each byte, and neither a slow reader nor a late one is silence", async () => {
    const chunks = createChannel<string>();
    await start(() => ({ chunks }));
    const stream = await transport.stream({ ...WATCH, timeout: 300 }, 400);
    const frames = stream.frames[Symbol.asyncIterator]();
    await delay(350);
    for (const n of [1, 2, 3]) {
      setTimeout(() => chunks.push(`{"n":${n}}\n`), 250);
      expect((await frames.next()).value).to.deep.equal({ n });
    }
    chunks.push('{"n":4}\n');
    await delay(450);
    expect((await frames.next()).value).to.deep.equal({ n: 4 });
    stream.close();
  });

  it("close ends the iteration quietly and hangs up, also while waiting, also twice", async () => {
    await start(() => ({ chunks: ['{"n":1}\n'], finish: "stall" }));
    const stream = await transport.stream(WATCH, 5_000);
    const frames = stream.frames[Symbol.asyncIterator]();
    await frames.next();
    const waiting = frames.next();
    stream.close();
    stream.close();
    expect((await waiting).done).to.equal(true);
    await server.until(() => server.connections.open === 0);
  });

  it("a stream that ended leaves nothing on the caller's signal", async () => {
    const { signal } = new AbortController();
    await start(() => ({ chunks: ['{"n":1}\n'] }));
    const stream = await transport.stream({ ...WATCH, signal }, 5_000);
    expect(getEventListeners(signal, "abort")).to.have.length(1);
    await collect(stream);
    expect(getEventListeners(signal, "abort")).to.deep.equal([]);
  });

  it("leaving the loop hangs up", async () => {
    await start(() => ({ chunks: ['{"n":1}\n'], finish: "stall" }));
    for await (const frame of (await transport.stream(WATCH, 5_000)).frames) {
      expect(frame).to.deep.equal({ n: 1 });
      break;
    }
    await server.until(() => server.connections.open === 0);
  });

  it("an abort is told as Aborted", async () => {
    const abort = new AbortController();
    await start(() => ({ chunks: ['{"n":1}\n'], finish: "stall" }));
    const stream = await transport.stream({ ...WATCH, signal: abort.signal }, 5_000);
    const frames = stream.frames[Symbol.asyncIterator]();
    await frames.next();
    const waiting = apiErrorOf(frames.next());
    abort.abort();
    expect((await waiting).reason).to.equal("Aborted");
    await server.until(() => server.connections.open === 0);
  });

  it("streams do not take the slots of requests", async () => {
    await start((request) => (request.url.search === "" ? { json: { fine: true } } : { chunks: ["\n"], finish: "stall" }), {
      maxInFlight: 1,
    });
    const streams = await Promise.all([1, 2, 3, 4].map(() => transport.stream(WATCH, 5_000)));
    expect(await transport.request({ method: "GET", path: "/api/v1/pods" })).to.deep.equal({ fine: true });
    for (const stream of streams) stream.close();
  });
});
