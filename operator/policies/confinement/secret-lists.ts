/** Tells which list of section `secrets` becomes objects of which kind. */
import type { SecretsSection } from "../../api/baseline-secrets.ts";
import { externalSecret } from "../../kinds/external-secret.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { sealedSecret } from "../../kinds/sealed-secret.ts";
import { secretProviderClass } from "../../kinds/secret-provider-class.ts";
import { secretStore } from "../../kinds/secret-store.ts";

/** A list of the section whose entries become objects of one kind. */
export type SecretList = Exclude<keyof SecretsSection, "mode" | "store">;

/** By resource. */
export const SECRET_LISTS: Readonly<Record<string, SecretList>> = {
  [externalSecret.resource]: "externalSecrets",
  [secretStore.resource]: "stores",
  [secretProviderClass.resource]: "secretProviderClasses",
  [sealedSecret.resource]: "sealedSecrets",
};

/** The list of a kind. Throws if no list becomes objects of that kind. */
export function secretListOf({ kind, resource }: OwnedKind): SecretList {
  const list = SECRET_LISTS[resource];
  if (list === undefined) throw new Error(`no list of section secrets becomes objects of kind ${kind}`);
  return list;
}
