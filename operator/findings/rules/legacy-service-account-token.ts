/** Finds ServiceAccounts that list Secrets, as they did when tokens were kept in Secrets and never ended. */
import { serviceAccount } from "../../kinds/service-account.ts";
import type { Rule } from "../rule.ts";

export const legacyServiceAccountToken: Rule = {
  id: "LegacyServiceAccountToken",
  severity: "Medium",
  control: "serviceAccounts",
  standards: ["CIS-5.1.6"],
  kinds: [serviceAccount],
  alsoOurs: true,
  judge({ secrets }) {
    if (secrets === 0) return undefined;
    return "lists Secrets, which may hold tokens that never end: remove its field `secrets`, delete tokens among them, and use the TokenRequest API";
  },
};
