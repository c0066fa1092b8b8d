/** Starts the test node and its control plane in the namespaces of this process, for tests and for `make node-up`. */
import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ControlPlane, startControlPlane } from "../control-plane.ts";
import { NETWORK_PLUGINS, type NodeBinaries } from "./binaries.ts";
import { importImage, writePauseImage } from "./images.ts";
import { engineListens, inNodeNetwork, layNetwork } from "./network.ts";
import { type Preparation, readPreparation } from "./prepare.ts";
import { cgroupsOf } from "./runs.ts";
import {
  cniConfig,
  containerdConfig,
  ENGINE_RIGHTS,
  foldersIn,
  kubeletConfig,
  kubeProxyConfig,
  NODE_ADDRESS,
  NODE_NAME,
  type NodeFolders,
  OUTSIDE_ADDRESS,
  PAUSE_IMAGE,
  QUEUE,
} from "./settings.ts";

/** Milliseconds. */
const PATIENCE = 120_000;
const INTERVAL = 100;

/** Where containers find the token of their account: the engine is made for one. */
const ACCOUNT = "/run/secrets/kubernetes.io/serviceaccount";

type Start = (name: string, command: readonly string[], env?: NodeJS.ProcessEnv) => void;

/** Starts everything of a run and answers when the node is Ready. Throws when a part does not start; what runs then ends with the namespaces. */
export async function startNode(root: string): Promise<ControlPlane> {
  const { binaries, images } = await readPreparation(root);
  const folders = foldersIn(root);
  await layNetwork();
  await writeFiles(folders, binaries);
  const plane = await startControlPlane({ dir: folders.controlPlane, node: { name: NODE_NAME, address: OUTSIDE_ADDRESS } });
  const start: Start = (name, command, env = {}) => startProgram(join(folders.logs, `${name}.log`), command, env);
  start("containerd", inNodeNetwork(["containerd", "--config", join(root, "containerd.toml")]));
  await importImages(folders, binaries, images);
  startKubernetes(folders, binaries, start);
  await startEngine(plane, binaries, start);
  await untilKubectl(plane, ["wait", "--for=condition=Ready", `node/${NODE_NAME}`, "--timeout=1s"]);
  return plane;
}

async function writeFiles(folders: NodeFolders, { plugins }: NodeBinaries): Promise<void> {
  const { root, cniConfig: networks, cniPrograms, logs } = folders;
  for (const folder of [networks, cniPrograms, logs, ACCOUNT]) await mkdir(folder, { recursive: true });
  for (const name of NETWORK_PLUGINS) await symlink(plugins[name], join(cniPrograms, name));
  const cgroup = basename(root);
  for (const path of cgroupsOf(cgroup)) mkdirSync(path, { recursive: true });
  await writeFile(join(networks, "pods.conflist"), cniConfig());
  await writeFile(join(root, "containerd.toml"), containerdConfig(folders));
  await writeFile(join(root, "kubelet.yaml"), kubeletConfig(folders, `/${cgroup}`));
  await writeFile(join(root, "kube-proxy.yaml"), kubeProxyConfig(folders));
}

function startProgram(logFile: string, [program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): void {
  const log = openSync(logFile, "w");
  spawn(program, args, { stdio: ["ignore", log, log], env: { ...process.env, ...env } });
}

async function importImages(folders: NodeFolders, binaries: NodeBinaries, images: Preparation["images"]): Promise<void> {
  const [pause = ""] = PAUSE_IMAGE.split(":");
  const all = { ...images, [pause]: await writePauseImage(folders.root, binaries.pause) };
  for (const [name, layout] of Object.entries(all)) await until(`${name} is imported`, () => importImage(layout, name));
}

function startKubernetes({ root, controlPlane, kubelet }: NodeFolders, { programs }: NodeBinaries, start: Start): void {
  const kubeconfig = (name: string): string => `--kubeconfig=${join(controlPlane, `${name}.kubeconfig`)}`;
  const config = (name: string): string => `--config=${join(root, `${name}.yaml`)}`;
  start("kube-scheduler", [programs, "kube-scheduler", kubeconfig("kube-scheduler"), "--leader-elect=false", "--secure-port=0"]);
  start("kube-proxy", inNodeNetwork([programs, "kube-proxy", config("kube-proxy")]));
  const identity = [`--hostname-override=${NODE_NAME}`, `--node-ip=${NODE_ADDRESS}`, `--root-dir=${kubelet}`];
  start("kubelet", inNodeNetwork([programs, "kubelet", config("kubelet"), kubeconfig("kubelet"), ...identity]));
}

/** The engine takes itself for a pod: it finds the API server and its token where pods do. */
async function startEngine(plane: ControlPlane, { engine }: NodeBinaries, start: Start): Promise<void> {
  await untilKubectl(plane, ["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: ENGINE_RIGHTS }));
  const token = await untilKubectl(plane, ["create", "token", "kube-network-policies", "-n", "kube-system", "--duration=24h"]);
  await writeFile(join(ACCOUNT, "token"), token.trim());
  await writeFile(join(ACCOUNT, "ca.crt"), plane.ca);
  const { hostname, port } = new URL(plane.server);
  const flags = ["--disable-nri", `--nfqueue-id=${QUEUE}`, `--hostname-override=${NODE_NAME}`, "--metrics-bind-address=127.0.0.1:9080"];
  start("kube-network-policies", inNodeNetwork([engine, ...flags]), { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port });
  await until("the engine of NetworkPolicies takes packets", async () => {
    if (!(await engineListens())) throw new Error(`nobody listens to queue ${QUEUE}`);
  });
}

function untilKubectl(plane: ControlPlane, args: readonly string[], stdin = ""): Promise<string> {
  return until(`kubectl ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await plane.kubectl(args, { stdin });
    if (code !== 0) throw new Error(stderr.trim());
    return stdout;
  });
}

async function until<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`the node did not start: not in ${PATIENCE / 1000} s: ${what}`, { cause: error });
      await delay(INTERVAL);
    }
  }
}
