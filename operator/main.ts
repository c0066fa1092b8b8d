/** Runs the program, built or from its sources. */
import { runCommandLine } from "./command-line.ts";

await runCommandLine(import.meta.filename);
