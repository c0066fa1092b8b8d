/** Sends requests to the API server and opens streams; answers an object, frames or an ApiError, nothing else. */
import type { Dispatcher, Pool } from "undici";
import type { KubernetesObject } from "../api/object.ts";
import { createConnections, type Pools } from "./connections.ts";
import type { Access, Credentials } from "./credentials.ts";
import { type AnswerHead, type ExchangeOptions, exchange, type Sent } from "./exchange.ts";
import { refusal, retryAfterMs, wireFailure } from "./failures.ts";
import { openFrames } from "./frame-stream.ts";
import { parseObject, readText } from "./frames.ts";
import { pathInfo } from "./paths.ts";
import { openScope, type Scope, within } from "./scope.ts";
import { createSlots, type ReleaseSlot } from "./slots.ts";
import type { ApiRequest, Transport } from "./types.ts";
import { warningTexts } from "./warnings.ts";

/** One exchange with the server, for metrics. */
export interface RequestInfo {
  /** As in RBAC (`get`, `list`, `watch`, `create`, `update`, `patch`, `delete`). */
  readonly verb: string;
  /** See `pathInfo`. */
  readonly resource: string;
  /** HTTP status; 0 when no answer came. */
  readonly code: number;
  /** Milliseconds until the headers of the answer. */
  readonly ms: number;
  /** The answer's `Date` header in milliseconds since the epoch; undefined without an answer, or if it tells none. */
  readonly date: number | undefined;
}

export interface TransportOptions {
  readonly credentials: Credentials;
  readonly userAgent: string;
  /** Requests on the wire at the same time; default 32. Streams do not count. */
  readonly maxInFlight?: number;
  readonly onRequest?: (info: RequestInfo) => void;
  readonly limits?: Partial<WireLimits>;
}

export interface WireLimits {
  /** Milliseconds for TCP and TLS handshake together. */
  readonly connectTimeout: number;
  /** Bytes of an answer. */
  readonly maxBody: number;
  /** Bytes of one frame of a stream. */
  readonly maxLine: number;
}

const MEBIBYTE = 1_048_576;
const DEFAULT_LIMITS: WireLimits = { connectTimeout: 10_000, maxBody: 64 * MEBIBYTE, maxLine: 16 * MEBIBYTE };
const DEFAULT_TIMEOUT = 30_000;
const DEFAULT_IN_FLIGHT = 32;

const VERBS: Readonly<Record<ApiRequest["method"], string>> = {
  GET: "get",
  POST: "create",
  PATCH: "patch",
  PUT: "update",
  DELETE: "delete",
};

