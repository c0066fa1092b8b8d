/** Sends one request on a pool and reads the whole answer: without a stream in between, which for a few hundred bytes costs more than they do. */
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { badReply } from "./failures.ts";

/** A request as the wire takes it. */
export interface Sent {
  readonly method: Dispatcher.HttpMethod;
  /** With query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Called when the connection stands and the first byte is next: what it throws fails the request instead of sending it. */
  readonly before?: (() => void) | undefined;
}

/** The beginning of an answer. */
export interface AnswerHead {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
}

/** A whole answer. */
export interface Answer extends AnswerHead {
  readonly text: string;
}

export interface ExchangeOptions {
  /** Ends the exchange, which then fails with its reason. */
  readonly signal: AbortSignal;
  /** Bytes of an answer. */
  readonly maxBody: number;
  /** Called as soon as the server has begun to answer. */
  readonly onHead: (head: AnswerHead) => void;
}

/** Rejects with whatever the wire failed with, the signal's reason, or ApiError `BadReply` for an answer that is too long. */
export function exchange(pool: Dispatcher, sent: Sent, { signal, maxBody, onHead }: ExchangeOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const parts: Buffer[] = [];
  let size = 0;
  let head: AnswerHead = { statusCode: 0, headers: {} };
  let running: Dispatcher.DispatchController | undefined;

  // A request that still waits for a connection is given up at once; when its turn comes, it is not sent.
  const abort = (): void => {
    running?.abort(signal.reason);
    fail(signal.reason);
  };
  const fail = (reason: unknown): void => {
    signal.removeEventListener("abort", abort);
    reject(reason);
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (controller) => {
      running = controller;
      if (signal.aborted) throw signal.reason;
      sent.before?.();
    },
    onResponseStart: (_controller, statusCode, headers) => {
      // 1xx: the answer is still to come (RFC 9110, 15.2).
      if (statusCode < 200) return;
      head = { statusCode, headers };
      onHead(head);
    },
    onResponseData: (controller, part) => {
      size += part.length;
      if (size > maxBody) controller.abort(badReply(`the answer is longer than ${maxBody} bytes`));
      else parts.push(part);
    },
    onResponseEnd: () => {
      signal.removeEventListener("abort", abort);
      resolve({ ...head, text: Buffer.concat(parts, size).toString("utf8") });
    },
    onResponseError: (_controller, error) => fail(error),
  };
  if (signal.aborted) return Promise.reject(signal.reason);
  signal.addEventListener("abort", abort);
  const { method, path, headers, body } = sent;
  pool.dispatch({ method, path, headers, body }, handler);
  return promise;
}
