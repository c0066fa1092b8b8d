/** Finds the programs of the test node that come as Go modules, or builds those that are not built yet. */
import { join } from "node:path";
import { controlPlaneBinary } from "../control-plane-binary.ts";
import { kubernetesVersion } from "../control-plane-version.ts";
import { goBinary, type Progress } from "../go-binary.ts";
import { COMPILING, runGo } from "../go-command.ts";
import { toolBinary } from "../tool-binary.ts";

/** The network plugins, by the names by which containerd calls them. */
export const NETWORK_PLUGINS = ["bridge", "host-local", "loopback"] as const;

/** Paths of files. */
export interface NodeBinaries {
  /** kubelet, kube-scheduler and kube-proxy in one, chosen by the first argument. */
  readonly programs: string;
  readonly pause: string;
  readonly engine: string;
  readonly plugins: Readonly<Record<(typeof NETWORK_PLUGINS)[number], string>>;
}

/** Throws when Go is missing or a build fails. */
export async function nodeBinaries(progress: Progress): Promise<NodeBinaries> {
  await controlPlaneBinary(progress);
  return {
    programs: await own("programs", "Building kubelet, kube-scheduler and kube-proxy: about four minutes on 2 cores, once.", progress),
    pause: await own("pause", "Building pause: seconds, once.", progress),
    engine: await toolBinary("kube-network-policies", progress),
    plugins: {
      bridge: await toolBinary("bridge", progress),
      "host-local": await toolBinary("host-local", progress),
      loopback: await toolBinary("loopback", progress),
    },
  };
}

function own(folder: string, announcement: string, progress: Progress): Promise<string> {
  const module = join(import.meta.dirname, folder);
  const stamp = `-X k8s.io/component-base/version.gitVersion=v${kubernetesVersion("go.mod")}`;
  const build = (output: string): Promise<void> =>
    runGo({ module, args: ["build", ...COMPILING, "-buildvcs=false", "-ldflags", `-s -w ${stamp}`, "-o", output, "."] });
  return goBinary({ name: `node-${folder}`, module, announcement, build, progress });
}
