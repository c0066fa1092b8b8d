/** Runs tests on a real node in namespaces of their own, for `make test-node`: `node hack/node/test.ts FILES`. Where a machine cannot, it says why and runs none. */
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { spawnInNamespaces } from "./namespaces.ts";
import { missingForNode } from "./needs.ts";
import { prepareRun } from "./prepare.ts";
import { endRun, ownRun } from "./runs.ts";
import { foldersIn } from "./settings.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const MOCHA = join(ROOT, "node_modules", "mocha", "bin", "mocha.js");
/** Where people find what the programs of the node wrote, when a test failed. */
const KEPT_LOGS = join(ROOT, ".work", "node-logs");

async function main(patterns: readonly string[]): Promise<number> {
  const missing = missingForNode();
  if (missing !== undefined) {
    process.stdout.write(`Tests on a node: 0 run, ${globSync([...patterns]).length} files skipped: ${missing}\n`);
    return 0;
  }
  const root = await prepareRun((line) => process.stderr.write(`${line}\n`));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void endRun(root).then(() => process.exit(1)));
  }
  try {
    const code = await runTests(root, patterns);
    if (code !== 0) await keepLogs(root);
    return code;
  } finally {
    await endRun(root);
  }
}

async function runTests(root: string, patterns: readonly string[]): Promise<number> {
  const flags = ["--forbid-only", "--forbid-pending", "--fail-zero"];
  const child = spawnInNamespaces([process.execPath, MOCHA, ...flags, ...patterns], {
    stdio: "inherit",
    env: { SECURITYBASELINE_NODE: root },
  });
  const exit = once(child, "exit");
  ownRun(root, child.pid ?? 0);
  const [code] = await exit;
  return typeof code === "number" ? code : 1;
}

async function keepLogs(root: string): Promise<void> {
  const { logs } = foldersIn(root);
  if (!existsSync(logs)) return;
  await rm(KEPT_LOGS, { recursive: true, force: true });
  await cp(logs, KEPT_LOGS, { recursive: true });
  process.stderr.write(`What the programs of the node wrote is kept in ${KEPT_LOGS}\n`);
}

process.exitCode = await main(process.argv.slice(2));
