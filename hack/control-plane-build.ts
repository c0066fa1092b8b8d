/** Builds the control plane with Go for whoever needs its binary. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BuildProgress, type ProgressOutput } from "./build-progress.ts";

/** Folder of the Go module. */
export const MODULE = join(import.meta.dirname, "controlplane");

/** Milliseconds. */
const PROGRESS_INTERVAL = 1_000;

/**
 * Without debugging information, which is not linked anyway: compiling it would take a sixth of the time. Optimisation is untouched. Pauses of the
 * compiler's garbage collection are not worth tuning: with GOGC=400 the build takes the same CPU time.
 */
const COMPILING = ["-trimpath", "-gcflags=all=-dwarf=false"];

/** Builds the control plane into a file, and tells on standard error how far it is. Throws when Go is missing or the build fails. */
export async function buildControlPlane(output: string): Promise<void> {
  const version = await kubernetesVersion();
  const [major, minor] = version.split(".");
  const stamp = Object.entries({ gitVersion: `v${version}`, gitMajor: major, gitMinor: minor })
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(" ");
  const total = await packagesToBuild();
  const progress = new BuildProgress({ total, output: STANDARD_ERROR, now: () => performance.now() });
  const timer = setInterval(() => progress.tell(), PROGRESS_INTERVAL);
  try {
    await go(["build", "-v", ...COMPILING, "-buildvcs=false", "-ldflags", `-s -w ${stamp}`, "-o", output, "."], (line) => {
      if (PACKAGE.test(line)) progress.advance(1);
      else if (!line.startsWith("go: downloading")) process.stderr.write(`${line}\n`);
    });
  } finally {
    clearInterval(timer);
    progress.end();
  }
}

const STANDARD_ERROR: ProgressOutput = { isTerminal: process.stderr.isTTY, write: (text) => void process.stderr.write(text) };

/** What `go build -v` prints of each package: its path alone. */
const PACKAGE = /^[\w.~/-]+$/;

/** How many packages Go's build cache does not have yet. Downloads the modules that are missing, to know them. */
async function packagesToBuild(): Promise<number> {
  const stale: string[] = [];
  const format = '{{if and .Stale (ne .StaleReason "not installed but available in build cache")}}{{.ImportPath}}{{end}}';
  await go(["list", "-deps", ...COMPILING, "-f", format, "."], undefined, (line) => stale.push(line));
  return stale.length;
}

/** Runs Go in the module. `onError` gets its messages line by line, by default they are passed on; `onLine` gets what it answers. */
async function go(
  args: readonly string[],
  onError?: (line: string) => void,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const child = spawn("go", args, {
    cwd: MODULE,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "pipe", onError ? "pipe" : "inherit"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (child.stdout) createInterface({ input: child.stdout }).on("line", onLine);
  if (child.stderr && onError) createInterface({ input: child.stderr }).on("line", onError);
  child.on("error", (cause) => reject(new Error("Go is needed to build the control plane; see `make prerequisites`", { cause })));
  child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`go ${args[0]} of the control plane failed (${code})`))));
  return promise;
}

/** Without the version stamp the server calls itself v0.0.0 and clients take it for an ancient one. */
async function kubernetesVersion(): Promise<string> {
  const match = /^\s*k8s\.io\/kubernetes v(\S+)$/m.exec(await readFile(join(MODULE, "go.mod"), "utf8"));
  if (!match?.[1]) throw new Error("go.mod of the control plane requires no k8s.io/kubernetes");
  return match[1];
}
