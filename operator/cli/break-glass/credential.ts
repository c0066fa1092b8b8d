/** Runs `break-glass credential`, which hands the token of a grant to kubectl and everything else that runs credential plugins. */
import { deadlineOf } from "../../breakglass/grant.ts";
import { objectPath } from "../../cluster/paths.ts";
import type { ResourceType } from "../../cluster/types.ts";
import { type ClusterAccess, type ClusterOptions, withCluster } from "../cluster-access.ts";
import { CommandError } from "../failure-text.ts";
import type { CommandIo } from "../io.ts";
import { printJson, printManifests } from "../manifest-text.ts";
import { emergencyKubeconfig, type PluginSource } from "./kubeconfig.ts";
import { getRequest, SHORTEST_TOKEN, type StoredBreakGlassRequest, standing } from "./objects.ts";
import { type CachedToken, createTokenCache } from "./token-cache.ts";

const SERVICE_ACCOUNTS: ResourceType = { apiVersion: "v1", resource: "serviceaccounts", namespaced: true };

/** Seconds: the `Date` header cuts a fraction off, and the request takes a moment to arrive. */
const MARGIN = 2;

/** Milliseconds that a cached token must still live to be worth handing out. */
const WORTH_USING = 30_000;

export interface CredentialOptions extends ClusterOptions {
  /** Of the request. */
  readonly name: string;
  readonly breakGlassNamespace: string;
  /** The user's cache folder. */
  readonly cacheHome: string;
  /** Print a kubeconfig that runs this command instead of its answer. */
  readonly printKubeconfig: boolean;
  /** How the plugin finds the same cluster again. */
  readonly source: PluginSource;
}

/**
 * Prints an ExecCredential (client.authentication.k8s.io/v1) with the token of a request's grant, minted once and kept in the user's cache,
 * or the kubeconfig whose user it is.
 * @returns exit code: 0 fine, 2 refused, 3 cannot reach the cluster
 */
export function runCredential(options: CredentialOptions, io: CommandIo): Promise<number> {
  return withCluster(options, io, async (cluster) => {
    const request = await getRequest(cluster.transport, { namespace: cluster.namespace, name: options.name });
    if (options.printKubeconfig) io.stdout(await kubeconfigFor(cluster, request, options));
    else io.stdout(`${JSON.stringify(execCredential(await tokenOf(cluster, request, { options, io })))}\n`);
    return 0;
  });
}

async function kubeconfigFor(
  { credentials }: ClusterAccess,
  request: StoredBreakGlassRequest,
  options: CredentialOptions,
): Promise<string> {
  const { tls } = await credentials.current();
  const { breakGlassNamespace, source } = options;
  const { namespace, name } = request.metadata;
  const server = credentials.server.href.replace(/\/$/, "");
  const present = { server, tls, breakGlassNamespace, source: { ...source, context: credentials.context } };
  const kubeconfig = emergencyKubeconfig({ namespace, name }, present);
  return options.output === "json" ? printJson(kubeconfig) : printManifests("yaml", [kubeconfig]);
}

function execCredential({ token, expirationTimestamp }: CachedToken) {
  return {
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token, expirationTimestamp },
  };
}

async function tokenOf(
  cluster: ClusterAccess,
  request: StoredBreakGlassRequest,
  { options, io }: { readonly options: CredentialOptions; readonly io: CommandIo },
): Promise<CachedToken> {
  const grant = grantOf(request);
  const now = cluster.serverNow();
  if (now === undefined) throw new CommandError("the API server's answers carry no Date: its clock is unknown");
  const cache = createTokenCache(options.cacheHome);
  const key = { server: cluster.credentials.server.href, grantUID: grant.uid };
  const kept = await cache.get(key);
  if (kept !== undefined && Date.parse(kept.expirationTimestamp) - now > WORTH_USING) return kept;
  const lifetime = grant.deadline - Math.floor(now / 1000) - MARGIN;
  if (lifetime < SHORTEST_TOKEN) {
    throw new CommandError(`less than ten minutes are left of ${options.name}, and no token is shorter: ask for access again`);
  }
  const minted = await mint(cluster, { namespace: options.breakGlassNamespace, name: grant.name }, lifetime);
  // Access counts for more than the comfort of a cache: on a read-only disk each call mints a token of its own.
  await cache.put(key, minted).catch((error: unknown) => io.stderr(`securitybaseline: the token is not kept: ${reasonOf(error)}\n`));
  return minted;
}

function grantOf(request: StoredBreakGlassRequest): { readonly name: string; readonly uid: string; readonly deadline: number } {
  const { metadata, status } = request;
  if (status?.phase !== "Active") {
    throw new CommandError(`${metadata.name} is ${status?.phase ?? "new"}, there is no access to use: ${standing(request)}`);
  }
  const { serviceAccount: name = "", uid } = status.grant ?? {};
  const deadline = deadlineOf(name);
  if (uid === undefined || deadline === undefined) throw new CommandError(`the status of ${metadata.name} names no grant`);
  return { name, uid, deadline };
}

async function mint(
  { transport }: ClusterAccess,
  account: { readonly namespace: string; readonly name: string },
  expirationSeconds: number,
): Promise<CachedToken> {
  const answer = await transport.request({
    method: "POST",
    path: objectPath({ type: SERVICE_ACCOUNTS, ...account, subresource: "token" }),
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds } },
  });
  const { token, expirationTimestamp } = (answer as unknown as { status: CachedToken }).status;
  return { token, expirationTimestamp };
}

/** Only what is known to hold no token. */
function reasonOf(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
