/** Turns the section `serviceAccounts` into objects: whether pods get a token without asking, and accounts of their own for workloads. */
import type { ServiceAccountEntry } from "../../api/baseline.ts";
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../kinds/service-account.ts";
import type { Control, Draft } from "../control.ts";
import { defaulted } from "../defaulted.ts";
import { sortedMap, sortedSet } from "../order.ts";

/** The section `serviceAccounts`. */
export const serviceAccounts: Control<"serviceAccounts"> = {
  name: "serviceAccounts",
  condition: "ServiceAccountsReady",
  standards: ["CIS-5.1.5", "CIS-5.1.6", "NSA-service-account-tokens"],
  owns: [serviceAccount],
  desired(section) {
    const automountDefault = defaulted(section.automountDefaultToken, "serviceAccounts.automountDefaultToken");
    return [draft(DEFAULT_ACCOUNT_NAME, automountDefault), ...(section.accounts ?? []).map(accountDraft)];
  },
};

function accountDraft({ name, automountToken, annotations = {}, imagePullSecrets = [] }: ServiceAccountEntry): Draft {
  const { body, ...account } = draft(name, defaulted(automountToken, "serviceAccounts.accounts.automountToken"));
  const secrets = sortedSet(imagePullSecrets.map((secret) => secret.name)).map((secret) => ({ name: secret }));
  return {
    ...account,
    annotations: sortedMap(annotations),
    // An empty list would take away what others have put there.
    body: { ...body, ...(secrets.length > 0 && { imagePullSecrets: secrets }) },
  };
}

function draft(name: string, automount: boolean): Draft {
  return { kind: serviceAccount, name, body: { automountServiceAccountToken: automount } };
}
