/** Plays to a reflector what a test wrote down, in order, and notes what it asked for. */
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { ApiError } from "../../operator/cluster/errors.ts";
import type { ApiRequest, FrameStream, Transport } from "../../operator/cluster/types.ts";

/** One reply: a failure, the answer to a request, or a stream. */
export type Played = Error | { readonly answer: JsonObject } | PlayedStream;

interface PlayedStream {
  readonly frames: readonly JsonObject[];
  /** How the stream ends; without it, it stays open. */
  readonly finish?: "end" | Error;
  /** What the end waits for. */
  readonly after?: Promise<void>;
}

export class ScriptedTransport implements Transport {
  readonly seen: ApiRequest[] = [];
  readonly idleTimeouts: number[] = [];
  /** Streams that are open. */
  open = 0;
  /** What a question how far the server is gets, always; it is no part of the script. */
  newest: string | Error = "1000000";
  readonly #script: Played[];

  constructor(...script: Played[]) {
    this.#script = script;
  }

  /** Query of the nth request, from 0 on. */
  query(index: number): Readonly<Record<string, string | undefined>> {
    return this.seen[index]?.query ?? {};
  }

  play(...more: Played[]): void {
    this.#script.push(...more);
  }

  async request(request: ApiRequest): Promise<KubernetesObject> {
    if (request.query?.["limit"] === "1") return this.#howFar(request);
    const reply = this.#next(request);
    if (!("answer" in reply)) throw new Error("the script has a stream here");
    return reply.answer as unknown as KubernetesObject;
  }

  async stream(request: ApiRequest, idleTimeout: number): Promise<FrameStream> {
    this.idleTimeouts.push(idleTimeout);
    const reply = this.#next(request);
    if (!("frames" in reply)) throw new Error("the script has an answer here");
    return this.#stream(reply, request.signal);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  #howFar(request: ApiRequest): KubernetesObject {
    this.seen.push(request);
    if (this.newest instanceof Error) throw this.newest;
    return { metadata: { resourceVersion: this.newest }, items: [] };
  }

  #next(request: ApiRequest): Exclude<Played, Error> {
    this.seen.push(request);
    const reply = this.#script.shift() ?? { frames: [] };
    if (reply instanceof Error) throw reply;
    return reply;
  }

  #stream({ frames, finish, after }: PlayedStream, signal: AbortSignal | undefined): FrameStream {
    const closed = Promise.withResolvers<void>();
    const aborted = new ApiError({ status: 0, reason: "Aborted", message: "aborted" });
    signal?.addEventListener("abort", () => closed.reject(aborted));
    this.open += 1;
    let isOpen = true;
    const close = (): void => {
      if (isOpen) this.open -= 1;
      isOpen = false;
      closed.resolve();
    };
    async function* play(): AsyncGenerator<JsonObject> {
      yield* frames;
      await after;
      if (finish instanceof Error) throw finish;
      if (finish !== "end") await closed.promise;
    }
    return { frames: play(), close };
  }
}

/** An object of a namespaced kind; its uid follows from its name. */
export function listed(name: string, resourceVersion: number): JsonObject {
  return { metadata: { namespace: "shop", name, uid: `uid-${name}`, resourceVersion: String(resourceVersion) } };
}

/** A watch event about an object. */
export function told(type: "ADDED" | "MODIFIED" | "DELETED", name: string, resourceVersion: number): JsonObject {
  return { type, object: listed(name, resourceVersion) };
}

/** A bookmark as it comes now and then. */
export function bookmark(resourceVersion: number): JsonObject {
  return { type: "BOOKMARK", object: { metadata: { resourceVersion: String(resourceVersion) } } };
}

/** The bookmark that ends the initial events of a streaming list. */
export function listEnd(resourceVersion: number): JsonObject {
  const annotations = { "k8s.io/initial-events-end": "true" };
  return { type: "BOOKMARK", object: { metadata: { resourceVersion: String(resourceVersion), annotations } } };
}

/** A failure as a frame of a watch. */
export function errorFrame(code: number, details?: JsonObject): JsonObject {
  return { type: "ERROR", object: { kind: "Status", code, message: `failure ${code}`, ...(details ? { details } : {}) } };
}

/** A page of a list. */
export function page(resourceVersion: number, items: readonly JsonObject[], token?: string): Played {
  return { answer: { metadata: { resourceVersion: String(resourceVersion), ...(token ? { continue: token } : {}) }, items } };
}

/** A request that the server refuses, or that never reached it (status 0). */
export function refused(status: number, message = `refused ${status}`, retryAfter?: number): ApiError {
  const reason = status === 0 ? "Unreachable" : "Refused";
  return new ApiError({ status, reason, message, ...(retryAfter === undefined ? {} : { retryAfter }) });
}
