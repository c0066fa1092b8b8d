/** Makes people for tests: users of the control plane with client certificates of their own, as real to the API server as anybody. */
import { ApiClient } from "./api-client.ts";
import { clientCertificate } from "./certificate.ts";
import { cluster } from "./cluster.ts";
import { writeKubeconfig } from "./kubeconfig.ts";

/** Somebody who can talk to the API server. */
export interface Person {
  readonly name: string;
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  readonly client: ApiClient;
}

/** Issues a certificate, valid for an hour, for a user with groups; with `uid` where the API server shall know one. */
export async function person(name: string, groups: readonly string[], uid?: string): Promise<Person> {
  const { people, server, ca } = cluster();
  const pair = clientCertificate(people, { name, groups, ...(uid === undefined ? {} : { uid }) });
  const kubeconfig = await writeKubeconfig("person", {
    "client-certificate-data": Buffer.from(pair.cert).toString("base64"),
    "client-key-data": Buffer.from(pair.key).toString("base64"),
  });
  return { name, kubeconfig, client: new ApiClient(server, ca, pair) };
}
