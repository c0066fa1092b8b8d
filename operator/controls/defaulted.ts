/** Reads a field with a default in the CRD for the controls, which trust the schema that it is present, and throws if it is not. */

/**
 * The value of a field to which the schema gives a default. The default itself stands in the schema alone; to guess
 * a second one here could open what the schema closes.
 * @throws Error when the defaults were not applied, a bug of the caller
 */
export function defaulted<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw new Error(`${path} is absent: the defaults of the schema were not applied`);
  return value;
}
