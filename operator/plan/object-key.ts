/** Names an object among those of one namespace, whatever its state. */
import { type OwnedKind, resourceName } from "../kinds/kind.ts";

/** `<resource>[.<group>][/<aspect>] <name>`: kinds of the same name in two API groups are two, and so are two aspects of one object. */
export function objectKey(kind: Pick<OwnedKind, "apiVersion" | "resource" | "aspect">, name: string): string {
  const aspect = kind.aspect === undefined ? "" : `/${kind.aspect.name}`;
  return `${resourceName(kind)}${aspect} ${name}`;
}
