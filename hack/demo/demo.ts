/** Runs the demo: sets the stage, plays the story, and ends with exit code 1 if anything was not as told. */
import { Player } from "./player.ts";
import { openStage, type Stage } from "./stage.ts";
import { ADMISSION } from "./story-admission.ts";
import { BREAK_GLASS } from "./story-break-glass.ts";
import { DRIFT } from "./story-drift.ts";
import { FINDINGS } from "./story-findings.ts";
import { INSTALLATION } from "./story-installation.ts";
import { LIMITS } from "./story-limits.ts";
import { POSTURE } from "./story-posture.ts";
import { REPORT } from "./story-report.ts";
import { RUNNING_PODS } from "./story-running-pods.ts";
import { print } from "./terminal.ts";

const LOG_LINES = 20;

const keep = process.env["KEEP"] === "1";

/** Plays the whole story and answers whether it held. With KEEP=1 everything stays up. */
async function main(): Promise<boolean> {
  print("The operator at work on a real control plane. There are no nodes, so no pod runs: the operator is a local process.");
  const stage = await openStage(keep);
  try {
    return await play(stage);
  } finally {
    if (!keep) await stage.close();
  }
}

async function play(stage: Stage): Promise<boolean> {
  const player = new Player(stage.shell);
  await player.play(INSTALLATION);
  const operator = await stage.startOperator();
  print(`\nThe operator runs as its own ServiceAccount (process ${operator.pid}).`);
  await player.play([...POSTURE, ...DRIFT, ...FINDINGS, ...RUNNING_PODS, ...ADMISSION, ...LIMITS, ...BREAK_GLASS, ...REPORT]);
  const held = player.conclude();
  if (!held) print(`\nLast lines of the operator's log:\n${await operator.logTail(LOG_LINES)}`);
  if (keep) tellHowToGoOn(stage, operator.pid);
  else await operator.stop();
  return held;
}

function tellHowToGoOn({ kubeconfig, shell }: Stage, pid: number): void {
  print("\nEverything is still up; the operator's token lasts an hour. To go on in a shell:");
  process.stdout.write(`export KUBECONFIG=${kubeconfig}\nexport PATH=${shell.bin}:$PATH\n`);
  print(`To end it: kill ${pid}; make controlplane-down`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
