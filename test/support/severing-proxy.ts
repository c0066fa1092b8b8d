/** Stands before the API server so that a test sees a client's writes, acts between a write and its answer, or lets requests hang. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, Agent as SecureAgent, request as secureRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./certificate.ts";
import { cluster } from "./cluster.ts";

/** A write that the API server has carried out and answered. */
export interface CarriedOut {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly status: number;
}

export interface SeveringProxy {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  /** Certificate to trust, PEM. */
  readonly ca: string;
  close(): Promise<void>;
}

/**
 * Starts a proxy. `onWrite` is asked after the API server has carried out a write and before the client learns of it; the client gets the
 * answer when it returns true. When it returns false, all connections break and nothing passes any more. A request that `hangs` never gets an answer.
 */
export async function startSeveringProxy(
  onWrite: (write: CarriedOut) => boolean,
  hangs: (request: Pick<CarriedOut, "method" | "path">) => boolean = () => false,
): Promise<SeveringProxy> {
  const pair = selfSigned("severing-proxy");
  const agent = new SecureAgent({ keepAlive: true });
  let severed = false;
  const passage: Passage = {
    agent,
    passes: (write) => {
      severed ||= !onWrite(write);
      if (severed) server.closeAllConnections();
      return !severed;
    },
  };
  const server = createServer({ cert: pair.cert, key: pair.key }, (incoming, outgoing) => {
    if (severed) incoming.socket.destroy();
    else if (hangs({ method: incoming.method ?? "", path: incoming.url ?? "" })) incoming.resume();
    else forward(incoming, outgoing, passage);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    ca: pair.cert,
    close: async () => {
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await once(server, "close");
    },
  };
}

interface Passage {
  readonly agent: SecureAgent;
  /** Whether the answer to a write goes on to the client. */
  readonly passes: (write: CarriedOut) => boolean;
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, { agent, passes }: Passage): void {
  const { method = "GET", url: path = "/", headers } = incoming;
  const upstream = secureRequest(`${cluster().server}${path}`, { method, headers, agent, ca: cluster().ca });
  upstream.on("response", (answer) => {
    const status = answer.statusCode ?? 0;
    if (method !== "GET" && status < 300 && !passes({ method, path, status })) {
      answer.resume();
      return;
    }
    outgoing.writeHead(status, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.on("error", () => incoming.socket.destroy());
  incoming.socket.once("close", () => upstream.destroy());
  incoming.pipe(upstream);
}
