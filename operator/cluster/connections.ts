/** Opens connections to the API server: a bounded pool for requests and an unbounded one for streams, both replaced when TLS settings change. */
import { Pool } from "undici";
import type { TlsSettings } from "./credentials.ts";
import { ApiError } from "./errors.ts";

/** HTTP/1.1 connections to one server with one set of TLS settings. */
export interface Pools {
  /** As many connections as requests may be in flight. */
  readonly requests: Pool;
  /** A connection per stream, so that watches never stand in the way of a request. */
  readonly streams: Pool;
}

export interface Connections {
  /** Pools for these settings. Those of earlier settings finish what they carry and close. @throws ApiError `Aborted` after `close` */
  with(tls: TlsSettings): Pools;
  /** Cuts all connections; later requests fail. */
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly origin: string;
  readonly maxInFlight: number;
  /** Milliseconds for TCP and TLS handshake together. */
  readonly connectTimeout: number;
}

/** Milliseconds after which the kernel begins to ask whether a silent peer is still there. */
const KEEP_ALIVE_DELAY = 30_000;

/** Makes connections; nothing is opened before the first request. */
export function createConnections(options: ConnectionOptions): Connections {
  const open = new Set<Pool>();
  let current: { readonly tls: TlsSettings; readonly pools: Pools } | undefined;
  let closed = false;

  const makePool = (tls: TlsSettings, connections: number | null): Pool => {
    const pool = new Pool(options.origin, {
      connections,
      allowH2: false,
      connectTimeout: options.connectTimeout,
      // Time limits are the transport's: the pool's own are coarse and would end a quiet watch.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { ...tls, keepAliveInitialDelay: KEEP_ALIVE_DELAY },
    });
    open.add(pool);
    return pool;
  };

  const retire = async (pool: Pool): Promise<void> => {
    await pool.close();
    open.delete(pool);
  };

  return {
    with: (tls) => {
      if (closed) throw new ApiError({ status: 0, reason: "Aborted", message: "the transport is closed" });
      if (current?.tls === tls) return current.pools;
      const old = current?.pools;
      current = { tls, pools: { requests: makePool(tls, options.maxInFlight), streams: makePool(tls, null) } };
      for (const pool of old === undefined ? [] : [old.requests, old.streams]) retire(pool).catch(() => open.delete(pool));
      return current.pools;
    },
    close: async () => {
      closed = true;
      await Promise.all([...open].map((pool) => pool.destroy()));
      open.clear();
    },
  };
}
