/** Starts and stops a node that stays, with its control plane, for people: `make node-up`, `make node-down`, and commands in its network. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { controlPlaneBinary } from "../control-plane-binary.ts";
import { kubectlArguments, kubectlEnvironment } from "../control-plane-handle.ts";
import { enterNamespaces, spawnInNamespaces } from "./namespaces.ts";
import { missingForNode } from "./needs.ts";
import { prepareRun } from "./prepare.ts";
import { endRun, ownerOf, ownRun, sweepRuns } from "./runs.ts";
import { foldersIn } from "./settings.ts";

const USAGE = `usage: node hack/node/node.ts up | down | kubectl [kubectl's arguments] | shell
`;

/** Holds the path of the folder of this checkout's run. */
const CURRENT = join(import.meta.dirname, "..", "..", ".work", "node");

const HOW_TO_USE = `The node is ready. The machine's own network does not reach it:
  node hack/node/node.ts kubectl get nodes   one command
  node hack/node/node.ts shell               a shell in which KUBECONFIG is set
  make node-down                             the end of it
`;

async function up(): Promise<void> {
  const missing = missingForNode();
  if (missing !== undefined) throw new Error(missing);
  if ((await currentRun()) === undefined) await start();
  process.stdout.write(HOW_TO_USE);
}

async function start(): Promise<void> {
  const root = await prepareRun((line) => process.stderr.write(`${line}\n`));
  const log = join(root, "node.log");
  const command = [process.execPath, join(import.meta.dirname, "inside.ts"), root];
  const child = spawnInNamespaces(command, { stdio: ["ignore", "pipe", openSync(log, "w")], detached: true });
  await once(child, "spawn");
  ownRun(root, child.pid ?? 0);
  await mkdir(dirname(CURRENT), { recursive: true });
  await writeFile(CURRENT, root);
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const isReady = await Promise.race([once(lines, "line").then(() => true), once(child, "exit").then(() => false)]);
  lines.close();
  child.stdout?.destroy();
  child.unref();
  if (isReady) return;
  const reason = await readFile(log, "utf8");
  await down();
  throw new Error(`the node did not start: ${reason}`);
}

async function down(): Promise<void> {
  const root = await readFile(CURRENT, "utf8").catch(() => undefined);
  if (root !== undefined) await endRun(root);
  await rm(CURRENT, { force: true });
  await sweepRuns();
}

/** Folder and holder of the run, or undefined if none runs. */
async function currentRun(): Promise<{ readonly root: string; readonly holder: number } | undefined> {
  const root = await readFile(CURRENT, "utf8").catch(() => undefined);
  const holder = root === undefined ? undefined : ownerOf(root);
  return root === undefined || holder === undefined ? undefined : { root, holder };
}

async function runInside(commandIn: (controlPlane: string) => readonly string[]): Promise<void> {
  const run = await currentRun();
  if (run === undefined) throw new Error("no node runs: start one with `make node-up`");
  const { controlPlane } = foldersIn(run.root);
  const [program = "", ...args] = enterNamespaces(run.holder, commandIn(controlPlane));
  const env = { ...kubectlEnvironment(), KUBECONFIG: join(controlPlane, "kubeconfig") };
  const [code] = await once(spawn(program, args, { stdio: "inherit", env }), "exit");
  process.exitCode = typeof code === "number" ? code : 1;
}

const commands: Readonly<Record<string, (rest: readonly string[]) => Promise<void>>> = {
  up,
  down,
  kubectl: async (args) => {
    const binary = await controlPlaneBinary();
    await runInside((dir) => [binary, ...kubectlArguments({ dir, kubeconfig: join(dir, "kubeconfig"), args })]);
  },
  shell: () => runInside(() => [process.env["SHELL"] ?? "sh"]),
};

const [name = "", ...rest] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  await command(rest).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
