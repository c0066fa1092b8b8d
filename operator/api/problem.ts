/** Problems of an object of ours, and the paths by which they name their place. */

/** Field names and list positions from the root of the object. */
export type ObjectPath = readonly (string | number)[];

/** Something in an object that must be written differently. */
export interface Problem {
  readonly path: ObjectPath;
  /** What is wrong and what to write instead, one sentence. */
  readonly message: string;
  /** The schema does not know the field: a typing error, or a field of another version. */
  readonly unknownField?: true;
}

/** A path as people read it: `spec.access.roles[0].name`, `metadata.labels["a.b/c"]`. */
export function printPath(path: ObjectPath): string {
  return path.map(printSegment).join("").replace(/^\./, "");
}

function printSegment(segment: string | number): string {
  if (typeof segment === "number") return `[${segment}]`;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
}
