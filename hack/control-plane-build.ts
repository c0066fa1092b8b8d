/** Builds the control plane with Go for whoever needs its binary. */
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { BuildProgress, type ProgressOutput } from "./build-progress.ts";
import { kubernetesVersion, MODULE } from "./control-plane-version.ts";
import { COMPILING, runGo } from "./go-command.ts";

/** Milliseconds. */
const PROGRESS_INTERVAL = 1_000;

/**
 * Builds the control plane into a file, and tells on standard error how far it is. `modfile`: the go.mod that names the versions, by its path from the
 * module's folder. Throws when Go is missing or the build fails.
 */
export async function buildControlPlane(output: string, modfile: string): Promise<void> {
  // Without the version stamp the server calls itself v0.0.0 and clients take it for an ancient one.
  const version = kubernetesVersion(modfile);
  const [major, minor] = version.split(".");
  const stamp = Object.entries({ gitVersion: `v${version}`, gitMajor: major, gitMinor: minor })
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(" ");
  const packages = await packagesToBuild(modfile);
  const progress = new BuildProgress({ packages, parallel: availableParallelism(), output: STANDARD_ERROR, now: () => performance.now() });
  const timer = setInterval(() => progress.tell(), PROGRESS_INTERVAL);
  try {
    await runGo({
      module: MODULE,
      args: ["build", `-modfile=${modfile}`, "-v", ...COMPILING, "-buildvcs=false", "-ldflags", `-s -w ${stamp}`, "-o", output, "."],
      onError: (line) => {
        if (PACKAGE.test(line)) progress.start(line);
        else if (!line.startsWith("go: downloading")) process.stderr.write(`${line}\n`);
      },
    });
  } finally {
    clearInterval(timer);
    progress.end();
  }
}

const STANDARD_ERROR: ProgressOutput = { isTerminal: process.stderr.isTTY, write: (text) => void process.stderr.write(text) };

/** What `go build -v` prints of each package: its path alone. */
const PACKAGE = /^[\w.~/-]+$/;

/** Packages that Go's build cache does not have yet, with the bytes of their sources. Downloads the modules that are missing, to know them. */
async function packagesToBuild(modfile: string): Promise<ReadonlyMap<string, number>> {
  const stale = new Map<string, number>();
  const format =
    '{{if and .Stale (ne .StaleReason "not installed but available in build cache")}}{{.ImportPath}}\t{{.Dir}}\t{{join .GoFiles "\t"}}{{end}}';
  const args = ["list", `-modfile=${modfile}`, "-deps", ...COMPILING, "-f", format, "."];
  const onLine = (line: string): void => {
    const [path = "", folder = "", ...files] = line.split("\t");
    stale.set(
      path,
      files.reduce((bytes, file) => bytes + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0), 0),
    );
  };
  await runGo({ module: MODULE, args, onLine });
  return stale;
}
