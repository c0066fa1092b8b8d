/** Finds the binary that judges objects as Flux and kpt do, or builds it first when no build of these sources is there. */
import { join } from "node:path";
import { goBinary, type Progress } from "./go-binary.ts";
import { COMPILING, runGo } from "./go-command.ts";

const MODULE = join(import.meta.dirname, "kstatus");

/** The module requires what the control plane requires, in the same versions: after its build little is left to compile. */
const ANNOUNCEMENT =
  "Building kstatus, the library with which Flux and kpt judge objects: about a minute on 2 cores, seconds after the control plane, once.";

/** Answers the path of the kstatus binary, which is cached outside the checkout. Throws when Go is missing or the build fails. */
export function kstatusBinary(progress: Progress = () => undefined): Promise<string> {
  return goBinary({ name: "kstatus", module: MODULE, announcement: ANNOUNCEMENT, build, progress });
}

function build(output: string): Promise<void> {
  return runGo({ module: MODULE, args: ["build", ...COMPILING, "-buildvcs=false", "-ldflags", "-s -w", "-o", output, "."] });
}