/** Makes a transport; nothing is opened before the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { credentials } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const maxInFlight = options.maxInFlight ?? DEFAULT_IN_FLIGHT;
  const slots = createSlots(maxInFlight);
  const basePath = credentials.server.pathname.replace(/\/+$/, "");
  const connections = createConnections({ origin: credentials.server.origin, maxInFlight, connectTimeout: limits.connectTimeout });

  const sentOf = (request: ApiRequest, access: Access): Sent => ({
    method: request.method,
    path: basePath + withQuery(request),
    headers: { ...access.headers, ...contentHeaders(request), "user-agent": options.userAgent },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    before: request.before,
  });

  /** One exchange, told to whoever counts; fails with an ApiError. */
  const told = async <T extends AnswerHead>(
    request: ApiRequest,
    carryOut: (onHead: (head: AnswerHead) => void) => Promise<T>,
  ): Promise<T> => {
    const started = performance.now();
    let answered = false;
    const report = (code: number, date?: number) =>
      options.onRequest?.({ ...describe(request), code, ms: performance.now() - started, date });
    const onHead = (head: AnswerHead): void => {
      answered = true;
      report(head.statusCode, dateOf(head));
    };
    try {
      return await carryOut(onHead);
    } catch (error) {
      const failure = wireFailure(error);
      if (!answered && failure.reason !== "Fenced") report(0);
      throw failure;
    }
  };

  /** Answers with status 2xx. A refused credential is exchanged once for a fresh one. */
  const send = async <T extends AnswerHead>(
    request: ApiRequest,
    scope: Scope,
    wire: { readonly carryOut: (pools: Pools, sent: Sent) => Promise<T>; readonly textOf: (answer: T) => string | Promise<string> },
  ): Promise<T> => {
    scope.limit(request.timeout ?? DEFAULT_TIMEOUT, `the API server did not answer within ${request.timeout ?? DEFAULT_TIMEOUT} ms`);
    const access = await within(scope.signal, credentials.current());
    const first = await wire.carryOut(connections.with(access.tls), sentOf(request, access));
    if (first.statusCode !== 401) return checked(first, wire.textOf);
    await wire.textOf(first);
    const fresh = await within(scope.signal, credentials.refresh(access));
    return checked(await wire.carryOut(connections.with(fresh.tls), sentOf(request, fresh)), wire.textOf);
  };

  return {
    request: async (request) => {
      const scope = openScope(request.signal);
      let release: ReleaseSlot | undefined;
      try {
        release = await slots.acquire(scope.signal);
        const { headers, text } = await send(request, scope, {
          carryOut: ({ requests }, sent) =>
            told(request, (onHead) => exchange(requests, sent, { signal: scope.signal, maxBody: limits.maxBody, onHead })),
          textOf: (answer) => answer.text,
        });
        const object = parseObject(text) as KubernetesObject;
        request.onWarnings?.(warningTexts(headers["warning"]));
        return object;
      } catch (error) {
        throw wireFailure(error);
      } finally {
        release?.();
        scope.end();
      }
    },
    stream: async (request, idleTimeout) => {
      const scope = openScope(request.signal);
      try {
        const response = await send(request, scope, {
          carryOut: ({ streams }, sent) => told(request, (onHead) => opened(streams, sent, { signal: scope.signal, onHead })),
          textOf: ({ body }) => readText(body, limits.maxBody),
        });
        scope.lift();
        return openFrames(response.body, { scope, idleTimeout, maxLine: limits.maxLine });
      } catch (error) {
        scope.end();
        throw wireFailure(error);
      }
    },
    close: () => connections.close(),
  };
}

/** The beginning of an answer whose end is not waited for. */
async function opened(
  pool: Pool,
  { method, path, headers }: Sent,
  { signal, onHead }: Pick<ExchangeOptions, "signal" | "onHead">,
): Promise<Dispatcher.ResponseData> {
  const response = await within(signal, pool.request({ method, path, headers, signal }));
  // A body that is destroyed unread says so with an event that nobody needs.
  response.body.on("error", () => {});
  onHead(response);
  return response;
}

async function checked<T extends AnswerHead>(answer: T, textOf: (answer: T) => string | Promise<string>): Promise<T> {
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
  const header = answer.headers["retry-after"];
  const retryAfter = retryAfterMs(typeof header === "string" ? header : undefined, Date.now());
  throw refusal(answer.statusCode, await textOf(answer), retryAfter);
}

function dateOf({ headers: { date } }: AnswerHead): number | undefined {
  const time = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function contentHeaders(request: ApiRequest): Record<string, string> {
  const accept = { accept: request.accept ?? "application/json" };
  return request.body === undefined ? accept : { ...accept, "content-type": request.contentType ?? "application/json" };
}

function withQuery(request: ApiRequest): string {
  let query = "";
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query += `${query === "" ? "?" : "&"}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }
  return request.path + query;
}

function describe(request: ApiRequest): { verb: string; resource: string } {
  const { resource, named } = pathInfo(request.path);
  if (request.method !== "GET" || named) return { verb: VERBS[request.method], resource };
  return { verb: request.query?.["watch"] === undefined ? "list" : "watch", resource };
}
