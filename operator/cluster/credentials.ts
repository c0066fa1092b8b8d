/** Finds out who we are to the API server, keeps that fresh, and never lets a credential into an error message. */
import type { RequestOptions } from "node:https";
import { type Cluster, KubeConfig } from "@kubernetes/client-node";
import { type Clock, systemClock } from "./clock.ts";
import { ApiError } from "./errors.ts";

/** Settings of a TLS connection. The object stays the same one as long as its content does. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** What a request needs to be let in. The object stays the same one as long as its content does. */
export interface Access {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
}

export interface Credentials {
  readonly server: URL;
  /** Namespace of the context; in a pod the pod's own. */
  readonly namespace: string | undefined;
  /** Name of the context in use. */
  readonly context?: string;
  /** Absolute paths of the files beside a kubeconfig from which the user's credentials and the trust in the server are read. */
  readonly files: readonly string[];
  /** The credential plugin of the kubeconfig says that it needs a person at a terminal (`interactiveMode: Always`). */
  readonly wantsTerminal?: boolean;
  /** What is in force; files are read again when this is older than 10 s. @throws ApiError `Credentials` */
  current(): Promise<Access>;
  /**
   * Reads everything anew because the server refused `refused`; callers that were refused together cause one reading.
   * @throws ApiError `Credentials`
   */
  refresh(refused: Access): Promise<Access>;
}

export interface CredentialsSource {
  /** Path of a kubeconfig; default: `$KUBECONFIG`, then `~/.kube/config`, then the service account of the pod. */
  readonly kubeconfig?: string | undefined;
  /** Name of a context of the kubeconfig; default: its current one. */
  readonly context?: string | undefined;
  readonly clock?: Clock;
}

/** Milliseconds. A kubelet replaces a token at 80 % of its life, at least two minutes before it expires. */
const FRESH_FOR = 10_000;

/** Milliseconds for a credential plugin. */
const PLUGIN_PATIENCE = 20_000;

/** How the client names the context that it makes up where it finds nothing. */
const NO_KUBECONFIG = "loaded-context";

/** Finds the credentials. @throws ApiError `Credentials` if there are none, or if they cannot be used. */
export function loadCredentials(source: CredentialsSource): Credentials {
  const clock = source.clock ?? systemClock;
  let config = readConfig(source);
  const cluster = usableCluster(config);
  let access: Access | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<Access> | undefined;

  const read = async (anew: boolean): Promise<Access> => {
    if (anew || !remembers(config)) config = readConfig(source);
    const next = await limited(clock, accessOf(config));
    access = access === undefined ? next : keepEqual(access, next);
    return access;
  };

  const shared = (work: () => Promise<Access>): Promise<Access> => {
    pending ??= work().finally(() => {
      pending = undefined;
      readAt = clock.now();
    });
    return pending;
  };

  return {
    server: new URL(cluster.server),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    context: config.getCurrentContext(),
    files: filesOf(config),
    wantsTerminal: config.getCurrentUser()?.exec?.interactiveMode === "Always",
    current: () => {
      const known = access;
      if (known === undefined) return shared(() => read(false));
      if (clock.now() - readAt < FRESH_FOR) return Promise.resolve(known);
      // While files are being replaced, what worked until now is the better answer; a refusal comes back through refresh().
      return shared(() => read(false).catch(() => known));
    },
    refresh: async (refused) => {
      await pending?.catch(() => undefined);
      return access !== undefined && access !== refused ? access : shared(() => read(true));
    },
  };
}

/** A context of a kubeconfig, as its author named it. */
export interface ContextName {
  readonly name: string;
  readonly cluster: string;
}

/** The contexts of a kubeconfig; none where there is no kubeconfig. @throws ApiError `Credentials` if it cannot be read */
export function contextsOf(source: Pick<CredentialsSource, "kubeconfig">): readonly ContextName[] {
  const contexts = readConfig({ kubeconfig: source.kubeconfig }).getContexts();
  return contexts.filter(({ name }) => name !== NO_KUBECONFIG).map(({ name, cluster }) => ({ name, cluster }));
}

/** The new access, made of the old objects where nothing changed. */
function keepEqual(old: Access, next: Access): Access {
  const tls = JSON.stringify(old.tls) === JSON.stringify(next.tls) ? old.tls : next.tls;
  return tls === old.tls && JSON.stringify(old.headers) === JSON.stringify(next.headers) ? old : { headers: next.headers, tls };
}

/** True for users whose tokens live in memory: reading the file again would run the plugin again, or lose a rotated refresh token. */
function remembers(config: KubeConfig): boolean {
  const user = config.getCurrentUser();
  return Boolean(user?.exec) || user?.authProvider?.name === "oidc";
}

function filesOf(config: KubeConfig): readonly string[] {
  const user = config.getCurrentUser();
  const files = [user?.certFile, user?.keyFile, config.getCurrentCluster()?.caFile, user?.authProvider?.config?.tokenFile];
  return files.filter((file): file is string => typeof file === "string" && file !== "");
}

function readConfig(source: CredentialsSource): KubeConfig {
  const config = new KubeConfig();
  try {
    if (source.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(source.kubeconfig);
    if (source.context !== undefined) config.setCurrentContext(source.context);
  } catch (error) {
    throw failure(`cannot read ${source.kubeconfig ?? "the kubeconfig"}`, error);
  }
  return config;
}

function usableCluster(config: KubeConfig): Cluster {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw failure("the kubeconfig has no current context, or its cluster is missing");
  if (config.getCurrentContext() === NO_KUBECONFIG) throw failure("there is no kubeconfig, and this is not a pod with a service account");
  if (!URL.canParse(cluster.server)) throw failure("the server in the kubeconfig is not a URL");
  if (cluster.proxyUrl) throw failure("proxy-url in the kubeconfig is not supported");
  if (cluster.server.startsWith("http:") && !cluster.skipTLSVerify) {
    throw failure("credentials do not travel over plain http: use an https server, or set insecure-skip-tls-verify");
  }
  return cluster;
}

async function accessOf(config: KubeConfig): Promise<Access> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const plugin = Boolean(config.getCurrentUser()?.exec);
    throw failure(plugin ? "the credential plugin of the kubeconfig failed" : "cannot read a file that the credentials name", error);
  }
  return { headers: headersOf(options), tls: tlsOf(options) };
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  // A token file may end with a line break, which no header may hold.
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (options.auth) headers["authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return headers;
}

function tlsOf(options: RequestOptions): TlsSettings {
  return {
    ...(options.ca ? { ca: String(options.ca) } : {}),
    ...(options.cert ? { cert: String(options.cert) } : {}),
    ...(options.key ? { key: String(options.key) } : {}),
    ...(options.servername ? { servername: options.servername } : {}),
    ...(options.rejectUnauthorized === false ? { rejectUnauthorized: false } : {}),
  };
}

function limited(clock: Clock, work: Promise<Access>): Promise<Access> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(PLUGIN_PATIENCE, () => reject(failure("the credential plugin of the kubeconfig did not answer in time")));
    work.then(resolve, reject).finally(cancel);
  });
}

/** Only the error's code is told, and the error itself is not kept: its text may quote a token, a key or what a plugin printed. */
function failure(message: string, error?: unknown): ApiError {
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return new ApiError({ status: 0, reason: "Credentials", message: `${message}${code}` });
}
