/** Tells which list of section `secrets` becomes objects of which kind. */
import type { SecretsSection } from "../../api/baseline-secrets.ts";
import { externalSecret } from "../../kinds/external-secret.ts";
import { sealedSecret } from "../../kinds/sealed-secret.ts";
import { secretProviderClass } from "../../kinds/secret-provider-class.ts";
import { secretStore } from "../../kinds/secret-store.ts";

/** By resource. */
export const SECRET_LISTS: Readonly<Record<string, Exclude<keyof SecretsSection, "mode" | "store">>> = {
  [externalSecret.resource]: "externalSecrets",
  [secretStore.resource]: "stores",
  [secretProviderClass.resource]: "secretProviderClasses",
  [sealedSecret.resource]: "sealedSecrets",
};
