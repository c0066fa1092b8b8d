/** Describes plain JSON values, which are all that rooms with and without knowledge of Kubernetes hand to each other. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
