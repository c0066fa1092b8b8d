/**
 * The scene of the goldens of `plan`: a namespace that people changed, one that is not there yet, one whose level waits for
 * pods, one whose workloads are not admitted, one that only reports, one that is refused, and the posture of the cluster. */
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { networkPolicy } from "../../../../operator/kinds/network-policy.ts";
import { role } from "../../../../operator/kinds/role.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import {
  baselineText,
  CLUSTER_ROLES,
  clusterBaselineText,
  emptyNamespace,
  foreignBinding,
  foreignClusterBinding,
  operatedNamespace,
} from "./stage.ts";

const LOG_READER = { name: "log-reader", groups: ["support"], rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] };
const OLD = { ...LOG_READER, name: "old-reader" };

const BEFORE: SecurityBaselineSpec = {
  access: { roles: [LOG_READER, OLD] },
  network: { defaultDeny: ["Ingress"] },
  podSecurity: { enforce: "baseline" },
};

/** What the team of payments asks for now. */
const PAYMENTS: SecurityBaselineSpec = {
  access: { roles: [LOG_READER] },
  network: { defaultDeny: ["Ingress"] },
  podSecurity: { enforce: "restricted" },
  serviceAccounts: { accounts: [{ name: "api" }] },
  exceptions: [
    {
      rule: "UserSubject",
      ref: { kind: "RoleBinding", name: "bob-admin" },
      reason: "looks after the migration",
      owner: "team payments",
      expires: "2027-01-01T00:00:00Z",
    },
  ],
};

const SMALL: SecurityBaselineSpec = { network: { defaultDeny: ["Ingress"] }, podSecurity: { enforce: "restricted" } };

const LEDGER: SecurityBaselineSpec = { admission: { registries: ["ghcr.io/acme"], imageReference: "Tag" } };

/** Baselines by file. */
export const FILES: Readonly<Record<string, string>> = {
  "baselines/payments.json": baselineText("payments", PAYMENTS),
  "baselines/shop.json": baselineText("shop", SMALL),
  "baselines/billing.json": baselineText("billing", { podSecurity: { enforce: "restricted", onViolation: "Hold" } }),
  "baselines/ledger.json": baselineText("ledger", LEDGER),
  "baselines/legacy.json": baselineText("legacy", { ...SMALL, mode: "Report" }),
  "baselines/system.json": baselineText("kube-system", SMALL),
  "baselines/cluster.json": clusterBaselineText({}),
};

function workload(resource: string, name: string, image: string): Placed {
  const spec = { template: { spec: { containers: [{ name: "web", image }] } } };
  return [resource, { metadata: { name, namespace: "ledger", uid: `uid-of-${name}` }, spec } as unknown as KubernetesObject];
}

function broken(namespace: string, line: string): readonly string[] {
  return [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "restricted:latest"`, line];
}

/** The cluster in which they are planned. */
export function sceneCluster(): ListedCluster {
  const cluster = new ListedCluster([
    ...CLUSTER_ROLES,
    ...operatedNamespace("payments", BEFORE, (model) => {
      model.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: [{}] });
      model.delete(role, "log-reader");
    }),
    foreignBinding("payments", "bob-admin", "cluster-admin", { kind: "User", name: "bob" }),
    ["serviceaccounts", { metadata: { name: "api", namespace: "payments", uid: "uid-of-api" } } as KubernetesObject],
    ...emptyNamespace("legacy"),
    ...operatedNamespace("billing", { podSecurity: { enforce: "baseline" } }),
    ...operatedNamespace("ledger", LEDGER),
    workload("deployments", "web", "ghcr.io/acme/web:1"),
    workload("deployments", "old", "ghcr.io/acme/old"),
    workload("statefulsets", "db", "postgres:16"),
    ...emptyNamespace("securitybaseline-breakglass"),
    foreignClusterBinding("carol-views", "view", { kind: "User", name: "carol" }),
  ]);
  cluster.warnings.set("payments", broken("payments", "agent-0 (and 2 other pods): privileged"));
  cluster.warnings.set("billing", broken("billing", "meter: hostPath volumes, host namespaces"));
  return cluster;
}
