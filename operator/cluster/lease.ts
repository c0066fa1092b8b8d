/** Elects a leader by a Lease: at most one instance believes that it leads, judged by its own monotonic clock only. */
import type { JsonObject } from "../api/json.ts";
import { type Clock, sleep } from "./clock.ts";
import { ApiError } from "./errors.ts";
import { claimed, durationOf, holderOf, newLease, released, versionOf } from "./lease-record.ts";
import { collectionPath, objectPath } from "./paths.ts";
import type { Transport } from "./types.ts";

export interface ElectionOptions {
  /** Better not shared with the reconciler: renewals must not wait behind other requests. */
  readonly transport: Transport;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process, not per pod: a restarted container is another instance. */
  readonly identity: string;
  readonly clock: Clock;
  /** Wall clock for the times that are written into the lease; nothing is decided from them. */
  readonly date?: () => Date;
  /** 0 <= r < 1. */
  readonly random?: () => number;
}

export interface Election {
  /** Campaigns and renews until `signal` is aborted or `release` is called; never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Ends `run` and hands the lease over, so that nobody need wait for it to expire. Call it after the last write. Never rejects. */
  release(): Promise<void>;
  /** True for 10 s from the start of the last successful renewal: also a process that was frozen finds out here, before it writes. */
  isLeader(): boolean;
  /** Calls `listener` whenever `isLeader` changes. */
  onChange(listener: (leader: boolean) => void): void;
  /** Why the last attempt to have or read the lease failed, in one sentence, or undefined. Another holder is no problem. */
  readonly problem: string | undefined;
  /** Calls `listener` whenever `problem` changes: once for the same sentence, and with undefined when it is over. */
  onProblem(listener: (problem: string | undefined) => void): void;
}

/** Milliseconds; the 5 s up to LEASE_SECONDS are the margin for requests on the way and for clocks of different speed. */
const RENEW_DEADLINE = 10_000;
const RETRY_PERIOD = 2_000;
/** Milliseconds between two looks at a lease that somebody else holds: what is seen this late, and LEASE_SECONDS, make a takeover within 17 s. */
const WATCH_PERIOD = 1_500;
/** Part of a period that is added at random. */
const JITTER = 0.2;
/** Milliseconds; leaves time for a second attempt before RENEW_DEADLINE. */
const REQUEST_TIMEOUT = 5_000;

const LEASES = { apiVersion: "coordination.k8s.io/v1", resource: "leases", namespaced: true };

/** Stands for a lease that somebody deleted: its holder does not know yet and is respected like one that stopped renewing. */
const DELETED: JsonObject = {};

/** Makes an election; nothing is sent before `run`. */
export function createElection(options: ElectionOptions): Election {
  const { transport, namespace, name, identity, clock } = options;
  const now = options.date ?? (() => new Date());
  const random = options.random ?? Math.random;
  const path = objectPath({ type: LEASES, namespace, name });
  const stop = new AbortController();
  const listeners: ((leader: boolean) => void)[] = [];
  const problemListeners: ((problem: string | undefined) => void)[] = [];

  /** The lease as the server last sent it; undefined when a write may have changed it without our knowing. */
  let lease: JsonObject | undefined;
  let seen: { readonly version: string; readonly at: number } | undefined;
  let leaderUntil = Number.NEGATIVE_INFINITY;
  let announced = false;
  let cancelExpiry = () => {};
  let running = Promise.resolve();
  let problem: string | undefined;

  const isLeader = () => clock.now() < leaderUntil;

  const announce = () => {
    if (announced === isLeader()) return;
    announced = !announced;
    for (const listener of listeners) listener(announced);
  };

  const lead = (until: number) => {
    cancelExpiry();
    leaderUntil = until;
    announce();
    if (announced) cancelExpiry = clock.after(until - clock.now(), announce);
  };

  const send = async (method: "GET" | "POST" | "PUT", body?: JsonObject): Promise<JsonObject> => {
    const target = method === "POST" ? collectionPath(LEASES, namespace) : path;
    const request = { method, path: target, timeout: REQUEST_TIMEOUT, ...(body === undefined ? {} : { body }) };
    return (await transport.request(request)) as JsonObject;
  };

  const read = async (): Promise<JsonObject | undefined> => {
    try {
      return await send("GET");
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  };

  /** A renewal counts from when it was first seen here, which is later than it was written: two clocks are never compared. */
  const expired = (current: JsonObject): boolean => {
    const version = versionOf(current);
    if (seen?.version !== version) seen = { version, at: clock.now() };
    return clock.now() - seen.at >= durationOf(current);
  };

  const mayTake = (current: JsonObject | undefined): boolean => {
    if (current === undefined) return isLeader() || seen === undefined || expired(DELETED);
    const holder = holderOf(current);
    return holder === identity || holder === "" || expired(current);
  };

  const hold = async (current: JsonObject | undefined): Promise<void> => {
    const started = clock.now();
    lease = undefined;
    lease = await (current === undefined
      ? send("POST", newLease(namespace, name, identity, now()))
      : send("PUT", claimed(current, identity, now())));
    lead(started + RENEW_DEADLINE);
  };

  const attempt = async (): Promise<void> => {
    const current = lease !== undefined && holderOf(lease) === identity ? lease : await read();
    if (mayTake(current)) return hold(current);
    lease = current;
    lead(Number.NEGATIVE_INFINITY);
  };

  const setProblem = (next: string | undefined) => {
    if (next === problem) return;
    problem = next;
    for (const listener of problemListeners) listener(next);
  };

  /** Losing a race for the lease is no problem worth telling. */
  const note = (error: unknown) => {
    const conflict = error instanceof ApiError && error.status === 409;
    setProblem(conflict ? undefined : problemOf(error));
  };

  const step = async (): Promise<void> => {
    try {
      await attempt();
      setProblem(undefined);
    } catch (error) {
      note(error);
    }
  };

  /** Whoever stands by is there when the lease expires, not a period later. */
  const pause = (): number => {
    const period = (isLeader() ? RETRY_PERIOD : WATCH_PERIOD) * (1 + JITTER * random());
    const expiry = seen === undefined || lease === undefined ? 0 : seen.at + durationOf(lease) - clock.now();
    return expiry > 0 ? Math.min(period, Math.ceil(expiry)) : period;
  };

  const campaign = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await step();
      await sleep(clock, pause(), stop.signal);
    }
  };

  const handOver = async (): Promise<void> => {
    const current = lease ?? (await read());
    if (current !== undefined && holderOf(current) === identity) await send("PUT", released(current, now()));
  };

  return {
    isLeader,
    onChange: (listener) => {
      listeners.push(listener);
    },
    get problem() {
      return problem;
    },
    onProblem: (listener) => {
      problemListeners.push(listener);
    },
    run: async (signal) => {
      const abort = () => stop.abort();
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort);
      running = campaign();
      await running;
      signal.removeEventListener("abort", abort);
    },
    release: async () => {
      stop.abort();
      await running;
      lead(Number.NEGATIVE_INFINITY);
      await handOver().catch(note);
    },
  };
}

function problemOf(error: unknown): string {
  if (error instanceof ApiError && error.status === 403) return "no permission to read and write the lease";
  return error instanceof Error ? error.message : String(error);
}
