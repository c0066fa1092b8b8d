/** States baselines for tests of the whole operator, waits for them and reads what the operator told of them. */
import type { SecurityBaseline, SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { DriftEntry } from "../../operator/api/baseline-status.ts";
import type { Condition } from "../../operator/api/shared-types.ts";
import type { ObjectRef } from "./api-client.ts";
import { admin, freshNamespace } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { authorizerCaughtUp, policiesKnow } from "./server-caches.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";

/** A posture that uses every section: 20 objects, the Namespace and the ServiceAccount `default` among them. */
export const FULL_SPEC: SecurityBaselineSpec = {
  access: {
    roles: [
      { name: "app-deployer", groups: ["payments-devs"] },
      { name: "app-viewer", groups: ["payments-devs", "support"] },
      { name: "secret-manager", groups: ["payments-leads"] },
      { name: "log-reader", groups: ["support"], rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] },
    ],
  },
  podSecurity: { enforce: "restricted" },
  network: {
    ingress: [
      {
        name: "from-gateway",
        pods: { matchLabels: { app: "api" } },
        from: [{ namespace: "ingress-nginx", pods: { matchLabels: { app: "nginx" } } }],
        ports: [{ port: 8080 }],
      },
      { name: "among-us", from: [{ preset: "SameNamespace" }] },
      { name: "from-metrics", from: [{ namespaceSelector: { matchLabels: { team: "observability" } } }], ports: [{ port: 9090 }] },
    ],
    egress: [
      { name: "to-postgres", to: [{ cidr: "10.20.0.0/16", except: ["10.20.9.0/24"] }], ports: [{ port: 5432 }] },
      { name: "to-internet", to: [{ preset: "Internet" }], ports: [{ port: 443 }] },
    ],
  },
  serviceAccounts: { accounts: [{ name: "api" }, { name: "worker" }, { name: "controller", automountToken: true }] },
};

/** A posture with one object of each form: 8 objects, the Namespace and the ServiceAccount `default` among them. */
export const SMALL_SPEC = {
  access: { roles: [{ name: "log-reader", groups: ["support"], rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] }] },
  podSecurity: { enforce: "restricted" },
  network: { ingress: [{ name: "from-gateway", from: [{ namespace: "ingress-nginx" }], ports: [{ port: 8080 }] }] },
  serviceAccounts: { accounts: [{ name: "api" }] },
} as const satisfies SecurityBaselineSpec;

export function baselineRef(namespace: string): ObjectRef {
  return { apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" };
}

/** Creates or replaces the baseline of a namespace, as a team would by `kubectl apply --server-side`. */
export function applyBaseline(namespace: string, spec: SecurityBaselineSpec): Promise<SecurityBaseline> {
  const object = { apiVersion: API_VERSION, kind: "SecurityBaseline", metadata: { namespace, name: "baseline" }, spec };
  return admin().apply(object, { manager: "team", force: true });
}

export function readBaseline(namespace: string): Promise<SecurityBaseline> {
  return admin().get(baselineRef(namespace));
}

/** Waits until the operator has told of the present generation with this state of a condition; answers the baseline. */
export function awaitCondition(namespace: string, type: string, status: Condition["status"], timeout?: number): Promise<SecurityBaseline> {
  const probe = async (): Promise<SecurityBaseline> => {
    const baseline = await readBaseline(namespace);
    const condition = conditionOf(baseline, type);
    const current = condition?.observedGeneration === baseline.metadata.generation;
    if (condition?.status === status && current) return baseline;
    throw new Error(JSON.stringify(baseline.status?.conditions ?? "no status"));
  };
  return eventually(`${type} of ${namespace} is ${status}`, probe, timeout);
}

export function awaitReady(namespace: string): Promise<SecurityBaseline> {
  return awaitCondition(namespace, "Ready", "True");
}

/** Makes a namespace with a baseline that a running operator has carried out and the API server knows, and answers its name. */
export async function protectedNamespace(prefix: string, spec: SecurityBaselineSpec): Promise<string> {
  const namespace = await freshNamespace(prefix);
  await applyBaseline(namespace, spec);
  await awaitReady(namespace);
  await serverKnows(namespace);
  return namespace;
}

/** Removes the baselines that other tests left, for one that counts what is in the whole cluster. */
export async function removeBaselines(): Promise<void> {
  const left = await admin().list(API_VERSION, "SecurityBaseline");
  for (const { metadata } of left) await admin().delete(baselineRef(metadata?.namespace ?? ""));
}

/** Waits until the API server judges by the baseline of a namespace as it is now, and knows the rights that the operator has given for it. */
export async function serverKnows(namespace: string): Promise<void> {
  await Promise.all([policiesKnow(baselineRef(namespace)), authorizerCaughtUp()]);
}

/** Conditions as `type status`, without what weakens the whole cluster: other tests bind people there. */
export function conditionsOf({ status }: SecurityBaseline): readonly string[] {
  return (status?.conditions ?? []).filter(({ type }) => type !== "ClusterWeakened").map(({ type, status: state }) => `${type} ${state}`);
}

export function conditionOf(baseline: SecurityBaseline, type: string): Condition | undefined {
  return baseline.status?.conditions?.find((condition) => condition.type === type);
}

/** Waits for exactly one drift entry about an object that `matches`, and answers it without times. */
export function awaitDrift(
  namespace: string,
  matches: (entry: DriftEntry) => boolean,
): Promise<Omit<DriftEntry, "firstSeen" | "lastSeen">> {
  return eventually(`one drift entry in ${namespace}`, async () => {
    const entries = (await readBaseline(namespace)).status?.drift ?? [];
    const found = entries.filter(matches);
    const [entry] = found;
    if (entry === undefined || found.length > 1) throw new Error(JSON.stringify(entries));
    const { firstSeen: _first, lastSeen: _last, ...rest } = entry;
    return rest;
  });
}
