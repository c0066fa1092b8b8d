/** Writes what krew installs the program by as a plugin of kubectl. https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/ */
import { stringify } from "yaml";
import { PROGRAM_FILE } from "../../operator/cli/break-glass/program-files.ts";

/** krew wants a file that is named like the plugin. */
export const KREW_FILE = "securitybaseline.yaml";

/** The archive of the program as users will get it. */
export interface ProgramArchive {
  readonly version: string;
  readonly url: string;
  readonly sha256: string;
  /** The folder that it holds. */
  readonly folder: string;
  readonly homepage: string;
}

const DESCRIPTION = `Shows what a SecurityBaseline would change in a cluster, checks and renders baselines
from files, reports coverage and findings, and asks for, decides on and uses emergency access.
`;
const CAVEATS = `The program needs Node 24 or newer as \`node\` on the PATH, because it is one file of JavaScript.
For status, report and emergency access the cluster must run the SecurityBaseline operator.
`;

/** The manifest of one version. */
export function krewManifest({ version, url, sha256, folder, homepage }: ProgramArchive): string {
  return stringify({
    apiVersion: "krew.googlecontainertools.github.com/v1alpha2",
    kind: "Plugin",
    metadata: { name: "securitybaseline" },
    spec: {
      version: `v${version}`,
      homepage,
      shortDescription: "Plan, check and report namespace security",
      description: DESCRIPTION,
      caveats: CAVEATS,
      platforms: [
        {
          // Windows has no way to start a file by its first line.
          selector: { matchExpressions: [{ key: "os", operator: "In", values: ["darwin", "linux"] }] },
          uri: url,
          sha256,
          files: [{ from: `${folder}/*`, to: "." }],
          bin: PROGRAM_FILE,
        },
      ],
    },
  });
}
