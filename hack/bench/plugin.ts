/** Measures how long kubectl waits for the credential plugin of emergency access when the token is kept, against a Node that does nothing. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { invocationOf, keepToken } from "../../operator/cli/break-glass/plugin-answer.ts";
import { PLUGIN_FILE } from "../../operator/cli/break-glass/program-files.ts";
import { buildProgram } from "../build.ts";
import type { PluginRound } from "./result.ts";
import { distributionOf, rounded } from "./statistics.ts";

const REPEATS = 20;
/** Milliseconds. */
const DAY = 86_400_000;
const CALL = [
  "break-glass",
  "credential",
  "incident-x7k2p",
  "--namespace",
  "payments",
  "--break-glass-namespace",
  "securitybaseline-breakglass",
];

/** Both are started in turn; medians. */
export async function measurePlugin(): Promise<PluginRound> {
  const program = join(dirname(await buildProgram()), PLUGIN_FILE);
  const home = mkdtempSync(join(tmpdir(), "securitybaseline-bench-"));
  const env = { HOME: home, PATH: process.env["PATH"] };
  try {
    mkdirSync(join(home, ".kube"));
    writeFileSync(join(home, ".kube", "config"), "");
    const invocation = invocationOf(CALL, env);
    if (invocation === undefined) throw new Error("the measured call is none of the plugin");
    const token = { token: "x".repeat(1000), expirationTimestamp: "2026-11-23T10:30:00Z" };
    keepToken(invocation, { token, remaining: DAY, named: [] }, Date.now());
    const times: { readonly plugin: number; readonly reference: number }[] = [];
    for (let done = 0; done < REPEATS; done++) times.push({ reference: start(["-e", "0"], env), plugin: start([program, ...CALL], env) });
    return {
      plugin: rounded(distributionOf(times.map(({ plugin }) => plugin)).p50),
      reference: rounded(distributionOf(times.map(({ reference }) => reference)).p50),
    };
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** Milliseconds from start to end. */
function start(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { env });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return performance.now() - began;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await measurePlugin())}\n`);
