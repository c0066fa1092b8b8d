/** Finds stores of the whole cluster that every namespace may use: whoever makes ExternalSecrets anywhere reads what the store can. */
import { clusterSecretStore } from "../../kinds/cluster-secret-store.ts";
import type { Rule } from "../rule.ts";

export const openSecretStore: Rule = {
  id: "OpenSecretStore",
  severity: "Medium",
  control: "secrets",
  standards: ["CIS-5.4.2"],
  kinds: [clusterSecretStore],
  judge({ open }) {
    if (open !== true) return undefined;
    return "lets every namespace read what it can by an ExternalSecret: name the namespaces in spec.conditions, or give them SecretStores of their own";
  },
};
