/** Tells two operators of one account apart in tests: each has a token of its own, which the audit log names. */
import { readFile } from "node:fs/promises";
import { type AuditEvent, auditEvents } from "./audit-log.ts";
import { admin } from "./cluster.ts";
import { readMetrics, sumOf } from "./metrics.ts";
import { OPERATOR_NAMESPACE, OPERATOR_USER, type OperatorProcess, operatorKubeconfig, startOperator } from "./operator-process.ts";

export interface Replica {
  readonly operator: OperatorProcess;
  /** What this replica sent behind a mark. */
  requests(mark: number): Promise<AuditEvent[]>;
  /** What it says itself. */
  leads(): Promise<boolean>;
}

/** Starts an operator that takes part in leader election, and returns when it is ready. */
export async function startReplica(): Promise<Replica> {
  const kubeconfig = await operatorKubeconfig();
  const credential = await credentialOf(kubeconfig);
  const operator = await startOperator({ kubeconfig, flags: ["--leader-elect"] });
  return {
    operator,
    requests: async (mark) => (await auditEvents(mark, { user: OPERATOR_USER })).filter((event) => wasSentWith(event, credential)),
    leads: async () => sumOf(await readMetrics(operator), "securitybaseline_is_leader") === 1,
  };
}

/** Removes the lease: an operator that was killed by an earlier test would be respected for a while. */
export async function clearLease(): Promise<void> {
  const ref = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: OPERATOR_NAMESPACE, name: "securitybaseline-operator" };
  if (await admin().find(ref)) await admin().delete(ref);
}

function wasSentWith({ user }: AuditEvent, credential: string): boolean {
  return user.extra?.["authentication.kubernetes.io/credential-id"]?.includes(credential) ?? false;
}

/** The id under which the API server knows the token of a kubeconfig (KEP-4193). */
async function credentialOf(kubeconfig: string): Promise<string> {
  const { users } = JSON.parse(await readFile(kubeconfig, "utf8"));
  const [, claims = ""] = String(users[0].user.token).split(".");
  return `JTI=${JSON.parse(Buffer.from(claims, "base64url").toString()).jti}`;
}
