/** Owns the types of plain JSON values, the only currency between the rooms that know Kubernetes and those that do not. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
