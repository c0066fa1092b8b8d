/** Wraps a schema into its CustomResourceDefinition (apiextensions.k8s.io/v1) and prints it. */
import { stringify } from "yaml";
import type { Kind } from "./resource.ts";

export const HEADER = "Generated from operator/api by make generate; do not edit.";

/** Group and version under which the kinds are served. */
export interface ApiGroup {
  readonly group: string;
  readonly version: string;
}

/**
 * The CRD of a kind as YAML: one version, served and stored. YAML 1.1, because that is what kubectl reads: there a bare
 * `Off` is a boolean, so it must be written with quotes.
 */
export function crdYaml(kind: Kind, api: ApiGroup): string {
  return `# ${HEADER}\n${stringify(crd(kind, api), { version: "1.1", lineWidth: 120, aliasDuplicateObjects: false })}`;
}

function crd(kind: Kind, api: ApiGroup): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${kind.plural}.${api.group}` },
    spec: {
      group: api.group,
      scope: kind.scope,
      names: {
        kind: kind.name,
        listKind: `${kind.name}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: [kind.shortName],
      },
      versions: [
        {
          name: api.version,
          served: true,
          storage: true,
          ...(kind.hasStatus ? { subresources: { status: {} } } : {}),
          additionalPrinterColumns: kind.columns,
          schema: { openAPIV3Schema: kind.schema },
        },
      ],
    },
  };
}
