/** Finds ServiceAccounts whose token every pod gets unless it says otherwise. */
import { serviceAccount } from "../../kinds/service-account.ts";
import type { Rule } from "../rule.ts";

export const automountedToken: Rule = {
  id: "AutomountedToken",
  severity: "Low",
  control: "serviceAccounts",
  standards: ["CIS-5.1.5", "CIS-5.1.6"],
  kinds: [serviceAccount],
  withSectionOnly: true,
  judge({ mounts }) {
    if (mounts !== true) return undefined;
    return "puts its token into every pod that uses it: set `automountServiceAccountToken: false`, or list the account in spec.serviceAccounts";
  },
};
