/** Runs the operator for tests as a user does: the built program, a process of its own, with the rights of its own account only. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { admin, cluster } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { COMPILED, programPath } from "./program.ts";

export const OPERATOR_NAMESPACE = "securitybaseline-system";
export const OPERATOR_ACCOUNT = "securitybaseline-operator";
export const OPERATOR_USER = `system:serviceaccount:${OPERATOR_NAMESPACE}:${OPERATOR_ACCOUNT}`;

const READY_TIMEOUT = 30_000;

export interface OperatorOptions {
  /** Added to the flags that every run needs. */
  readonly flags?: readonly string[];
  /** Path of another kubeconfig than one with a token of the operator's account. */
  readonly kubeconfig?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default true: `startOperator` returns when /readyz answers 200. */
  readonly awaitReady?: boolean;
}

export interface OperatorProcess {
  readonly pid: number;
  /** Base URLs of the two listeners. */
  readonly metrics: string;
  readonly health: string;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;
  /** Everything printed so far, both streams. */
  logs(): string;
  /** Sends a signal (default SIGTERM) and waits for the end; a process that is gone already is fine. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

let kubeconfigs = 0;

/** Starts the operator; `installOperatorManifests` must have run. Throws with its output when it ends before it is ready. */
export async function startOperator(options: OperatorOptions = {}): Promise<OperatorProcess> {
  const kubeconfig = options.kubeconfig ?? (await operatorKubeconfig());
  const [metrics, health] = [await freeAddress(), await freeAddress()];
  const flags = ["--kubeconfig", kubeconfig, "--namespace", OPERATOR_NAMESPACE, "--metrics-address", metrics, "--health-address", health];
  const args = [await programPath(), "operator", ...flags, ...(options.flags ?? [])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...COMPILED, ...options.env } });
  endWithThisProcess(child);
  const operator = handle(child, { metrics: `http://${metrics}`, health: `http://${health}` });
  if (options.awaitReady ?? true) await untilReady(operator);
  return operator;
}

/** Milliseconds. What hangs is to be told with the log, before the hook of the test gives up without a word. */
const LONGEST_END = 50_000;

function handle(child: ChildProcess, urls: { metrics: string; health: string }): OperatorProcess {
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (chunk) => output.push(chunk));
  const exit = once(child, "exit").then(([code, signal]) => code ?? signal);
  const logs = () => output.join("");
  return {
    ...urls,
    pid: child.pid ?? -1,
    exit,
    logs,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      const patience = new AbortController();
      const late = delay(LONGEST_END, undefined, { signal: patience.signal }).then(() => {
        throw new Error(`the operator did not end within ${LONGEST_END} ms of ${signal}:\n${logs().slice(-4_000)}`);
      });
      late.catch(() => undefined);
      return Promise.race([exit, late]).finally(() => patience.abort());
    },
  };
}

/** A test run that is cut short must not leave operators behind. */
function endWithThisProcess(child: ChildProcess): void {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}

async function untilReady(operator: OperatorProcess): Promise<void> {
  const ended = operator.exit.then((outcome) => {
    throw new Error(`the operator ended (${outcome}) before it was ready:\n${operator.logs()}`);
  });
  const ready = eventually("the operator is ready", async () => (await statusOf(`${operator.health}/readyz`)) === 200, READY_TIMEOUT);
  try {
    await Promise.race([ready, ended]);
  } catch (error) {
    ready.catch(() => undefined);
    await operator.stop("SIGKILL");
    throw new Error(`${error instanceof Error ? error.message : error}\n${operator.logs()}`, { cause: error });
  }
  ended.catch(() => undefined);
}

/** HTTP status of a GET. Throws when nothing answers. */
async function statusOf(url: string): Promise<number | undefined> {
  const [response] = await once(get(url, { agent: false }), "response");
  response.resume();
  return response.statusCode;
}

/** Where the API server, or what stands before it, is found. */
export interface ServerAddress {
  readonly url: string;
  /** Certificate to trust, PEM. */
  readonly ca: string;
}

/** Writes a kubeconfig with a fresh token of the operator's account, valid for an hour, and answers its path. */
export async function operatorKubeconfig(server: ServerAddress = { url: cluster().server, ca: cluster().ca }): Promise<string> {
  const plane = cluster();
  kubeconfigs += 1;
  const path = join(plane.dir, `operator-${process.pid}-${kubeconfigs}.kubeconfig`);
  const token = await admin().createToken(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
  const authority = Buffer.from(server.ca).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "control-plane", cluster: { server: server.url, "certificate-authority-data": authority } }],
    users: [{ name: OPERATOR_ACCOUNT, user: { token } }],
    contexts: [{ name: "operator", context: { cluster: "control-plane", user: OPERATOR_ACCOUNT } }],
    "current-context": "operator",
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** A loopback address with a port that was free a moment ago. */
export async function freeAddress(): Promise<string> {
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has no port");
  return `127.0.0.1:${address.port}`;
}
