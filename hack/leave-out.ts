/** Leaves out of the built program what its packages load and nothing of ours can reach, for a program that starts fast and is small in memory. */
import { join } from "node:path";
import type { Plugin } from "esbuild";

/** What is loaded in place of a module: text that imports from the folder of a package. */
interface Substitute {
  readonly folder: string;
  readonly contents: string;
}

/** By what imports say. */
const SUBSTITUTES: Readonly<Record<string, Substitute>> = {
  // Of the Kubernetes client only the reading of kubeconfigs is used; the package loads a class for each kind of the API, and more.
  "@kubernetes/client-node": { folder: "@kubernetes/client-node/dist", contents: `export { KubeConfig } from "./config.js";` },
  "./gen/index.js": {
    folder: "@kubernetes/client-node/dist/gen",
    contents: "export const createConfiguration = undefined, ServerConfiguration = undefined;",
  },
  // A proxy in a kubeconfig is refused (operator/cluster/credentials.ts).
  socks: { folder: "socks", contents: "export const SocksClient = undefined;" },
  "socks-proxy-agent": { folder: "socks-proxy-agent", contents: "export const SocksProxyAgent = undefined;" },
  hpagent: { folder: "hpagent", contents: "export const HttpProxyAgent = undefined, HttpsProxyAgent = undefined;" },
  // Without fetch, WebSocket, caches and mocks. Dispatchers get their methods as the package's own index gives them.
  undici: {
    folder: "undici",
    contents: `
      Object.assign(require("./lib/dispatcher/dispatcher").prototype, require("./lib/api"));
      exports.Pool = require("./lib/dispatcher/pool");
      exports.Agent = require("./lib/dispatcher/agent");`,
  },
};

const NAMESPACE = "in-place-of";

/** For packages in this folder of a checkout. */
export function leaveOut(modules: string): Plugin {
  return {
    name: "leave-out",
    setup: (build) => {
      const specifiers = Object.keys(SUBSTITUTES).map((specifier) => specifier.replaceAll(".", "\\."));
      build.onResolve({ filter: new RegExp(`^(${specifiers.join("|")})$`) }, ({ path }) => ({ path, namespace: NAMESPACE }));
      build.onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path }) => {
        const { folder, contents } = SUBSTITUTES[path] ?? { folder: "", contents: "" };
        return { contents, resolveDir: join(modules, folder) };
      });
    },
  };
}
