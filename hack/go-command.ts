/** Runs Go for whatever builds one of the Go modules. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Without debugging information, which is not linked anyway: compiling it would take a sixth of the time. Optimisation is untouched. Pauses of the
 * compiler's garbage collection are not worth tuning: with GOGC=400 the build takes the same CPU time.
 * All modules are compiled in this one way, so that none compiles again what Go's cache has from another.
 */
export const COMPILING = ["-trimpath", "-gcflags=all=-dwarf=false"];

export interface GoCommand {
  /** Folder of the Go module. */
  readonly module: string;
  readonly args: readonly string[];
  /** Gets Go's messages line by line; by default they are passed on. */
  readonly onError?: (line: string) => void;
  /** Gets line by line what Go answers. */
  readonly onLine?: (line: string) => void;
}

/** Runs Go in a module. Throws when Go is missing or fails. */
export function runGo({ module, args, onError, onLine = () => undefined }: GoCommand): Promise<void> {
  const child = spawn("go", args, {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "pipe", onError ? "pipe" : "inherit"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (child.stdout) createInterface({ input: child.stdout }).on("line", onLine);
  if (child.stderr && onError) createInterface({ input: child.stderr }).on("line", onError);
  child.on("error", (cause) => reject(new Error(`Go is needed to build ${module}; see \`make prerequisites\``, { cause })));
  child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`go ${args[0]} failed in ${module} (${code})`))));
  return promise;
}
