/** Makes credentials for scripted servers: fixed headers, and TLS trust in one certificate. */
import type { Access, Credentials } from "../../operator/cluster/credentials.ts";

/** Credentials that never change, and count how often they were refused. */
export function fixedCredentials(url: string, ca?: string): Credentials & { readonly refusals: number } {
  const access: Access = { headers: { authorization: "Bearer first" }, tls: ca === undefined ? {} : { ca } };
  let refusals = 0;
  return {
    server: new URL(url),
    namespace: undefined,
    files: [],
    get refusals() {
      return refusals;
    },
    current: () => Promise.resolve(access),
    refresh: () => {
      refusals += 1;
      return Promise.resolve({ ...access, headers: { authorization: "Bearer second" } });
    },
  };
}
