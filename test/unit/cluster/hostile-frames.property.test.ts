/** Proves that whatever a server sends, a feed lives on and its store holds of each object the newest state or nothing. */
import { expect } from "chai";
import fc from "fast-check";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { decodeFrames } from "../../../operator/cluster/frames.ts";
import { createReflector } from "../../../operator/cluster/reflector.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import type { FrameStream, Stored, Transport } from "../../../operator/cluster/types.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";

const POLICIES = { apiVersion: "networking.k8s.io/v1", resource: "networkpolicies", namespaced: true };
const NAMES = ["a", "b", "__proto__", "constructor"];
const DEPTHS = [2000, 5000];

interface Row extends Stored {
  readonly content: string;
}

/** Walks through everything, as a fingerprint does: it fails on what lies too deep, and on whatever is no map of labels. */
function project(object: KubernetesObject): Row {
  const { namespace = "", name = "", uid = "", resourceVersion = "", labels = {} } = object.metadata ?? {};
  if (Array.isArray(labels) || Object.hasOwn(labels, "__proto__")) throw new Error("these are no labels");
  return { namespace, name, uid, resourceVersion, content: JSON.stringify(object["spec"] ?? null) };
}

/** One line of a watch; it may be anything that is JSON. */
type Line = string;

const hostileMetadata = fc.record(
  {
    labels: fc.oneof(fc.array(fc.string()), fc.constantFrom(1, null, "text"), fc.dictionary(fc.string(), fc.anything())),
    annotations: fc.oneof(fc.array(fc.string()), fc.constantFrom(1, null, "text")),
    finalizers: fc.oneof(fc.string(), fc.constant(null)),
    managedFields: fc.oneof(fc.string(), fc.array(fc.constant(null))),
  },
  { requiredKeys: [] },
);

/** What is said of an object whose name, uid and version can be read. */
const event = fc
  .record({
    type: fc.constantFrom("ADDED", "MODIFIED", "MODIFIED", "DELETED"),
    name: fc.constantFrom(...NAMES),
    more: hostileMetadata,
    spec: fc.oneof(fc.jsonValue(), fc.constantFrom(...DEPTHS.map((depth) => ({ depth })))),
    poison: fc.constantFrom("", "", '"__proto__":1', '"constructor":1'),
  })
  .map((each) =>
    readable(each, (version: number): Line => {
      const { type, name, more, spec, poison } = each;
      const identity = { namespace: "shop", name, uid: `uid-${name}`, resourceVersion: String(version) };
      const labels = poison === "" ? undefined : "POISON";
      const text = JSON.stringify({
        type,
        object: { metadata: { ...more, ...(labels && { labels }), ...identity }, spec: depthOf(spec) ? "DEEP" : spec },
      });
      return text.replace('"DEEP"', nested(depthOf(spec))).replace('"POISON"', `{${poison}}`);
    }),
  );

/** Lets a counterexample tell what was sent. */
function readable<F extends object>(sent: unknown, line: F): F {
  return Object.assign(line, { [fc.toStringMethod]: () => JSON.stringify(sent) });
}

function depthOf(spec: unknown): number {
  return typeof spec === "object" && spec !== null && "depth" in spec && typeof spec.depth === "number" ? spec.depth : 0;
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

/** What nobody can make sense of. */
const noise = fc
  .oneof(
    fc.jsonValue().map((object) => ({ type: "MODIFIED", object })),
    fc.jsonValue().map((metadata) => ({ type: "BOOKMARK", object: { metadata } })),
    fc.jsonValue().map((type) => ({ type, object: {} })),
    fc.record({
      type: fc.constant("ERROR"),
      object: fc.record({ code: fc.jsonValue(), details: fc.jsonValue(), message: fc.jsonValue() }),
    }),
    fc.record({
      type: fc.constant("ERROR"),
      object: fc.record({ code: fc.constant(410), details: fc.record({ retryAfterSeconds: fc.jsonValue() }) }),
    }),
    fc.dictionary(fc.string(), fc.jsonValue()),
  )
  .map((frame) => readable(frame, (): Line => JSON.stringify(frame)));

/** Plays lines as the watch of a server that knows what it last said of each object. */
class LineServer implements Transport {
  readonly #lines: ((version: number) => Line)[];
  readonly said = new Map<string, JsonObject>();
  #version = 10;

  constructor(lines: readonly ((version: number) => Line)[]) {
    this.#lines = [...lines];
  }

  async request(): Promise<KubernetesObject> {
    return { metadata: { resourceVersion: String(this.#version) }, items: [] };
  }

  async stream({ query = {}, signal }: Parameters<Transport["stream"]>[0]): Promise<FrameStream> {
    const list = query["sendInitialEvents"] === undefined ? [] : [...this.said.values()].map((object) => ({ type: "ADDED", object }));
    const annotations = { "k8s.io/initial-events-end": "true" };
    const end = { type: "BOOKMARK", object: { metadata: { resourceVersion: String(this.#version), annotations } } };
    const before = query["sendInitialEvents"] === undefined ? [] : [...list, end];
    const closed = Promise.withResolvers<void>();
    signal?.addEventListener("abort", () => closed.resolve());
    const next = (): Line | undefined => this.#say();
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (const frame of before) yield Buffer.from(`${JSON.stringify(frame)}\n`);
      for (let line = next(); line !== undefined; line = next()) yield Buffer.from(`${line}\n`);
      await closed.promise;
    }
    return { frames: decodeFrames(bytes(), 16_000_000), close: closed.resolve };
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  #say(): Line | undefined {
    const line = this.#lines.shift()?.(this.#version + 1);
    if (line === undefined) return undefined;
    this.#version += 1;
    this.#remember(JSON.parse(line) as JsonObject);
    return line;
  }

  #remember({ type, object }: { readonly type?: unknown; readonly object?: unknown }): void {
    const { metadata } = (object ?? {}) as KubernetesObject;
    const { name, uid } = metadata ?? {};
    if (typeof name !== "string" || uid !== `uid-${name}`) return;
    if (type === "DELETED") this.said.delete(name);
    else this.said.set(name, object as JsonObject);
  }
}

describe("a feed that is sent anything", () => {
  it("lives on, and its store holds of each object the newest state or nothing", async () => {
    let kept = 0;
    const property = fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: event }, noise), { maxLength: 25 }), async (lines) => {
      const clock = new ManualClock();
      const server = new LineServer(lines);
      const store = createStore<Row>({ project, onChange: () => undefined, onProblem: () => undefined });
      const log = { info: () => undefined, warn: () => undefined };
      const stop = new AbortController();
      const running = createReflector({ transport: server, type: POLICIES, store, log, clock, random: () => 0 }).run(stop.signal);
      await settle();
      await clock.advance(20_000);
      for (const [name, row] of store.list("shop")) {
        const newest = server.said.get(name);
        expect(newest, `${name} is there`).not.to.equal(undefined);
        expect(row, `the newest state of ${name}`).to.deep.equal(project(newest as unknown as KubernetesObject));
        kept += 1;
      }
      stop.abort();
      await running;
    });
    await fc.assert(property, { numRuns: 80 });
    expect(kept, "objects that were compared").to.be.above(30);
  }).timeout(60_000);
});
