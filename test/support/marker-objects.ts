/** Makes objects by which a test can tell what the API server knows already: rights that only a marker's user has, and policies that judge one ConfigMap only. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import { ApiFailure } from "./api-client.ts";
import { admin } from "./cluster.ts";

const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io/v1";

let markers = 0;

/** A name that nothing else has. */
export function markerName(): string {
  markers += 1;
  return `marker-${process.pid}-${Date.now().toString(36)}-${markers}`;
}

/** A Role and a ClusterRole with their bindings: each lets the user of their name do something that nobody else may. */
export function markerRights(name: string): readonly KubernetesObject[] {
  const inNamespace = { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] };
  const inCluster = { nonResourceURLs: [`/${name}`], verbs: ["get"] };
  return [...roleAndBinding("Role", { namespace: "default", name }, inNamespace), ...roleAndBinding("ClusterRole", { name }, inCluster)];
}

function roleAndBinding(kind: "Role" | "ClusterRole", metadata: { namespace?: string; name: string }, rule: object): KubernetesObject[] {
  const { name } = metadata;
  const roleRef = { apiGroup: RBAC, kind, name };
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules: [rule] },
    { apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects: [{ apiGroup: RBAC, kind: "User", name }] },
  ];
}

/** Whether the authorizer lets the user of a marker do both things that it is for. */
export async function hasMarkerRights(user: string): Promise<boolean> {
  const questions = [
    { resourceAttributes: { namespace: "default", verb: "get", resource: "configmaps" } },
    { nonResourceAttributes: { path: `/${user}`, verb: "get" } },
  ];
  const answers = questions.map((question) =>
    admin().send<{ readonly status: { readonly allowed: boolean } }>({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      body: { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec: { user, ...question } },
    }),
  );
  return (await Promise.all(answers)).every(({ status }) => status.allowed);
}

/** What a policy says against something, in CEL where it is an expression. */
export interface Objection {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
}

/** A policy and its binding that judge ConfigMaps of their own name only; with `paramKind` by every object of that kind. */
export function markerPolicy(name: string, objection: Objection, paramKind?: object): readonly KubernetesObject[] {
  const resourceRules = [
    { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"], resourceNames: [name] },
  ];
  const params = paramKind === undefined ? {} : { paramRef: { selector: {}, parameterNotFoundAction: "Deny" } };
  return [
    {
      apiVersion: ADMISSION,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: { matchConstraints: { resourceRules }, validations: [objection], ...(paramKind && { paramKind }) },
    },
    {
      apiVersion: ADMISSION,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name, validationActions: ["Deny"], ...params },
    },
  ];
}

/** What the marker policy of this name says of a ConfigMap of its name, which is not stored; "" if it has nothing against it. */
export async function objectionOf(policy: string, namespace: string, data: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: policy, namespace }, data };
  try {
    await admin().send({ method: "POST", path: `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, body });
    return "";
  } catch (error) {
    if (error instanceof ApiFailure && error.message.includes(policy)) return error.message;
    throw error;
  }
}
