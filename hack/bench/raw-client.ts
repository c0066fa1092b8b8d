/** Talks to the API server as barely as possible, to hold the operator against: one undici pool, no retries, no cache, none of its code. */
import { createInterface } from "node:readline";
import { Pool } from "undici";
import type { KubernetesObject } from "../../operator/api/object.ts";

/** Where the API server is, and who asks. It can be sent to another process. */
export interface RawAccess {
  readonly server: string;
  readonly ca: string;
  readonly token?: string;
  /** PEM of a client certificate and its key, for who has no token. */
  readonly cert?: string;
  readonly key?: string;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubernetesObject;
}

interface Call {
  readonly method: "GET" | "PATCH" | "POST" | "DELETE";
  /** Path with query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
}

export class RawClient {
  readonly #access: RawAccess;
  readonly #requests: Pool;
  readonly #streams: Pool;

  /** `inFlight`: connections for requests; watches have their own. */
  constructor(access: RawAccess, inFlight: number) {
    const { ca, cert, key } = access;
    const connect = { ca, ...(cert && key ? { cert, key } : {}) };
    this.#access = access;
    this.#requests = new Pool(access.server, { connections: inFlight, connect });
    this.#streams = new Pool(access.server, { connect, bodyTimeout: 0 });
  }

  /** Server-side apply by force. Throws unless the answer is 2xx; the answer is read but not parsed. */
  async apply(path: string, body: string): Promise<void> {
    await this.#text({ method: "PATCH", path: `${path}?fieldManager=bench&force=true`, body });
  }

  /** Creates an object. Throws unless the answer is 2xx; the answer is read but not parsed. */
  async create(collection: string, body: string): Promise<void> {
    await this.#text({ method: "POST", path: `${collection}?fieldManager=bench`, body });
  }

  async delete(path: string): Promise<void> {
    await this.#text({ method: "DELETE", path });
  }

  /** Throws unless the answer is 2xx. */
  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.#text({ method: "GET", path }));
  }

  /**
   * Changes of a collection from now on. `ready` is called once the server has accepted the watch. Ends when the signal is aborted: what the server ends,
   * as it does after half an hour or more, goes on where it was. Throws when the server cannot go on there.
   */
  async *watch(collection: string, signal: AbortSignal, ready: () => void): AsyncGenerator<WatchEvent> {
    const separator = collection.includes("?") ? "&" : "?";
    const { metadata } = await this.get<KubernetesObject>(`${collection}${separator}limit=1`);
    let version = metadata?.resourceVersion;
    while (!signal.aborted) {
      const path = `${collection}${separator}watch=1&allowWatchBookmarks=true&resourceVersion=${version}`;
      for await (const event of this.#stream(path, signal, ready)) {
        version = event.object.metadata?.resourceVersion;
        if (event.type !== "BOOKMARK") yield event;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#requests.destroy(), this.#streams.destroy()]);
  }

  async *#stream(path: string, signal: AbortSignal, ready: () => void): AsyncGenerator<WatchEvent> {
    const { body, statusCode } = await this.#streams.request({ method: "GET", path, headers: this.#headers(), signal });
    if (statusCode !== 200) throw new Error(`watch ${path}: ${statusCode} ${await body.text()}`);
    ready();
    for await (const line of createInterface({ input: body })) {
      const event: WatchEvent = JSON.parse(line);
      if (event.type === "ERROR") throw new Error(`watch ${path}: ${line}`);
      yield event;
    }
  }

  async #text({ method, path, body }: Call): Promise<string> {
    const type = method === "POST" ? "application/json" : "application/apply-patch+yaml";
    const content = body === undefined ? {} : { "content-type": type };
    const reply = await this.#requests.request({ method, path, headers: { ...this.#headers(), ...content }, body: body ?? null });
    const text = await reply.body.text();
    if (reply.statusCode < 200 || reply.statusCode > 299) throw new Error(`${method} ${path}: ${reply.statusCode} ${text}`);
    return text;
  }

  #headers(): Record<string, string> {
    const { token } = this.#access;
    return { accept: "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  }
}
