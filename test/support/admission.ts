/** Has the API server refuse one kind in one namespace, as a cluster's owner may without knowing of us. */
import { admin } from "./cluster.ts";
import { policiesCaughtUp } from "./server-caches.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";

export interface Ban {
  readonly namespace: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name as in URLs. */
  readonly resource: string;
  /** Only this user is refused; default everybody. */
  readonly user?: string;
  /** What the refused are told. */
  readonly message: string;
}

/** Has the API server refuse to create or update such objects, with status 403, and returns when it does. `lift` takes that back, and returns when it is taken back. */
export async function ban(what: Ban): Promise<{ lift(): Promise<void> }> {
  const objects = [policyOf(what), bindingOf(what)];
  for (const object of objects) await admin().create(object);
  await policiesCaughtUp();
  return {
    lift: async () => {
      for (const { apiVersion, kind, metadata } of objects.toReversed()) await admin().delete({ apiVersion, kind, name: metadata.name });
      await policiesCaughtUp();
    },
  };
}

function nameOf({ namespace, resource }: Ban): string {
  return `no-${resource}-${namespace}`;
}

function policyOf(what: Ban) {
  const { namespace, apiVersion, resource, user, message } = what;
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return {
    apiVersion: ADMISSION,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: nameOf(what) },
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        resourceRules: [{ apiGroups: [group], apiVersions: [version], operations: ["CREATE", "UPDATE"], resources: [resource] }],
      },
      ...(user ? { matchConditions: [{ name: "user", expression: `request.userInfo.username == '${user}'` }] } : {}),
      validations: [{ expression: "false", message, reason: "Forbidden" }],
    },
  };
}

function bindingOf(what: Ban) {
  const metadata = { name: nameOf(what) };
  return {
    apiVersion: ADMISSION,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata,
    spec: { policyName: metadata.name, validationActions: ["Deny"] },
  };
}
