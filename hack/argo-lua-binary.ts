/** Finds the binary that runs Lua as Argo CD does, or builds it first when no build of these sources is there. */
import { join } from "node:path";
import { goBinary, type Progress } from "./go-binary.ts";
import { COMPILING, runGo } from "./go-command.ts";

const MODULE = join(import.meta.dirname, "argo-lua");

/** Answers the path of the binary, which is cached outside the checkout. Throws when Go is missing or the build fails. */
export function argoLuaBinary(progress: Progress = () => undefined): Promise<string> {
  return goBinary({
    name: "argo-lua",
    module: MODULE,
    announcement: "Building argo-lua, the Lua of Argo CD: seconds, once.",
    build,
    progress,
  });
}

function build(output: string): Promise<void> {
  return runGo({ module: MODULE, args: ["build", ...COMPILING, "-buildvcs=false", "-ldflags", "-s -w", "-o", output, "."] });
}
