/** Runs `break-glass custom-resources`, which prints for administrators what lets emergency access to the cluster work on its custom resources. */
import type { KubernetesObject } from "../../api/object.ts";
import { visible } from "../../api/visible.ts";
import { type CustomKind, customResources } from "../../breakglass/custom-resources.ts";
import type { ResourceType } from "../../cluster/types.ts";
import { type ClusterOptions, listAll, withCluster } from "../cluster-access.ts";
import type { CommandIo } from "../io.ts";
import { printManifests } from "../manifest-text.ts";

const KINDS: ResourceType = { apiVersion: "apiextensions.k8s.io/v1", resource: "customresourcedefinitions", namespaced: false };

export interface CustomResourcesOptions extends ClusterOptions {
  /** API groups to leave out. */
  readonly without: readonly string[];
}

/**
 * Prints a ClusterRole with every kind that the cluster serves from a CustomResourceDefinition. Equal kinds give equal bytes.
 * @returns exit code: 0 fine, 2 refused, 3 cannot reach the cluster
 */
export function runCustomResources(options: CustomResourcesOptions, io: CommandIo): Promise<number> {
  return withCluster(options, io, async ({ transport }) => {
    const kinds = (await listAll(transport, KINDS, undefined)).flatMap(kindOf);
    const { role, closed } = customResources(kinds, options.without);
    if (options.output === "json") io.stdout(printManifests("json", [role]));
    else io.stdout(comments(closed) + printManifests("yaml", [role]));
    return 0;
  });
}

function comments(closed: readonly string[]): string {
  const lines = [
    "Apply this, and print it anew when kinds were added: it becomes part of the ClusterRole sb-cluster-admin.",
    "Access that is in use then ends, because its role is another than the one that was approved.",
    "Read it first: kinds by which others deploy, hand out rights or make credentials can leave behind what stays. Leave out their groups by --without.",
    ...(closed.length > 0 ? [`Left out, because a grant could make itself permanent by them: ${closed.join(", ")}`] : []),
  ];
  return lines.map((line) => `# ${visible(line)}\n`).join("");
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly served: boolean; readonly subresources?: Readonly<Record<string, unknown>> }[];
  };
}

/** One that is served in no version has no objects to work on. */
function kindOf(object: KubernetesObject): readonly CustomKind[] {
  const { spec } = object as unknown as Definition;
  const served = spec.versions.filter(({ served: isServed }) => isServed);
  const subresources = new Set(served.flatMap((version) => Object.keys(version.subresources ?? {})));
  return served.length === 0 ? [] : [{ group: spec.group, resource: spec.names.plural, subresources: [...subresources] }];
}
