/** Turns the section `serviceAccounts` into objects: whether pods get a token without asking, and accounts of their own for workloads. */
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../kinds/service-account.ts";
import type { Control, Draft } from "../control.ts";
import { defaulted } from "../defaulted.ts";

/** The section `serviceAccounts`. */
export const serviceAccounts: Control<"serviceAccounts"> = {
  name: "serviceAccounts",
  condition: "ServiceAccountsReady",
  standards: ["CIS-5.1.5", "CIS-5.1.6", "NSA-service-account-tokens"],
  owns: [serviceAccount],
  desired(section) {
    const automountDefault = defaulted(section.automountDefaultToken, "serviceAccounts.automountDefaultToken");
    return [
      account(DEFAULT_ACCOUNT_NAME, automountDefault),
      ...(section.accounts ?? []).map((entry) =>
        account(entry.name, defaulted(entry.automountToken, "serviceAccounts.accounts.automountToken")),
      ),
    ];
  },
};

function account(name: string, automount: boolean): Draft {
  return { kind: serviceAccount, name, body: { automountServiceAccountToken: automount } };
}
