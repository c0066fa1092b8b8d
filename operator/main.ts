/** Reads the command line and runs the command that it names. */
import { CommanderError } from "commander";
import { endWithReader } from "./cli/io.ts";
import { type Beginning, createProgram } from "./program.ts";

/** Exit code for wrong usage and for input that cannot be read or is invalid. */
const USAGE = 2;

/** What is known of the command that runs. */
let running: Beginning = { debugging: false, serving: false };

endWithReader(() => running.serving);
try {
  await createProgram(noteCommand).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function noteCommand(command: Beginning): void {
  running = command;
}

/** Commander has already told what is wrong; anything else is told in one line, with the stack only for who asks to debug. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  const text = error instanceof Error ? (running.debugging ? error.stack : error.message) : String(error);
  process.stderr.write(`securitybaseline: ${text ?? "failed"}\n`);
  return USAGE;
}
