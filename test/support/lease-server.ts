/** Pretends for tests of the lease to be an API server that knows one Lease and nothing else, with outages on demand. */
import type { JsonObject } from "../../operator/api/json.ts";
import { ApiError } from "../../operator/cluster/errors.ts";
import type { ApiRequest, Transport } from "../../operator/cluster/types.ts";

export interface LeaseServer {
  /** The stored Lease; tests may replace or delete it. */
  lease: JsonObject | undefined;
  /** Methods and paths in order of arrival. */
  readonly seen: string[];
  /** A way to this server; each instance under test has its own. */
  connect(): LeaseLink;
}

export interface LeaseLink extends Transport {
  /** `down`: nothing arrives. `deaf`: requests arrive and are carried out, answers do not. */
  state: "up" | "down" | "deaf";
  /** Called for each request before it is carried out; a promise keeps it waiting. */
  hold: (request: ApiRequest) => Promise<void>;
}

/** Starts with the given Lease, or without one. */
export function createLeaseServer(lease?: JsonObject): LeaseServer {
  let version = 0;
  const server: LeaseServer = { lease, seen: [], connect };

  function store(next: JsonObject): JsonObject {
    version += 1;
    const metadata = { ...(next["metadata"] as JsonObject), resourceVersion: String(version) };
    server.lease = { ...next, metadata };
    return server.lease;
  }

  function create(body: JsonObject): JsonObject {
    if (server.lease !== undefined) throw refusal(409, "AlreadyExists");
    return store(body);
  }

  function carryOut(request: ApiRequest): JsonObject {
    server.seen.push(`${request.method} ${request.path}`);
    if (request.method === "POST") return create(request.body as JsonObject);
    if (server.lease === undefined) throw refusal(404, "NotFound");
    if (request.method === "GET") return server.lease;
    if (versionOf(request.body as JsonObject) !== versionOf(server.lease)) throw refusal(409, "Conflict");
    return store(request.body as JsonObject);
  }

  function connect(): LeaseLink {
    const link: LeaseLink = {
      state: "up",
      hold: () => Promise.resolve(),
      request: async (request) => {
        await link.hold(request);
        if (link.state === "down") throw refusal(0, "Unreachable");
        const answer = carryOut(request);
        if (link.state === "deaf") throw refusal(0, "Timeout");
        return answer;
      },
      stream: () => Promise.reject(refusal(0, "Unreachable")),
      close: () => Promise.resolve(),
    };
    return link;
  }

  return server;
}

function versionOf(lease: JsonObject): unknown {
  return (lease["metadata"] as JsonObject | undefined)?.["resourceVersion"];
}

function refusal(status: number, reason: string): ApiError {
  return new ApiError({ status, reason, message: `scripted ${reason}` });
}
