/** Reads the command line and runs the command that it names. */
import { CommanderError } from "commander";
import { endWithReader } from "./cli/io.ts";
import { type Beginning, createProgram } from "./program.ts";

/** Exit code for wrong usage and for input that cannot be read or is invalid. */
const USAGE = 2;

/** Runs a command to its end; `programFile` is the file that was started. The exit code is set, and failures are told on stderr. */
export async function runCommandLine(programFile: string): Promise<void> {
  let running: Beginning = { debugging: false, serving: false };
  endWithReader(() => running.serving);
  const begins = (command: Beginning): void => {
    running = command;
  };
  try {
    await createProgram({ programFile, begins }).parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error, running);
  }
}

/** Commander has already told what is wrong; anything else is told in one line, with the stack only for who asks to debug. */
function exitCodeOf(error: unknown, { debugging }: Beginning): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  const text = error instanceof Error ? (debugging ? error.stack : error.message) : String(error);
  process.stderr.write(`securitybaseline: ${text ?? "failed"}\n`);
  return USAGE;
}
