/** Takes a policy of emergency access out of force for a test, and brings it back. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import { admin } from "./cluster.ts";
import { policiesCaughtUp } from "./server-caches.ts";

/** The binding that goes. */
export const MISSING = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  name: "securitybaseline-break-glass-sealed",
};

/** Takes a policy out of force. Calling the answer brings it back as it was, and tells the server's time at which it went. */
export async function withoutPolicy(): Promise<() => Promise<number>> {
  const { metadata, ...rest } = await admin().get<KubernetesObject>(MISSING);
  const { name, labels } = metadata ?? {};
  await admin().delete(MISSING);
  const place = { namespace: "default", name: "policy-went" };
  const { metadata: stamped } = await admin().create<KubernetesObject>({ apiVersion: "v1", kind: "ConfigMap", metadata: place });
  return async () => {
    await admin().create({ ...rest, metadata: { name, labels } } as KubernetesObject);
    await admin().delete({ apiVersion: "v1", kind: "ConfigMap", ...place });
    await policiesCaughtUp();
    return Date.parse(stamped?.creationTimestamp ?? "");
  };
}
