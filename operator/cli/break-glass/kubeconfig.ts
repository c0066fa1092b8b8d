/** Makes the kubeconfig of emergency access: the present cluster, with this program as credential plugin. */
import type { JsonObject } from "../../api/json.ts";
import type { TlsSettings } from "../../cluster/credentials.ts";

/** Where the plugin finds the user's own credentials again, whatever the environment is by then. */
export interface PluginSource {
  /** Absolute path, if the user named one. */
  readonly kubeconfig?: string | undefined;
  /** Value of `$KUBECONFIG` with absolute paths; "" for none. */
  readonly environment: string;
  readonly context?: string | undefined;
}

/** The cluster as it is reached now. */
export interface PresentCluster {
  readonly server: string;
  readonly tls: TlsSettings;
  readonly breakGlassNamespace: string;
  readonly source: PluginSource;
  /** The program that is the plugin, see `pluginCommand`. */
  readonly command: string;
}

/**
 * A kubeconfig whose only user is the grant of a request. Its plugin does not read the environment's `KUBECONFIG`: that may name this very
 * file by then, and the plugin would call itself for ever.
 */
export function emergencyKubeconfig(request: { readonly namespace: string; readonly name: string }, present: PresentCluster): JsonObject {
  const name = "break-glass";
  const inCluster = request.namespace === present.breakGlassNamespace;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: clusterOf(present) }],
    users: [{ name, user: { exec: pluginOf(request, present) } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: inCluster ? "default" : request.namespace } }],
    "current-context": name,
  };
}

function clusterOf({ server, tls }: PresentCluster): JsonObject {
  return {
    server,
    ...(tls.ca === undefined ? {} : { "certificate-authority-data": Buffer.from(tls.ca).toString("base64") }),
    ...(tls.servername === undefined ? {} : { "tls-server-name": tls.servername }),
    ...(tls.rejectUnauthorized === false ? { "insecure-skip-tls-verify": true } : {}),
  };
}

function pluginOf(
  request: { readonly namespace: string; readonly name: string },
  { breakGlassNamespace, source, command }: PresentCluster,
): JsonObject {
  return {
    apiVersion: "client.authentication.k8s.io/v1",
    command,
    args: [
      ...["break-glass", "credential", request.name, "--namespace", request.namespace],
      ...["--break-glass-namespace", breakGlassNamespace],
      ...(source.kubeconfig === undefined ? [] : ["--kubeconfig", source.kubeconfig]),
      ...(source.context === undefined ? [] : ["--context", source.context]),
    ],
    env: [{ name: "KUBECONFIG", value: source.environment }],
    interactiveMode: "Never",
    provideClusterInfo: false,
    installHint: command.startsWith("/")
      ? `${command} is gone: print this kubeconfig again`
      : `put the program \`${command}\` on your PATH`,
  };
}
