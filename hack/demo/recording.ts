/** Draws docs/drift.svg, the picture of the README, from what the demo's chapter on drift really prints: `make recording`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Player } from "./player.ts";
import { drawRecording } from "./recording-picture.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Step } from "./step.ts";
import { DRIFT } from "./story-drift.ts";
import { INSTALLATION } from "./story-installation.ts";
import { POSTURE } from "./story-posture.ts";
import { print, wrap } from "./terminal.ts";

const PICTURE = join(import.meta.dirname, "..", "..", "docs", "drift.svg");
/** Characters. A README is narrow. */
const WIDTH = 100;
/** The chapter's first three changes; the others are of the same kind. */
const CHANGES = 3;

const OUTCOME: Step = {
  title: "The status tells what happened.",
  acts: [
    {
      run: "kubectl get sb -n team-alpha",
      shows: [/baseline +True +True +0 +0 +Enforce/],
      until: true,
    },
    {
      run: `kubectl get sb baseline -n team-alpha -o jsonpath='{range .status.recent[*]}{@}{"\\n"}{end}' | head -n ${CHANGES}`,
      shows: [/default-deny/, /secret-manager/, /team-alpha/],
      until: true,
    },
  ],
};

/** Lines of the chapter, as a terminal of that width shows them. Throws where it was not as told. */
async function record(stage: Stage): Promise<readonly string[]> {
  const told: string[] = [];
  const before = new Player(stage.shell, () => undefined);
  await before.play(INSTALLATION);
  await using operator = disposable(await stage.startOperator());
  await before.play(POSTURE);
  const chapter = new Player(stage.shell, (text) => told.push(...text.trimEnd().split("\n")));
  await chapter.play([...DRIFT.slice(0, CHANGES), OUTCOME]);
  if (!before.held || !chapter.held) throw new Error(`the chapter was not as told:\n${told.join("\n")}\n${await operator.logTail(20)}`);
  return compact(told.flatMap((line) => wrap(line, WIDTH)));
}

/** The operator ends before its control plane does. */
function disposable<T extends { stop(): Promise<unknown> }>(running: T): T & AsyncDisposable {
  return Object.assign(running, { [Symbol.asyncDispose]: async () => void (await running.stop()) });
}

/** Empty lines stand between chapters and commands alone: none at the beginning, and none after a title. */
function compact(lines: readonly string[]): readonly string[] {
  return lines.filter((line, at) => line !== "" || !(at === 0 || lines[at - 1] === "" || lines[at - 1]?.startsWith("== ")));
}

const stage = await openStage(false);
try {
  const lines = await record(stage);
  await writeFile(PICTURE, drawRecording({ title: "Changes by hand are undone within moments, and told", lines, width: WIDTH }));
  print(`docs/drift.svg: ${lines.length} lines`);
} finally {
  await stage.close();
}
