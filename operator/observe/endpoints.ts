/** Serves the HTTP endpoints that a kubelet and Prometheus ask: `/healthz`, `/readyz`, `/metrics`. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "./log.ts";

export interface EndpointSources {
  /** Undefined when ready, else one sentence on what is missing. */
  readonly notReady: () => string | undefined;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

type Route = () => Answer | Promise<Answer>;

const plain = (status: number, text: string): Answer => ({ status, contentType: "text/plain; charset=utf-8", body: `${text}\n` });

/**
 * Serves the health and the metrics endpoints, on one server if both have the same address. Addresses are `host:port` or `:port`;
 * port 0 takes a free one, and the log tells which. Throws if an address cannot be had.
 */
export async function serveEndpoints(
  addresses: { readonly health: string; readonly metrics: string },
  sources: EndpointSources,
  log: Log,
): Promise<{ close(): Promise<void> }> {
  const healthz: Route = () => plain(200, "ok");
  const readyz: Route = () => {
    const missing = sources.notReady();
    return missing === undefined ? plain(200, "ok") : plain(503, missing);
  };
  const metrics: Route = async () => ({ status: 200, contentType: sources.metrics.contentType, body: await sources.metrics.text() });
  const health = { "/healthz": healthz, "/readyz": readyz };
  const one = addresses.health === addresses.metrics;
  const servers = [await listen(addresses.health, one ? { ...health, "/metrics": metrics } : health)];
  if (!one) servers.push(await listen(addresses.metrics, { "/metrics": metrics }));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  log.info("serving endpoints", { healthPort: ports[0], metricsPort: ports.at(-1) });
  return { close: async () => void (await Promise.all(servers.map(closed))) };
}

function listen(address: string, routes: Readonly<Record<string, Route>>): Promise<Server> {
  const separator = address.lastIndexOf(":");
  const host = address.slice(0, separator).replace(/^\[|\]$/g, "");
  const server = createServer((request, response) => {
    const route = request.method === "GET" ? routes[request.url?.split("?")[0] ?? ""] : undefined;
    void respond(route ?? (() => plain(404, "not found")), response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: Number(address.slice(separator + 1)), ...(host === "" ? {} : { host }) }, () => resolve(server));
  });
}

async function respond(route: Route, response: ServerResponse): Promise<void> {
  const answer = await Promise.resolve()
    .then(route)
    .catch(() => plain(500, "could not answer"));
  response.writeHead(answer.status, { "content-type": answer.contentType }).end(answer.body);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
