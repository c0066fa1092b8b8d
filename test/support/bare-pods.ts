/** Makes pods for tests of Pod Security: no kubelet runs them, but they are there, and the API server judges them. */
import type { JsonObject } from "../../operator/api/json.ts";
import type { OwnerReference } from "../../operator/api/object.ts";
import { admin } from "./cluster.ts";

/** What Pod Security calls restricted. */
const HARMLESS = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

export interface PodForm {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  /** Beside the container. */
  readonly spec?: JsonObject;
  /** Beside name, image and a harmless security context. */
  readonly container?: JsonObject;
  readonly security?: JsonObject;
}

/** Makes a pod that breaks no level, but for what the form says. It is gone as soon as it is deleted. */
export async function makePod(namespace: string, name: string, form: PodForm = {}): Promise<void> {
  const { spec = {}, container = {}, security = {}, ...metadata } = form;
  await admin().create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, ...metadata },
    spec: {
      containers: [{ name: "main", image: "example.com/main:1", ...container, securityContext: { ...HARMLESS, ...security } }],
      terminationGracePeriodSeconds: 0,
      ...spec,
    },
  });
}

export async function deletePod(namespace: string, name: string): Promise<void> {
  await admin().delete({ apiVersion: "v1", kind: "Pod", namespace, name });
}
