/** Names an object among those of one namespace, whatever its state. */
import { type OwnedKind, resourceName } from "../kinds/kind.ts";

/** `<resource>[.<group>] <name>`: kinds of the same name in two API groups are two. */
export function objectKey(kind: Pick<OwnedKind, "apiVersion" | "resource">, name: string): string {
  return `${resourceName(kind)} ${name}`;
}
