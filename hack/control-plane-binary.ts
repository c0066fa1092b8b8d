/** Finds the one binary that holds the control plane, or builds it first when no build of these sources is there. */
import { buildControlPlane } from "./control-plane-build.ts";
import { MODULE, requirementsOf } from "./control-plane-version.ts";
import { goBinary, type Progress } from "./go-binary.ts";

const ANNOUNCEMENT =
  "Building kube-apiserver, etcd, kube-controller-manager and kubectl from their Go modules: about 15 minutes on 2 cores, once. " +
  "Tests and demo run on these real servers, and this way needs neither containers nor downloaded binaries.";

/**
 * Answers the path of the control plane binary, which is cached outside the checkout: of the Kubernetes version that `SECURITYBASELINE_KUBERNETES` names,
 * or of the newest. Throws when that is no version we build, Go is missing or the build fails.
 */
export async function controlPlaneBinary(progress: Progress = () => undefined): Promise<string> {
  const { name, modfile } = requirementsOf(process.env["SECURITYBASELINE_KUBERNETES"]);
  const build = (output: string) => buildControlPlane(output, modfile);
  return goBinary({ name, module: MODULE, modfile, announcement: ANNOUNCEMENT, build, progress });
}
