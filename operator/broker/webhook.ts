/** Sends messages to a web address: messages wait in a short line, are tried again while that makes sense, and never hold anybody up. */
import { Agent } from "undici";
import type { JsonObject } from "../api/json.ts";
import { type BackoffRange, backoffDelay } from "../cluster/backoff.ts";
import { type Clock, sleep } from "../cluster/clock.ts";
import { retryAfterMs } from "../cluster/failures.ts";
import type { Log } from "../cluster/log.ts";

export interface WebhookOptions {
  /** What the log calls it: the address itself may hold a secret, and is never logged. */
  readonly name: string;
  /** `https:` only. */
  readonly url: string;
  /** Messages that may wait; when another comes, the oldest is dropped. */
  readonly capacity: number;
  /** Times that a message is sent before it is dropped. */
  readonly attempts: number;
  readonly log: Log;
  readonly clock: Clock;
  /** Answers 0 <= r < 1. */
  readonly random: () => number;
  /** PEM text of what to trust instead of the system's authorities. */
  readonly ca?: string;
  /** Milliseconds for one attempt; default 10,000. */
  readonly timeout?: number;
}

export interface Webhook {
  /** Puts a message in line; returns at once and never throws. */
  send(message: JsonObject): void;
  /** Whether the last attempt did not reach the receiver; lasts until one does, also when the message was dropped meanwhile. */
  failing(): boolean;
  /** Gives up what waits. */
  close(): Promise<void>;
}

const TIMEOUT = 10_000;
const PAUSES: BackoffRange = { shortest: 1_000, longest: 300_000 };

/** How an attempt ended. */
type Outcome =
  | { readonly verdict: "delivered" }
  | { readonly verdict: "refused" | "failed"; readonly cause: string; readonly retryAfter?: number | undefined };

/** Makes a sender; nothing is opened before the first message. @throws Error if the address is not `https:` */
export function createWebhook(options: WebhookOptions): Webhook {
  if (!URL.canParse(options.url) || new URL(options.url).protocol !== "https:") {
    throw new Error(`the address of the ${options.name} webhook must begin with https://`);
  }
  return new Sender(options);
}

class Sender implements Webhook {
  readonly #options: WebhookOptions;
  readonly #agent: Agent;
  readonly #stop = new AbortController();
  readonly #line: JsonObject[] = [];
  #working: Promise<void> | undefined;
  #failing = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#agent = new Agent({ connections: 1, ...(options.ca !== undefined && { connect: { ca: options.ca } }) });
  }

  send(message: JsonObject): void {
    this.#line.push(message);
    if (this.#line.length > this.#options.capacity) this.#drop("too many wait");
    this.#working ??= this.#work();
  }

  failing(): boolean {
    return this.#failing;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#working;
    await this.#agent.destroy();
  }

  /** Whoever has one place keeps the newest: that the older one is dropped is what they want. */
  #drop(cause: string): void {
    this.#line.shift();
    if (this.#options.capacity > 1) this.#options.log.warn("webhook message dropped", { webhook: this.#options.name, cause });
  }

  async #work(): Promise<void> {
    for (let message = this.#line[0]; message !== undefined && this.#waits(message); message = this.#line[0]) await this.#deliver(message);
    this.#working = undefined;
  }

  /** Tries until the message is delivered or out of line. */
  async #deliver(message: JsonObject): Promise<void> {
    const { name, attempts, log, clock, random } = this.#options;
    for (let failures = 1; this.#waits(message); failures += 1) {
      const outcome = await this.#attempt(message);
      this.#failing = outcome.verdict !== "delivered";
      if (!this.#waits(message)) return;
      if (outcome.verdict === "delivered") return void this.#line.shift();
      log.warn("webhook not reached", { webhook: name, cause: outcome.cause, attempt: failures });
      if (outcome.verdict === "refused" || failures >= attempts) return this.#drop(outcome.cause);
      await sleep(clock, Math.max(backoffDelay(PAUSES, failures - 1, random()), outcome.retryAfter ?? 0), this.#stop.signal);
    }
  }

  #waits(message: JsonObject): boolean {
    return this.#line[0] === message && !this.#stop.signal.aborted;
  }

  async #attempt(message: JsonObject): Promise<Outcome> {
    const { timeout = TIMEOUT } = this.#options;
    const { origin, pathname, search } = new URL(this.#options.url);
    try {
      const { statusCode, headers, body } = await this.#agent.request({
        origin,
        path: pathname + search,
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": "securitybaseline" },
        body: JSON.stringify(message),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeout)]),
      });
      await body.dump();
      return outcomeOf(statusCode, headers["retry-after"]);
    } catch (error) {
      return { verdict: "failed", cause: causeOf(error) };
    }
  }
}

/** A redirection is refused like any other answer that is not 2xx: it would take the message to an address that nobody configured. */
function outcomeOf(status: number, retryAfter: string | string[] | undefined): Outcome {
  if (status >= 200 && status < 300) return { verdict: "delivered" };
  const cause = `HTTP status ${status}`;
  if (status < 500 && status !== 429) return { verdict: "refused", cause };
  return { verdict: "failed", cause, retryAfter: typeof retryAfter === "string" ? retryAfterMs(retryAfter, Date.now()) : undefined };
}

/** Messages of errors may quote the address; names and codes do not. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
