/** Plans the baseline of one namespace, and reads what is told of it. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import type { ModelCluster } from "../../plan/model-cluster.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, operatedNamespace, plan } from "./stage.ts";

export const READER = { name: "log-reader", groups: ["support"], rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] };
export const ACCESS: SecurityBaselineSpec = { access: { roles: [READER] } };
export const EVERYTHING: SecurityBaselineSpec = {
  ...ACCESS,
  network: { defaultDeny: ["Ingress", "Egress"] },
  podSecurity: { enforce: "restricted" },
  serviceAccounts: { accounts: [{ name: "api" }] },
};
export const BOB = { kind: "User", name: "bob" };

export interface Told {
  readonly code: number;
  /** `Type Kind name`, with an asterisk where it is only reported. */
  readonly changes: readonly string[];
  readonly findings: readonly string[];
  readonly problems: readonly string[];
  readonly unknown: readonly string[];
  readonly notes: readonly string[];
  readonly refused: string | undefined;
  readonly fields: readonly JsonObject[];
}

/** What is told of the baseline of namespace `payments` with this spec. */
export async function told(
  spec: SecurityBaselineSpec,
  objects: readonly Placed[],
  prepare: (cluster: ListedCluster) => void = () => undefined,
): Promise<Told> {
  return toldOfFile(baselineText("payments", spec), objects, prepare);
}

export async function toldOfFile(
  text: string,
  objects: readonly Placed[],
  prepare: (cluster: ListedCluster) => void = () => undefined,
): Promise<Told> {
  const cluster = new ListedCluster([...CLUSTER_ROLES, ...objects]);
  prepare(cluster);
  const { code, out, err } = await plan({ "b.json": text }, cluster, { output: "json" });
  expect(err).to.equal("");
  const [one] = JSON.parse(out).baselines;
  return {
    ...one,
    code,
    refused: one.refused,
    changes: one.changes.map(({ type, ref, reportedOnly }: never) => `${type} ${ref["kind"]} ${ref["name"]}${reportedOnly ? "*" : ""}`),
    findings: one.findings.map(({ rule, ref }: never) => `${rule} ${ref["kind"]}/${ref["name"]}`),
    fields: one.changes.flatMap(({ fields }: never) => fields),
  };
}

export const operated = (spec: SecurityBaselineSpec, change?: (model: ModelCluster) => void): readonly Placed[] =>
  operatedNamespace("payments", spec, change);
/** An object of somebody else. */
export const stranger = (resource: string, name: string, body: JsonObject = {}, metadata: JsonObject = {}): Placed => [
  resource,
  {
    metadata: { name, namespace: "payments", uid: `uid-of-${name}`, creationTimestamp: "2026-10-01T00:00:00Z", ...metadata },
    ...body,
  } as unknown as KubernetesObject,
];
