/** Installs the operator on the test node as users do, and tells which of its pods leads. */
import { readdir, readFile } from "node:fs/promises";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { kubectl } from "../../support/kubectl.ts";

export const OPERATOR_NAMESPACE = "securitybaseline-system";
const OPERATOR = "deployment/securitybaseline-operator";

interface Lease {
  readonly spec?: { readonly holderIdentity?: string };
}

export interface OperatorPod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

let running: Promise<void> | undefined;

/** Applies config/default and waits until both replicas are Ready and one of them leads; a second call does nothing. */
export function installOperator(): Promise<void> {
  running ??= install();
  return running;
}

async function install(): Promise<void> {
  await installOperatorManifests();
  await rolledOut();
  await eventually("a replica leads", leader);
}

/** Waits until every replica is of the newest form and Ready, and no other pod of the operator is left. */
export async function rolledOut(): Promise<void> {
  await kubectl(["rollout", "status", "-n", OPERATOR_NAMESPACE, OPERATOR, "--timeout=180s"]);
  await eventually("two pods are there", async () => (await operatorPods()).length === 2);
}

/** Begins a rollout of the same form anew: each replica is replaced. */
export async function restartRollout(): Promise<void> {
  await kubectl(["rollout", "restart", "-n", OPERATOR_NAMESPACE, OPERATOR]);
}

export function operatorPods(): Promise<OperatorPod[]> {
  const labelSelector = "app.kubernetes.io/component=operator";
  return admin().list<OperatorPod>("v1", "Pod", { namespace: OPERATOR_NAMESPACE, labelSelector });
}

/** What the process that leads calls itself: no other one ever has the same. Throws while none leads. */
export async function leaderIdentity(): Promise<string> {
  const leases = await admin().list<Lease>("coordination.k8s.io/v1", "Lease", { namespace: OPERATOR_NAMESPACE });
  const holder = leases.map(({ spec }) => spec?.holderIdentity ?? "").find((identity) => identity !== "");
  if (holder === undefined) throw new Error("nobody holds the lease");
  return holder;
}

/** Name of the pod that leads. Throws while none does. */
export async function leader(): Promise<string> {
  const holder = await leaderIdentity();
  const pod = (await operatorPods()).find(({ metadata }) => holder.startsWith(metadata.name));
  if (pod === undefined) throw new Error(`the lease is held by ${holder}, no pod of the operator`);
  return pod.metadata.name;
}

/** Kills the operator's process in a pod at once, as the kernel does when memory is short. It has no say in it. */
export async function killProcessIn(pod: string): Promise<void> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(async (pid) => ((await runsIn(pid, pod)) ? [Number(pid)] : [])));
  const [pid] = found.flat();
  if (pid === undefined) throw new Error(`no process of the operator is in ${pod}`);
  process.kill(pid, "SIGKILL");
}

async function runsIn(pid: string, pod: string): Promise<boolean> {
  try {
    const hostname = await readFile(`/proc/${pid}/root/etc/hostname`, "utf8");
    return hostname.trim() === pod && (await readFile(`/proc/${pid}/cmdline`, "utf8")).includes("securitybaseline.mjs");
  } catch {
    // Threads of the kernel and processes that have ended have no root.
    return false;
  }
}
