/** Lets the API server refuse, or change, what the operator writes: admission policies that tests put up and take away again. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import { admin } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { OPERATOR_USER } from "./operator-process.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";

/** Which writes of the operator are met, all in one namespace. */
export interface InTheWay {
  /** Ends the names of the objects that make it up. */
  readonly name: string;
  readonly namespace: string;
  readonly apiGroup: string;
  /** Plural name, with a subresource if there is one. */
  readonly resource: string;
  /** CEL: narrows it further. */
  readonly condition?: string;
}

/** Takes it away again, and waits until the API server has noticed. */
export type Removal = () => Promise<void>;

/** Refuses these writes of the operator. */
export async function refuseWrites(way: InTheWay): Promise<Removal> {
  const policy = {
    ...frame("ValidatingAdmissionPolicy", way),
    validations: [{ expression: "false", message: "refused by the test", reason: "Forbidden" }],
  };
  return putUp(way, "ValidatingAdmissionPolicy", policy);
}

/** Changes these writes of the operator on their way into the store: `mutation` is CEL that yields an Object to be applied. */
export async function changeWrites(way: InTheWay, mutation: string): Promise<Removal> {
  const mutations = [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: mutation } }];
  return putUp(way, "MutatingAdmissionPolicy", { ...frame("MutatingAdmissionPolicy", way), reinvocationPolicy: "Never", mutations });
}

function frame(kind: string, { namespace, apiGroup, resource, condition }: InTheWay): Record<string, unknown> {
  const conditions = [{ name: "by-the-operator", expression: `request.userInfo.username == '${OPERATOR_USER}'` }];
  return {
    failurePolicy: "Fail",
    matchConstraints: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      resourceRules: [{ apiGroups: [apiGroup], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: [resource] }],
    },
    matchConditions: condition === undefined ? conditions : [...conditions, { name: "narrowed", expression: condition }],
    ...(kind === "MutatingAdmissionPolicy" && { reinvocationPolicy: "Never" }),
  };
}

async function putUp({ name }: InTheWay, kind: string, spec: Record<string, unknown>): Promise<Removal> {
  const policyName = `test-${name}`;
  const binding = { policyName, ...(kind === "ValidatingAdmissionPolicy" && { validationActions: ["Deny"] }) };
  const documents: KubernetesObject[] = [
    { apiVersion: ADMISSION, kind, metadata: { name: policyName }, spec },
    { apiVersion: ADMISSION, kind: `${kind}Binding`, metadata: { name: policyName }, spec: binding },
  ];
  for (const document of documents) await admin().create(document);
  return async () => {
    for (const { kind: each = "" } of documents.toReversed()) {
      const ref = { apiVersion: ADMISSION, kind: each, name: policyName };
      await admin().delete(ref);
      await eventually(`${each} ${policyName} is gone`, async () => (await admin().find(ref)) === undefined);
    }
  };
}
