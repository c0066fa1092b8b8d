/** Runs the operator of the demo: the built program as a process of its own, which has the rights of its ServiceAccount only. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";

export interface OperatorOptions {
  /** Path of the built program. */
  readonly program: string;
  /** Path of a kubeconfig with a token of the operator's account. */
  readonly kubeconfig: string;
  /** Path of the file that its log goes to. */
  readonly log: string;
  /** True: it goes on after this process. False: it ends with it. */
  readonly keep: boolean;
}

export interface RunningOperator {
  readonly pid: number;
  stop(): Promise<void>;
  /** The last lines of its log. */
  logTail(lines: number): Promise<string>;
}

/** Starts the operator; it is at work as soon as its caches are filled. */
export async function startOperator({ program, kubeconfig, log, keep }: OperatorOptions): Promise<RunningOperator> {
  await using file = await open(log, "w");
  const address = "127.0.0.1:0";
  const flags = ["--kubeconfig", kubeconfig, "--metrics-address", address, "--health-address", address, "--log-format", "text"];
  const child = spawn(process.execPath, [program, "operator", ...flags], { detached: keep, stdio: ["ignore", file.fd, file.fd] });
  const exit = once(child, "exit");
  if (keep) child.unref();
  else process.once("exit", () => child.kill("SIGKILL"));
  return {
    pid: child.pid ?? -1,
    stop: async () => {
      child.kill("SIGTERM");
      await exit;
    },
    logTail: async (lines) => (await readFile(log, "utf8")).trimEnd().split("\n").slice(-lines).join("\n"),
  };
}
