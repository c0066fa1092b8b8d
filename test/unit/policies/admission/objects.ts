/** Makes the objects that the tests of section `admission` have judged: a pod that every check admits, what differs from it, and each workload around it. */
import type { AdmissionSection } from "../../../../operator/api/baseline-admission.ts";
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";

/** Every check at once, and an exemption from each by the label `exempt`, of which one has ended. */
export const STRICT: AdmissionSection = {
  registries: ["registry.example.com:5000/payments", "ghcr.io/acme"],
  imageReference: "Tag",
  requiredLabels: [{ key: "app.kubernetes.io/name" }, { key: "team", values: ["payments", "ledger"] }],
  resources: { requests: ["cpu", "memory"], limits: ["memory"], maximum: { memory: "8Gi", cpu: "2" } },
  dropCapabilities: ["NET_RAW", "SYS_ADMIN"],
  readOnlyRootFilesystem: true,
  secretEnvironment: false,
  tokenAccounts: ["controller"],
  priorityClasses: ["", "payments-high"],
  runtimeClasses: ["", "gvisor"],
  storageClasses: ["standard"],
  services: { types: ["ClusterIP"], externalIPs: false },
  hostnames: ["*.payments.example.com", "pay.example.com"],
  ingressClasses: ["nginx"],
  exemptions: [
    ...(
      [
        "registries",
        "imageReference",
        "requiredLabels",
        "resources",
        "dropCapabilities",
        "readOnlyRootFilesystem",
        "secretEnvironment",
        "tokenAccounts",
        "priorityClasses",
        "runtimeClasses",
        "storageClasses",
        "services",
        "hostnames",
        "ingressClasses",
      ] as const
    ).map((check) => ({
      name: check.toLowerCase(),
      checks: [check],
      matchLabels: { exempt: check, team: "payments" },
      expires: "2999-01-01T00:00:00Z",
      reason: "a test of exemptions",
      owner: "tests",
    })),
    {
      name: "ended",
      checks: ["registries"],
      matchLabels: { exempt: "ended" },
      expires: "2020-01-01T00:00:00+01:00",
      reason: "a test of exemptions",
      owner: "tests",
    },
  ],
};

const LABELS = { "app.kubernetes.io/name": "web", team: "payments" };

/** The container `web` that every check admits, with some fields instead of its own. */
export function web(fields: object = {}): JsonObject {
  return {
    name: "web",
    image: "ghcr.io/acme/web:1.2",
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "256Mi" } },
    securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["NET_RAW", "SYS_ADMIN"] } },
    ...fields,
  };
}

/** What makes a pod: its labels and its spec. */
export interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: JsonObject;
}

/** A pod whose container has these fields. */
export function withWeb(fields: object): Template {
  return podOf({ containers: [web(fields)] });
}

/** A pod with these fields in its spec, and these labels besides those that are asked for; undefined takes a label away. */
export function podOf(spec: object = {}, labels: Readonly<Record<string, string | undefined>> = {}): Template {
  return JSON.parse(
    JSON.stringify({
      metadata: { labels: { ...LABELS, ...labels } },
      spec: { automountServiceAccountToken: false, containers: [web()], ...spec },
    }),
  );
}

/** The same pod with further labels. */
export function labelled({ metadata, spec }: Template, labels: Readonly<Record<string, string>>): Template {
  return { metadata: { labels: { ...metadata.labels, ...labels } }, spec };
}

const SELECTOR = { matchLabels: { selected: "yes" } };

/** Around a template: the object of each kind that makes pods of it. */
const WORKLOADS: Readonly<Record<string, (template: object, forJobs: object) => Pick<KubernetesObject, "apiVersion"> & { spec: object }>> =
  {
    Deployment: (template) => ({ apiVersion: "apps/v1", spec: { selector: SELECTOR, template } }),
    StatefulSet: (template) => ({ apiVersion: "apps/v1", spec: { serviceName: "web", selector: SELECTOR, template } }),
    DaemonSet: (template) => ({ apiVersion: "apps/v1", spec: { selector: SELECTOR, template } }),
    ReplicaSet: (template) => ({ apiVersion: "apps/v1", spec: { selector: SELECTOR, template } }),
    ReplicationController: (template) => ({ apiVersion: "v1", spec: { selector: SELECTOR.matchLabels, template } }),
    Job: (_, template) => ({ apiVersion: "batch/v1", spec: { template } }),
    CronJob: (_, template) => ({ apiVersion: "batch/v1", spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template } } } }),
  };

export const WORKLOAD_KINDS: readonly string[] = Object.keys(WORKLOADS);
export const POD_KINDS: readonly string[] = ["Pod", ...WORKLOAD_KINDS];

/** An object of a kind that is this pod or makes such pods. */
export function objectWith(kind: string, template: Template, namespace: string, name = "web"): KubernetesObject {
  const metadata = { namespace, name };
  if (kind === "Pod") return { apiVersion: "v1", kind, metadata: { ...metadata, labels: template.metadata.labels }, spec: template.spec };
  const workload = WORKLOADS[kind];
  if (workload === undefined) throw new Error(`${kind} makes no pods`);
  const whole = labelled(template, SELECTOR.matchLabels);
  return { kind, metadata, ...workload(whole, { ...whole, spec: { restartPolicy: "Never", ...whole.spec } }) };
}
