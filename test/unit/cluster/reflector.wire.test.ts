/** Proves that reflectors keep their stores right over a real connection and its faults. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { createReflector, type Reflector } from "../../../operator/cluster/reflector.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import { createTransport } from "../../../operator/cluster/transport.ts";
import type { Stored, Transport } from "../../../operator/cluster/types.ts";
import { fixedCredentials } from "../../support/credentials.ts";
import { type Script, type ScriptedServer, type SeenRequest, startScriptedServer } from "../../support/scripted-server.ts";
import { listEnd, listed, told } from "../../support/scripted-transport.ts";

const line = (frame: JsonObject): string => `${JSON.stringify(frame)}\n`;
const asksHowFar = ({ url }: SeenRequest): boolean => url.searchParams.get("limit") === "1";
const isWatchFrom = ({ url }: SeenRequest, resourceVersion: string): boolean => url.searchParams.get("resourceVersion") === resourceVersion;

describe("reflector on the wire", () => {
  let server: ScriptedServer;
  let transport: Transport;
  let stop: AbortController;
  const runs: Promise<void>[] = [];

  const start = async (script: Script): Promise<void> => {
    stop = new AbortController();
    const isFar = { metadata: { resourceVersion: "1000" }, items: [] };
    server = await startScriptedServer((request) => (asksHowFar(request) ? { json: isFar } : script(request)));
    transport = createTransport({ credentials: fixedCredentials(server.url), userAgent: "test/1" });
  };

  /** Follows a kind; the promise resolves once an object of this name is known. */
  const follow = (resource: string, awaited: string): { reflector: Reflector<Stored>; known: Promise<void> } => {
    const { promise: known, resolve } = Promise.withResolvers<void>();
    const store = createStore<Stored>({
      project: ({ metadata = {} }) => {
        const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
        return { namespace, name, uid, resourceVersion };
      },
      onChange: (_key, { current }) => {
        if (current?.name === awaited) resolve();
      },
      onProblem: (problem) => expect.fail(problem),
    });
    const log = { info: () => undefined, warn: () => undefined };
    const type = { apiVersion: "v1", resource, namespaced: true };
    const reflector = createReflector({ transport, type, store, log, random: () => 0 });
    runs.push(reflector.run(stop.signal));
    return { reflector, known };
  };

  afterEach(async () => {
    stop.abort();
    await Promise.all(runs.splice(0));
    await transport.close();
    await server.close();
  });

  const faults = [
    { title: "a reset", chunks: [line(told("ADDED", "a", 6))], finish: "reset" as const },
    { title: "a cut in the middle of a frame", chunks: [line(told("ADDED", "a", 6)), '{"type":"ADD'], finish: "cut" as const },
    { title: "a frame that is no JSON", chunks: [line(told("ADDED", "a", 6)), "{oops}\n"], finish: "stall" as const },
    { title: "a regular end", chunks: [line(told("ADDED", "a", 6))], finish: "end" as const },
  ];
  for (const { title, chunks, finish } of faults) {
    it(`goes on where it was after ${title}`, async () => {
      await start((request) =>
        isWatchFrom(request, "6")
          ? { chunks: [line(told("ADDED", "b", 7))], finish: "stall" }
          : { chunks: [line(listEnd(5)), ...chunks], finish },
      );
      const { reflector, known } = follow("pods", "b");
      await known;
      expect([...reflector.store.list("shop").keys()]).to.deep.equal(["a", "b"]);
      const watches = server.seen.filter((request) => !asksHowFar(request));
      expect(watches.map(({ url }) => url.searchParams.get("resourceVersion"))).to.deep.equal([null, "6"]);
    });
  }

  it("falls back to pages where streaming is refused", async () => {
    const refusal = { kind: "Status", code: 422, reason: "Invalid", message: "no streaming" };
    const pages = [
      { metadata: { resourceVersion: "9", continue: "next one" }, items: [listed("a", 3)] },
      { metadata: { resourceVersion: "9" }, items: [listed("b", 3)] },
    ];
    await start(({ url }) => {
      if (url.searchParams.has("sendInitialEvents")) return { status: 422, json: refusal };
      if (url.searchParams.has("watch")) return { chunks: [], finish: "stall" };
      return { json: pages[url.searchParams.get("continue") === "next one" ? 1 : 0] };
    });
    const { reflector, known } = follow("pods", "b");
    await known;
    expect([...reflector.store.list("shop").keys()]).to.deep.equal(["a", "b"]);
    expect(reflector.synced).to.equal(true);
    await server.until(() => server.seen.some((request) => isWatchFrom(request, "9")));
  });

  it("is not held up by another kind that hangs", async () => {
    await start(({ url }) =>
      url.pathname.endsWith("hanging") ? "silence" : { chunks: [line(listEnd(5)), line(told("ADDED", "a", 6))], finish: "stall" },
    );
    const hanging = follow("hanging", "a");
    const working = follow("pods", "a");
    await working.known;
    expect(working.reflector.synced).to.equal(true);
    expect(hanging.reflector.synced).to.equal(false);
  });
});
