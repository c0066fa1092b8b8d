/** Makes pods that serve and ask, for tests on a real node. They run Node from the operator's own image: no other one is there. */
import { SHIPPED_IMAGE } from "../../../hack/config/chart/manager.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { kubectl } from "../../support/kubectl.ts";

const IMAGE = `${SHIPPED_IMAGE.repository}:${SHIPPED_IMAGE.tag}`;
const NODE = "/usr/local/bin/node";

/** Milliseconds until a pod runs on a busy machine. */
const PATIENCE = 120_000;

/** With the pod's own settings below, what Pod Security calls restricted. */
const RESTRICTED = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };

/** A script for pods that only ask. */
export const IDLE = "setInterval(() => {}, 1e9);";

export interface PodForm {
  readonly labels?: Readonly<Record<string, string>>;
  /** A port on which the kubelet asks whether the pod is ready; default: it is. */
  readonly probed?: number;
  /** Beside what every pod here has. */
  readonly spec?: JsonObject;
}

/** Where a pod is. */
export interface PodPlace {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
}

/** A script that listens on each of these TCP ports and says hello. */
export const serving = (...ports: readonly number[]): string =>
  `for (const port of ${JSON.stringify(ports)}) require("node:net").createServer((socket) => socket.on("error", () => {}).end("hello")).listen(port);`;

/** Makes a pod that runs this script, and waits until it is Ready. */
export async function startPod(namespace: string, name: string, script: string, form: PodForm = {}): Promise<PodPlace> {
  await eventually(`namespace ${namespace} has its account`, () =>
    admin().get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" }),
  );
  const metadata = { namespace, name, labels: { ...form.labels } };
  await admin().create({ apiVersion: "v1", kind: "Pod", metadata, spec: podSpec(script, form) });
  return readyPod(namespace, name);
}

function podSpec(script: string, { probed, spec = {} }: PodForm): JsonObject {
  const probe = probed === undefined ? {} : { readinessProbe: { tcpSocket: { port: probed }, periodSeconds: 1 } };
  // Answers the signal that ends a pod: as the first process it would be deaf to it.
  const command = [NODE, "-e", `process.once("SIGTERM", () => process.exit(0)); ${script}`];
  return {
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [{ name: "main", image: IMAGE, command, securityContext: RESTRICTED, ...probe }],
    terminationGracePeriodSeconds: 1,
    ...spec,
  };
}

interface Pod {
  readonly status: { readonly podIP?: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function readyPod(namespace: string, name: string): Promise<PodPlace> {
  const probe = async (): Promise<PodPlace> => {
    const { status } = await admin().get<Pod>({ apiVersion: "v1", kind: "Pod", namespace, name });
    const isReady = status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True");
    if (!isReady || status.podIP === undefined) throw new Error(JSON.stringify(status));
    return { namespace, name, ip: status.podIP };
  };
  return eventually(`pod ${name} of ${namespace} is Ready`, probe, PATIENCE);
}

/** Arguments for kubectl that run a script in a pod. */
export const inPod = (namespace: string, name: string, script: string): readonly string[] => [
  "exec",
  ...["-n", namespace, name],
  ...["--", NODE, "-e", script],
];

/** Runs a script in a pod, by exec, and answers what it printed. */
export function runIn({ namespace, name }: Omit<PodPlace, "ip">, script: string): Promise<string> {
  return kubectl(inPod(namespace, name, script));
}
