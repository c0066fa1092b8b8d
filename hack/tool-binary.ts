/** Finds a tool that users have and this project does not need (crane, cosign, helm, krew, network plugins), or builds it first in the version that its Go module pins, for tests of what users do with it. */
import { join } from "node:path";
import { goBinary, type Progress } from "./go-binary.ts";
import { COMPILING, runGo } from "./go-command.ts";

const CNI = "github.com/containernetworking/plugins/plugins";

const TOOLS = {
  crane: { package: "github.com/google/go-containerregistry/cmd/crane", takes: "about half a minute" },
  helm: { package: "helm.sh/helm/v3/cmd/helm", takes: "several minutes" },
  cosign: { package: "github.com/sigstore/cosign/v3/cmd/cosign", takes: "several minutes" },
  krew: { package: "sigs.k8s.io/krew/cmd/validate-krew-manifest", takes: "about half a minute" },
  bridge: { module: "cni", package: `${CNI}/main/bridge`, takes: "about half a minute" },
  loopback: { module: "cni", package: `${CNI}/main/loopback`, takes: "seconds" },
  "host-local": { module: "cni", package: `${CNI}/ipam/host-local`, takes: "seconds" },
  "kube-network-policies": { package: "sigs.k8s.io/kube-network-policies/cmd", takes: "about two minutes" },
} as const satisfies Readonly<Record<string, Tool>>;

interface Tool {
  /** Folder of the Go module, where it is not the tool's name. */
  readonly module?: string;
  readonly package: string;
  readonly takes: string;
}

/** Answers the path of the tool's binary, which is cached outside the checkout. Throws when Go is missing or the build fails. */
export function toolBinary(tool: keyof typeof TOOLS, progress: Progress = () => undefined): Promise<string> {
  const { module: folder = tool, package: main, takes }: Tool = TOOLS[tool];
  const module = join(import.meta.dirname, "tools", folder);
  const announcement = `Building ${tool}: ${takes} on 2 cores, once.`;
  const build = (output: string): Promise<void> =>
    runGo({ module, args: ["build", ...COMPILING, "-buildvcs=false", "-ldflags", "-s -w", "-o", output, main] });
  return goBinary({ name: tool, module, announcement, build, progress });
}
