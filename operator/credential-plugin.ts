/** Begins the small program that kubectl runs with each command of emergency access: answers with a kept token, or leaves the call to the whole program. */
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { invocationOf, keptAnswer } from "./cli/break-glass/plugin-answer.ts";
import { PROGRAM_FILE } from "./cli/break-glass/program-files.ts";

const invocation = invocationOf(process.argv.slice(2), process.env);
const answer = invocation && keptAnswer(invocation, Date.now());
if (answer === undefined) await runProgram(new URL(PROGRAM_FILE, import.meta.url));
else tell(answer);

/** It finds the same arguments. */
async function runProgram(program: URL): Promise<void> {
  if (existsSync(program)) {
    await import(program.href);
    return;
  }
  process.stderr.write(`securitybaseline: ${fileURLToPath(program)} is not there: put it back, or print the kubeconfig again\n`);
  process.exitCode = 2;
}

/** A reader that has gone wants no answer. */
function tell(text: string): void {
  try {
    writeFileSync(1, text);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
}
