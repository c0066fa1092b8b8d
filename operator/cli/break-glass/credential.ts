/** Runs `break-glass credential`, which hands the token of a grant to kubectl and everything else that runs credential plugins. */
import { deadlineOf } from "../../breakglass/grant.ts";
import { objectPath } from "../../cluster/paths.ts";
import type { ResourceType } from "../../cluster/types.ts";
import { type ClusterAccess, type ClusterOptions, withCluster } from "../cluster-access.ts";
import { CommandError } from "../failure-text.ts";
import type { CommandIo } from "../io.ts";
import { printJson, printManifests } from "../manifest-text.ts";
import { statesOf } from "./file-state.ts";
import { emergencyKubeconfig, type PluginSource } from "./kubeconfig.ts";
import { getRequest, type RequestName, SHORTEST_TOKEN, type StoredBreakGlassRequest, standing, whoAmI } from "./objects.ts";
import { answerOf, forgetToken, type Invocation, keepToken, WORTH_USING } from "./plugin-answer.ts";
import { type CachedToken, createTokenCache } from "./token-cache.ts";

const SERVICE_ACCOUNTS: ResourceType = { apiVersion: "v1", resource: "serviceaccounts", namespaced: true };

/** Seconds: the `Date` header cuts a fraction off, and the request takes a moment to arrive. */
const MARGIN = 2;

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
  /** The program that is the plugin of the printed kubeconfig. */
  readonly command: string;
  /** Present where the token may be handed out to the next call of the same words without asking the API server. */
  readonly invocation?: Invocation | undefined;
}

/**
 * Prints an ExecCredential (client.authentication.k8s.io/v1) with the token of a request's grant, minted once and kept in the user's cache,
 * or the kubeconfig whose user it is.
 * @returns exit code: 0 fine, 2 refused, 3 cannot reach the cluster
 */
export function runCredential(options: CredentialOptions, io: CommandIo): Promise<number> {
  return withCluster(options, io, async (cluster) => {
    const place = { namespace: cluster.namespace, name: options.name };
    // Whoever asks anew gets nothing of what was, also when the answer is no.
    forgetToken(options.cacheHome, place);
    // Before they are read: what changes meanwhile is then no longer what it was.
    const named = statesOf(cluster.credentials.files);
    if (options.printKubeconfig) {
      io.stdout(await kubeconfigFor(cluster, await getRequest(cluster.transport, place), options));
      return 0;
    }
    const token = await tokenOf(cluster, place, { options, io });
    if (options.invocation !== undefined) keepToken(options.invocation, { token, named, remaining: remaining(cluster, token) }, Date.now());
    io.stdout(answerOf(token));
    return 0;
  });
}

async function kubeconfigFor(
  { credentials }: ClusterAccess,
  request: StoredBreakGlassRequest,
  options: CredentialOptions,
): Promise<string> {
  const { tls } = await credentials.current();
  const { breakGlassNamespace, source, command } = options;
  const { namespace, name } = request.metadata;
  const server = credentials.server.href.replace(/\/$/, "");
  const present = { server, tls, breakGlassNamespace, command, source: { ...source, context: credentials.context } };
  const kubeconfig = emergencyKubeconfig({ namespace, name }, present);
  return options.output === "json" ? printJson(kubeconfig) : printManifests("yaml", [kubeconfig]);
}

/** Milliseconds by the API server's clock. */
function remaining(cluster: ClusterAccess, { expirationTimestamp }: CachedToken): number {
  return Date.parse(expirationTimestamp) - (cluster.serverNow() ?? Number.POSITIVE_INFINITY);
}

async function tokenOf(
  cluster: ClusterAccess,
  place: RequestName,
  { options, io }: { readonly options: CredentialOptions; readonly io: CommandIo },
): Promise<CachedToken> {
  const [request, { person }] = await Promise.all([getRequest(cluster.transport, place), whoAmI(cluster.transport)]);
  const grant = grantOf(request);
  const now = cluster.serverNow();
  if (now === undefined) throw new CommandError("the API server's answers carry no Date: its clock is unknown");
  const cache = createTokenCache(options.cacheHome);
  const key = { server: cluster.credentials.server.href, grantUID: grant.uid, person };
  const kept = cache.get(key);
  if (kept !== undefined && remaining(cluster, kept) > WORTH_USING) return kept;
  const lifetime = grant.deadline - Math.floor(now / 1000) - MARGIN;
  if (lifetime < SHORTEST_TOKEN) {
    throw new CommandError(`less than ten minutes are left of ${options.name}, and no token is shorter: ask for access again`);
  }
  const minted = await mint(cluster, { namespace: options.breakGlassNamespace, name: grant.name }, lifetime);
  // Access counts for more than the comfort of a cache: on a read-only disk each call mints a token of its own.
  try {
    cache.put(key, minted);
  } catch (error) {
    io.stderr(`securitybaseline: the token is not kept: ${reasonOf(error)}\n`);
  }
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
