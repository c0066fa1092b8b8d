/** Starts and stops a real control plane for tests, demo and benchmarks, and from the command line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parse as parseYaml, stringify } from "yaml";
import { controlPlaneBinary } from "./control-plane-binary.ts";
import { attachControlPlane, type ControlPlane, kubectlArguments, kubectlEnvironment, openControlPlane } from "./control-plane-handle.ts";
import type { Progress } from "./go-binary.ts";

export {
  attachControlPlane,
  type ControlPlane,
  type ControlPlanePids,
  type KubectlOptions,
  type KubectlResult,
} from "./control-plane-handle.ts";

/** The policy that users get. */
const AUDIT_POLICY = join(import.meta.dirname, "..", "config", "audit", "policy.yaml");

export interface StartOptions {
  /** Folder for logs, keys and data; default a temporary one. */
  readonly dir?: string;
  /** Lets etcd wait for the disk as in production; default false. */
  readonly fsync?: boolean;
  /** Lets a node of that name join, which reaches the API server at this address of this network namespace; default none, and the loopback address. */
  readonly node?: { readonly name: string; readonly address: string };
  readonly progress?: Progress;
}

/** Starts a control plane that ends with this process, however that ends. Takes about 5 s once the binary is built. */
export async function startControlPlane(options: StartOptions = {}): Promise<ControlPlane> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "control-plane-")));
  const binary = await controlPlaneBinary(options.progress);
  await launch(binary, { dir, fsync: options.fsync ?? false, detached: false, node: options.node });
  if (options.dir !== undefined) return openControlPlane(binary, dir);
  return openControlPlane(binary, dir, () => rm(dir, { recursive: true, force: true }));
}

/**
 * Writes the audit policy that we ship, without the rules that leave out noise, and answers its path: to tests and benchmarks each single
 * request counts.
 */
async function auditPolicyIn(dir: string): Promise<string> {
  const policy = parseYaml(await readFile(AUDIT_POLICY, "utf8"));
  const rules = policy.rules.filter(({ level }: { readonly level: string }) => level !== "None");
  const path = join(dir, "audit-policy.yaml");
  await writeFile(path, stringify({ ...policy, rules }));
  return path;
}

/** A fifth of what the API server works in tests is collecting garbage: it may keep more of it, up to a limit. */
const LAZY_GARBAGE_COLLECTION = { GOGC: "400", GOMEMLIMIT: "1GiB" };

interface Launch {
  readonly dir: string;
  readonly fsync: boolean;
  readonly detached: boolean;
  readonly node?: StartOptions["node"];
}

async function launch(binary: string, options: Launch): Promise<void> {
  await mkdir(options.dir, { recursive: true });
  const args = ["up", "--dir", options.dir, "--audit-policy", await auditPolicyIn(options.dir)];
  if (options.fsync) args.push("--fsync");
  if (options.node) args.push("--address", options.node.address, "--node", options.node.name);
  if (!options.detached) args.push("--with-parent", String(process.pid));
  const log = join(options.dir, "up.log");
  // Benchmarks want the true cost, of the disk and of memory.
  const env = options.fsync ? process.env : { ...LAZY_GARBAGE_COLLECTION, ...process.env };
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", openSync(log, "w")], detached: options.detached, env });
  await ready(child, log);
  child.stdout?.destroy();
  child.unref();
}

async function ready(child: ChildProcess, log: string): Promise<void> {
  if (!child.stdout) throw new Error("the control plane was started without an output to wait for");
  const lines = createInterface({ input: child.stdout });
  const line = once(lines, "line").then(() => undefined);
  const exit = once(child, "exit").then(([code]) => `exit code ${code}`);
  const failure = await Promise.race([line, exit]);
  lines.close();
  if (failure !== undefined) throw new Error(`the control plane did not start (${failure}): ${await readFile(log, "utf8")}`);
}

const USAGE = `usage: node hack/control-plane.ts build | up | down | env | kubectl  [--dir DIR] [--fsync]  [kubectl's arguments]
`;

interface Invocation {
  readonly dir: string;
  readonly fsync: boolean;
  readonly rest: readonly string[];
}

/** Our own flags come first; what follows them is kubectl's. */
function parse(argv: readonly string[]): Invocation {
  const rest = [...argv];
  let dir = join(import.meta.dirname, "..", ".work", "control-plane");
  let fsync = false;
  while (rest[0] === "--dir" || rest[0] === "--fsync") {
    if (rest.shift() === "--fsync") fsync = true;
    else dir = rest.shift() ?? dir;
  }
  return { dir: resolve(dir), fsync, rest };
}

const say: Progress = (line) => process.stderr.write(`${line}\n`);

async function attachOrThrow(dir: string): Promise<ControlPlane> {
  const plane = await attachControlPlane(dir);
  if (!plane) throw new Error(`no control plane runs in ${dir}; start one with \`node hack/control-plane.ts up\``);
  return plane;
}

const commands: Readonly<Record<string, (invocation: Invocation) => Promise<void>>> = {
  build: async () => {
    process.stdout.write(`${await controlPlaneBinary(say)}\n`);
  },
  up: async ({ dir, fsync }) => {
    const binary = await controlPlaneBinary(say);
    if (!(await attachControlPlane(dir))) await launch(binary, { dir, fsync, detached: true });
    process.stdout.write(`export KUBECONFIG=${openControlPlane(binary, dir).kubeconfig}\n`);
  },
  down: async ({ dir }) => {
    await (await attachControlPlane(dir))?.stop();
  },
  env: async ({ dir }) => {
    process.stdout.write(`export KUBECONFIG=${(await attachOrThrow(dir)).kubeconfig}\n`);
  },
  kubectl: async ({ dir, rest }) => {
    const { kubeconfig } = await attachOrThrow(dir);
    const args = kubectlArguments({ dir, kubeconfig, args: rest });
    const child = spawn(await controlPlaneBinary(), args, { stdio: "inherit", env: kubectlEnvironment() });
    const [code] = await once(child, "exit");
    process.exitCode = typeof code === "number" ? code : 1;
  },
};

async function main(argv: readonly string[]): Promise<void> {
  const command = commands[argv[0] ?? ""];
  if (!command) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  try {
    await command(parse(argv.slice(1)));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main(process.argv.slice(2));
