/** Runs the story's command lines: a real shell, in which kubectl, the program and everybody's kubeconfigs are at hand. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Output } from "./step.ts";

const ROOT = join(import.meta.dirname, "..", "..");

export interface ShellOptions {
  /** Folder for the commands and their caches. */
  readonly dir: string;
  /** Path of the binary that holds kubectl. */
  readonly binary: string;
  /** Path of the built program. */
  readonly program: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
}

export class Shell {
  /** Folder that holds kubectl and the program. */
  readonly bin: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(bin: string, env: NodeJS.ProcessEnv) {
    this.bin = bin;
    this.#env = env;
  }

  /** Puts the commands `kubectl` and `securitybaseline` on the PATH of all commands. */
  static async open({ dir, binary, program, kubeconfig }: ShellOptions): Promise<Shell> {
    const bin = join(dir, "bin");
    await mkdir(bin, { recursive: true });
    await writeCommand(join(bin, "kubectl"), [binary, "kubectl", "--cache-dir", join(dir, "kubectl-cache")]);
    await writeCommand(join(bin, "securitybaseline"), [process.execPath, program]);
    const path = [bin, process.env["PATH"] ?? ""].join(delimiter);
    // A user's own preferences for kubectl must not change what the demo shows, and nothing of it belongs into the user's own cache.
    const ownFolders = { KUBECONFIG: kubeconfig, KUBERC: "off", XDG_CACHE_HOME: join(dir, "cache") };
    return new Shell(bin, { ...process.env, PATH: path, ...ownFolders });
  }

  /** Sets a variable for all commands that follow. */
  set(name: string, value: string): void {
    this.#env[name] = value;
  }

  /** Runs a command line to its end. */
  async run(line: string): Promise<Output> {
    const child = this.#spawn(line);
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (part: string) => parts.push(part));
    const [code] = await once(child, "close");
    return { code: typeof code === "number" ? code : 1, text: parts.join("") };
  }

  /** Runs one command for as long as its lines are read, at most until the signal. */
  async *lines(command: string, signal: AbortSignal): AsyncGenerator<string> {
    const child = this.#spawn(`exec ${command}`);
    if (!child.stdout) return;
    child.stderr?.resume();
    signal.addEventListener("abort", () => child.kill(), { once: true });
    try {
      yield* createInterface({ input: child.stdout });
    } finally {
      child.kill();
    }
  }

  #spawn(line: string): ChildProcess {
    return spawn("sh", ["-c", line], { cwd: ROOT, env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
  }
}

/** Writes a command that runs a program with some first arguments. */
async function writeCommand(path: string, words: readonly string[]): Promise<void> {
  await writeFile(path, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  await chmod(path, 0o755);
}
