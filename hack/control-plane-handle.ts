/** Gives users of a running control plane what they need: where it is, what it knows, how to ask it and how to end it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { controlPlaneBinary } from "./control-plane-binary.ts";
import { isAlive } from "./processes.ts";

const STOP_INTERVAL = 20;
const PROBE_TIMEOUT = 2_000;

/** Process ids of one control plane. A server that is killed is started again under a new one. */
export interface ControlPlanePids {
  readonly up: number;
  readonly etcd: number;
  readonly apiserver: number;
  readonly controllerManager: number;
}

interface State {
  readonly kubeconfig: string;
  readonly server: string;
  readonly caFile: string;
  readonly auditLog: string;
  readonly pids: ControlPlanePids;
}

export interface KubectlOptions {
  readonly stdin?: string;
  /** Path of a kubeconfig; default the administrator's. */
  readonly as?: string;
}

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A running control plane. */
export interface ControlPlane {
  readonly dir: string;
  /** Path of the administrator's kubeconfig (group system:masters). */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  /** PEM of the CA that signed the API server's certificate. */
  readonly ca: string;
  /** PEM of the administrator's client certificate and key. */
  readonly admin: { readonly cert: string; readonly key: string };
  /** PEM of the CA that signs client certificates of people, and its key. */
  readonly people: { readonly cert: string; readonly key: string };
  /** Path of the audit log: one JSON event per line, complete as soon as a request is answered. */
  readonly auditLog: string;
  /** Read anew at each access. */
  readonly pids: ControlPlanePids;
  /** Runs kubectl to its end; a failure shows in `code`, nothing is thrown. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** Ends all processes and, if the folder was made for this control plane, removes it. */
  stop(): Promise<void>;
}

/** Answers the control plane that runs in a folder, or undefined when none does. */
export async function attachControlPlane(dir: string): Promise<ControlPlane | undefined> {
  if (!existsSync(join(dir, "state.json"))) return undefined;
  const plane = openControlPlane(await controlPlaneBinary(), dir);
  return isAlive(plane.pids.up) && (await answers(plane)) ? plane : undefined;
}

/** A process id alone proves nothing after a restart of the machine; a server that holds the folder's key does. */
async function answers(plane: ControlPlane): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(`${plane.server}/livez`, { ca: plane.ca, agent: false, timeout: PROBE_TIMEOUT }, (response) => {
    response.resume();
    resolve(true);
  });
  request.on("timeout", () => request.destroy());
  request.on("error", () => resolve(false));
  return promise;
}

/** Answers the control plane of a folder whose `up` has reported ready; `cleanup` runs at the end of `stop`. */
export function openControlPlane(binary: string, dir: string, cleanup?: () => Promise<void>): ControlPlane {
  const read = (): State => JSON.parse(readFileSync(join(dir, "state.json"), "utf8"));
  const { kubeconfig, server, auditLog, caFile } = read();
  const pem = (name: string) => readFileSync(join(dir, "pki", name), "utf8");
  return {
    dir,
    kubeconfig,
    server,
    auditLog,
    ca: readFileSync(caFile, "utf8"),
    admin: { cert: pem("admin.crt"), key: pem("admin.key") },
    get people() {
      return { cert: pem("people.crt"), key: pem("people.key") };
    },
    get pids() {
      return read().pids;
    },
    kubectl: (args, options = {}) => kubectl(binary, { dir, kubeconfig: options.as ?? kubeconfig, args, stdin: options.stdin ?? "" }),
    stop: async () => {
      const { up } = read().pids;
      if (isAlive(up)) process.kill(up, "SIGTERM");
      while (isAlive(up)) await delay(STOP_INTERVAL);
      await cleanup?.();
    },
  };
}

interface KubectlCall {
  readonly dir: string;
  readonly kubeconfig: string;
  readonly args: readonly string[];
  readonly stdin: string;
}

async function kubectl(binary: string, call: KubectlCall): Promise<KubectlResult> {
  const child = spawn(binary, kubectlArguments(call), { stdio: "pipe", env: kubectlEnvironment() });
  child.stdin.on("error", () => undefined);
  child.stdin.end(call.stdin);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { stdout, stderr, code: typeof code === "number" ? code : 1 };
}

/** Arguments that make the binary a kubectl for one cluster. */
export function kubectlArguments(call: Omit<KubectlCall, "stdin">): string[] {
  return ["kubectl", "--kubeconfig", call.kubeconfig, "--cache-dir", join(call.dir, "kubectl-cache"), ...call.args];
}

/** A user's preferences (kuberc) must not change what tests and demo see. */
export function kubectlEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, KUBECONFIG: "", KUBERC: "off" };
}
