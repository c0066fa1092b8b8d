/** Sets the stage for tests of `plan`: namespaces as the operator left them and as people changed them, and baselines in files. */
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { type PlanForm, type PlanRequest, readPlannable, runPlan } from "../../../../operator/cli/plan/plan.ts";
import { ownedKinds } from "../../../../operator/controls/index.ts";
import { desiredWith } from "../../../support/in-effect.ts";
import { memoryIo } from "../../lint/memory-io.ts";
import { ModelCluster } from "../../plan/model-cluster.ts";
import type { ListedCluster, Placed } from "./listed-cluster.ts";

export const NOW = Date.parse("2026-11-23T10:00:00Z");

const API_VERSION = "securitybaseline.dev/v1alpha1";
const RBAC = "rbac.authorization.k8s.io";

/** The only ClusterRoles of the stage. */
export const CLUSTER_ROLES: readonly Placed[] = [
  [
    "clusterroles",
    { metadata: { name: "cluster-admin" }, rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] } as KubernetesObject,
  ],
  [
    "clusterroles",
    { metadata: { name: "view" }, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }] } as KubernetesObject,
  ],
];

/** A baseline as it stands in a file. */
export function baselineText(namespace: string, spec: SecurityBaselineSpec): string {
  return `${JSON.stringify({ apiVersion: API_VERSION, kind: "SecurityBaseline", metadata: { name: "baseline", namespace }, spec }, undefined, 2)}\n`;
}

/** The posture of the cluster as it stands in a file. */
export function clusterBaselineText(spec: SecurityBaselineSpec): string {
  return `${JSON.stringify({ apiVersion: API_VERSION, kind: "ClusterSecurityBaseline", metadata: { name: "cluster" }, spec }, undefined, 2)}\n`;
}

/** A namespace that is there with nothing of ours. */
export function emptyNamespace(name: string): readonly Placed[] {
  return [
    ["namespaces", { metadata: { name, uid: `uid-of-${name}`, labels: { "kubernetes.io/metadata.name": name } } } as KubernetesObject],
    ["serviceaccounts", { metadata: { name: "default", namespace: name, uid: "uid-of-default" } } as KubernetesObject],
  ];
}

/** Everything that the operator leaves in a namespace, and its baseline with inventory; `change` is what people did to it then. */
export function operatedNamespace(
  namespace: string,
  spec: SecurityBaselineSpec,
  change: (model: ModelCluster) => void = () => undefined,
): readonly Placed[] {
  const metadata = { name: "baseline", namespace, uid: `baseline-of-${namespace}`, creationTimestamp: "2026-11-01T00:00:00Z" };
  const baseline = { apiVersion: API_VERSION, kind: "SecurityBaseline", metadata, spec };
  const model = new ModelCluster();
  const [namespaces, accounts] = ["Namespace", "ServiceAccount"].map((kind) => ownedKinds.find((one) => one.kind === kind));
  if (namespaces === undefined || accounts === undefined) throw new Error("no such kinds");
  const byKubernetes = { path: ["metadata", "annotations", "stage"], value: "1" };
  model.set(accounts, "default", byKubernetes);
  model.set(namespaces, namespace, {
    path: ["metadata", "labels", "securitybaseline.dev/enforced"],
    value: "true",
    by: ["securitybaseline-mark", "Apply"],
  });
  for (const desired of desiredWith(baseline)) model.apply(desired);
  const inventory = placed(model, namespace).map(([resource, { metadata: of }]) => lineOf(resource, of?.name ?? "", of?.uid ?? ""));
  change(model);
  return [...placed(model, namespace), ["securitybaselines", { ...baseline, status: { inventory } } as unknown as KubernetesObject]];
}

function lineOf(resource: string, name: string, uid: string): string {
  const [group, version] = (ownedKinds.find((kind) => kind.resource === resource)?.apiVersion ?? "").split("/");
  return `${version === undefined ? resource : `${resource}.${group}`} ${name} ${uid}`;
}

function placed(model: ModelCluster, namespace: string): readonly Placed[] {
  return model.documents().map((object): Placed => {
    const kind = ownedKinds.find((one) => one.kind === object.kind);
    if (kind === undefined) throw new Error(`no kind of ours: ${object.kind}`);
    const scope = kind.namespaced ? { namespace } : {};
    return [
      kind.resource,
      { ...object, metadata: { ...object.metadata, ...scope, creationTimestamp: "2026-10-01T00:00:00Z" } } as KubernetesObject,
    ];
  });
}

/** A RoleBinding of somebody else to a ClusterRole. */
export function foreignBinding(namespace: string, name: string, clusterRole: string, subject: JsonObject): Placed {
  const metadata = { name, namespace, uid: `uid-of-${name}`, creationTimestamp: "2026-10-01T00:00:00Z" };
  const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: clusterRole };
  return ["rolebindings", { metadata, roleRef, subjects: [{ apiGroup: RBAC, ...subject }] } as unknown as KubernetesObject];
}

/** A ClusterRoleBinding of somebody else to a ClusterRole. */
export function foreignClusterBinding(name: string, clusterRole: string, subject: JsonObject): Placed {
  const [, { metadata: _metadata, ...body }] = foreignBinding("", name, clusterRole, subject);
  return ["clusterrolebindings", { ...body, metadata: { name, uid: `uid-of-${name}` } } as unknown as KubernetesObject];
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `plan` as the command line does, but for folders and credentials. */
export async function plan(
  files: Readonly<Record<string, string>>,
  cluster: ListedCluster,
  options: Partial<PlanRequest> & { readonly output?: PlanForm } = {},
): Promise<Outcome> {
  const io = memoryIo(files);
  const request: PlanRequest = {
    files: Object.keys(files),
    output: "text",
    exitCode: true,
    colour: false,
    objectLabels: {},
    breakGlassNamespace: "securitybaseline-breakglass",
    isReserved: (namespace) => namespace === "kube-system",
    ...options,
  };
  const sources = await readPlannable(request, io);
  const code = sources === undefined ? 2 : await runPlan(request, sources, { transport: cluster, now: () => NOW }, io);
  return { code, out: io.out.join(""), err: io.err.join("") };
}
