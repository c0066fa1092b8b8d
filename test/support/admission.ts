/** Has the API server refuse, or change, what is written to one resource of one namespace, as a cluster's owner may without knowing of us. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import { admin } from "./cluster.ts";
import { policiesCaughtUp } from "./server-caches.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";
/** Where an API server before 1.36 has what changes writes; ours are started so that it is served. */
const ADMISSION_BEFORE = "admissionregistration.k8s.io/v1beta1";

/** What the API server serves of a group, as far as it is read here. */
interface APIResources {
  readonly resources: readonly { readonly name: string }[];
}

/** Which writes are met: creations and updates. */
export interface Met {
  readonly namespace: string;
  readonly apiGroup: string;
  /** Plural name as in URLs, with a subresource if there is one. */
  readonly resource: string;
  /** Only this user's; default everybody's. */
  readonly user?: string;
  /** Only dry runs; default every request. */
  readonly dryRun?: true;
}

/** Lets writes pass again, and returns when they do. */
export type Removal = () => Promise<void>;

/** Has such writes refused with status 403, and returns when they are. */
export async function refuseWrites(met: Met, message: string): Promise<Removal> {
  const validations = [{ expression: "false", message, reason: "Forbidden" }];
  const kind = { apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicy" };
  const removal = await putUp(kind, met, { validations }, { validationActions: ["Deny"] });
  await policiesCaughtUp();
  return async () => {
    await removal();
    await policiesCaughtUp();
  };
}

/** The version in which this API server has what changes writes. */
export async function mutatingVersion(): Promise<string> {
  const { body } = await admin().ask({ method: "GET", path: `/apis/${ADMISSION}` });
  const isServed = (body as APIResources).resources.some(({ name }) => name === "mutatingadmissionpolicies");
  return isServed ? ADMISSION : ADMISSION_BEFORE;
}

/** Has such writes changed on their way into the store: `mutation` is CEL that yields an Object to be applied. Returns before they are. */
export async function changeWrites(met: Met, mutation: string): Promise<Removal> {
  const kind = { apiVersion: await mutatingVersion(), kind: "MutatingAdmissionPolicy" };
  const mutations = [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: mutation } }];
  return putUp(kind, met, { reinvocationPolicy: "Never", mutations }, {});
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

async function putUp({ apiVersion, kind }: Kind, met: Met, policy: object, binding: object): Promise<Removal> {
  const { namespace, apiGroup, resource, user, dryRun } = met;
  const conditions = [
    ...(user === undefined ? [] : [{ name: "user", expression: `request.userInfo.username == '${user}'` }]),
    ...(dryRun === undefined ? [] : [{ name: "dry-run", expression: "request.dryRun" }]),
  ];
  const name = `test-${resource.replace("/", "-")}-${namespace}`;
  const spec = {
    matchConstraints: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      resourceRules: [{ apiGroups: [apiGroup], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: [resource] }],
    },
    ...(conditions.length > 0 && { matchConditions: conditions }),
    ...policy,
  };
  const objects: KubernetesObject[] = [
    { apiVersion, kind, metadata: { name }, spec },
    { apiVersion, kind: `${kind}Binding`, metadata: { name }, spec: { policyName: name, ...binding } },
  ];
  for (const object of objects) await admin().create(object);
  return async () => {
    for (const { kind: each = "" } of objects.toReversed()) await admin().delete({ apiVersion, kind: each, name });
  };
}
