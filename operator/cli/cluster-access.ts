/** Takes a command to a cluster: with the user's own credentials, the API server's clock, and failures told in one line. */
import type { KubernetesObject } from "../api/object.ts";
import { type Credentials, loadCredentials } from "../cluster/credentials.ts";
import { collectionPath } from "../cluster/paths.ts";
import { createServerClock } from "../cluster/server-clock.ts";
import { createTransport } from "../cluster/transport.ts";
import type { ResourceType, Transport } from "../cluster/types.ts";
import { type Output, type Telling, tellFailures } from "./failure-text.ts";
import type { CommandIo } from "./io.ts";

const USER_AGENT = "securitybaseline-cli";

/** Which cluster, and which namespace of it. */
export interface ClusterOptions {
  /** Default: `$KUBECONFIG`, then `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current context. */
  readonly context?: string | undefined;
  /** Default: the namespace of the context, then `default`. */
  readonly namespace?: string | undefined;
  readonly output: Output;
}

/** How a command words what the API server refuses. */
export type Wording = Pick<Telling, "worded">;

/** A cluster that a command works on. */
export interface ClusterAccess {
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly namespace: string;
  /** Milliseconds since the epoch by the API server's clock; undefined before its first answer. */
  serverNow(): number | undefined;
}

/**
 * Runs a command on a cluster and closes the connections after it. Failures are told, see `tellFailures`.
 * @returns exit code: that of `work`, 2 if something was refused, 3 if the cluster cannot be reached
 */
export function withCluster(
  options: ClusterOptions,
  io: CommandIo,
  work: (cluster: ClusterAccess) => Promise<number>,
  wording: Wording = {},
): Promise<number> {
  let server: string | undefined;
  return tellFailures({ output: options.output, io, server: () => server, ...wording }, async () => {
    const credentials = loadCredentials(options);
    server = credentials.server.origin;
    const cluster = openCluster(credentials, options.namespace);
    try {
      return await work(cluster);
    } finally {
      await cluster.transport.close();
    }
  });
}

function openCluster(credentials: Credentials, namespace: string | undefined): ClusterAccess {
  const clock = createServerClock({ monotonic: () => performance.now(), wall: Date.now });
  const transport = createTransport({
    credentials,
    userAgent: USER_AGENT,
    onRequest: ({ date }) => clock.saw(date),
  });
  return { transport, credentials, namespace: namespace ?? credentials.namespace ?? "default", serverNow: () => clock.now() };
}

/** Objects per page. */
const PAGE = "500";

/** All objects of a kind in a namespace, or without one in all namespaces. @throws ApiError */
export async function listAll(
  transport: Transport,
  type: ResourceType,
  namespace: string | undefined,
): Promise<readonly KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  for await (const page of listPages(transport, type, namespace)) objects.push(...page);
  return objects;
}

/** As `listAll`, page by page, with no more than one in memory. @throws ApiError, also when the list has expired before its end */
export async function* listPages(
  transport: Transport,
  type: ResourceType,
  namespace: string | undefined,
): AsyncGenerator<readonly KubernetesObject[]> {
  let token: string | undefined;
  do {
    const query = { limit: PAGE, continue: token };
    const page = await transport.request({ method: "GET", path: collectionPath(type, namespace), query });
    yield page["items"] as readonly KubernetesObject[];
    token = (page.metadata as { continue?: string } | undefined)?.continue || undefined;
  } while (token !== undefined);
}
