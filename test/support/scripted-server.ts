/** Starts an HTTP(S) server that answers each request, or shows a fault on the wire, as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { KeyPair } from "./certificate.ts";

/** A request as it arrived. */
export interface SeenRequest {
  /** 1 for the first request of this server. */
  readonly number: number;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** 1 for the first connection of this server. */
  readonly connection: number;
}

/**
 * - `reset`: the connection is reset without an answer.
 * - `silence`: no answer, the connection stays open (what a peer that vanished looks like).
 * - otherwise an answer; `finish` says what follows its last byte: `end` (default), `reset`, `cut` (closed although more
 *   was announced) or `stall` (nothing, the connection stays open).
 */
export type Reply =
  | "reset"
  | "silence"
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json?: unknown;
      /** Pieces of the body, each sent on its own; used instead of `json`. */
      readonly chunks?: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
      readonly finish?: "end" | "reset" | "cut" | "stall";
    };

/** Decides what a request gets; a promise keeps the client waiting until the test lets go. */
export type Script = (request: SeenRequest) => Reply | Promise<Reply>;

export interface ScriptedServer {
  /** `http(s)://127.0.0.1:<port>` */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Connections opened so far, and those open now. */
  readonly connections: { readonly total: number; readonly open: number };
  /** Resolves once `predicate` holds; it is asked again after every request and connection event. */
  until(predicate: () => boolean): Promise<void>;
  /** Resets all connections and stops. */
  close(): Promise<void>;
}

/** Starts a server on a free loopback port; with `tls` it speaks HTTPS. */
export async function startScriptedServer(script: Script, tls?: KeyPair): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Map<Socket, number>();
  const waiting = new Set<() => void>();
  const connections = { total: 0, open: 0 };
  const changed = () => {
    for (const check of [...waiting]) check();
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await readAll(incoming);
    const request = {
      number: seen.length + 1,
      method: incoming.method ?? "",
      url: new URL(incoming.url ?? "/", "http://127.0.0.1"),
      headers: incoming.headers,
      body,
      connection: sockets.get(incoming.socket) ?? 0,
    };
    seen.push(request);
    const reply = script(request);
    changed();
    await answer(await reply, response);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    handle(incoming, response).catch(() => incoming.socket.destroy());
  };

  const server = tls === undefined ? createServer(listener) : createSecureServer({ cert: tls.cert, key: tls.key }, listener);
  server.on(tls === undefined ? "connection" : "secureConnection", (socket: Socket) => {
    connections.total += 1;
    connections.open += 1;
    sockets.set(socket, connections.total);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      connections.open -= 1;
      changed();
    });
    changed();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    seen,
    connections,
    until: (predicate) =>
      new Promise((resolve) => {
        const check = () => {
          if (!predicate()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.keys()) socket.destroy();
        server.closeAllConnections();
      }),
  };
}

/** A body that a test feeds piece by piece. */
export interface Channel<T> extends AsyncIterable<T> {
  push(value: T): void;
  end(): void;
}

/** Makes a body that stays open until `end` is called. */
export function createChannel<T>(): Channel<T> {
  const values: T[] = [];
  let ended = false;
  let wake = () => {};
  const change = (apply: () => void) => {
    apply();
    wake();
  };
  return {
    push: (value) => change(() => values.push(value)),
    end: () =>
      change(() => {
        ended = true;
      }),
    async *[Symbol.asyncIterator]() {
      while (!ended || values.length > 0) {
        const value = values.shift();
        if (value !== undefined) yield value;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

async function answer(reply: Reply, response: ServerResponse): Promise<void> {
  const socket = response.socket;
  if (reply === "silence" || socket === null) return;
  if (reply === "reset") return reset(socket);
  const status = reply.status ?? 200;
  if (reply.chunks === undefined) {
    const body = reply.json === undefined ? "" : JSON.stringify(reply.json);
    response.writeHead(status, { "content-type": "application/json", ...reply.headers }).end(body);
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...reply.headers });
  response.flushHeaders();
  for await (const chunk of reply.chunks) await new Promise((resolve) => response.write(chunk, resolve));
  finish(reply.finish ?? "end", response, socket);
}

function finish(how: "end" | "reset" | "cut" | "stall", response: ServerResponse, socket: Socket): void {
  if (how === "end") response.end();
  if (how === "reset") reset(socket);
  if (how === "cut") socket.end();
}

/** TLS sockets know no reset of their own: closing without a goodbye is what their peer sees. */
function reset(socket: Socket): void {
  if ("encrypted" in socket) socket.destroy();
  else socket.resetAndDestroy();
}
