/** Makes the objects of a grant for tests, also disfigured ones, without a broker. */
import type { KubernetesObject } from "../../operator/api/object.ts";
import { type GrantInput, grantObjects } from "../../operator/breakglass/grant.ts";
import { DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import type { GrantPart } from "../../operator/breakglass/types.ts";
import { RBAC } from "./operator-token.ts";

export const RBAC_VERSION = `${RBAC}/v1`;

export type Change = (object: KubernetesObject) => KubernetesObject;

export const asItIs: Change = (object) => object;

/** Sets fields of metadata. */
export const withMetadata =
  (fields: object): Change =>
  (object) => ({ ...object, metadata: { ...object.metadata, ...fields } });

/** Sets fields beside metadata. */
export const withFields =
  (fields: object): Change =>
  (object) => ({ ...object, ...fields });

export const user = (name: string) => ({ apiGroup: RBAC, kind: "User", name });

/** Unix seconds so many seconds from now. */
export const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** The objects of a grant in a namespace as the operator makes them, for 15 minutes unless `input` says otherwise. */
export function grantFor(namespace: string, input: Partial<GrantInput> = {}): Record<GrantPart, KubernetesObject> {
  const defaults: GrantInput = {
    settings: DEFAULT_SETTINGS,
    scope: { namespace },
    requester: "jane",
    requestUID: "4f1c2a9e-0000-0000-0000-000000000001",
    role: "sb-incident-admin",
    deadline: inSeconds(900),
  };
  const parts = grantObjects({ ...defaults, ...input });
  return Object.fromEntries(parts.map(({ part, manifest }) => [part, manifest])) as Record<GrantPart, KubernetesObject>;
}
