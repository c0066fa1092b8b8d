/** Finds ExternalSecrets that the baseline does not know: Secrets that come into the namespace past it. */
import { externalSecret } from "../../kinds/external-secret.ts";
import type { Rule } from "../rule.ts";

export const unknownExternalSecret: Rule = {
  id: "UnknownExternalSecret",
  severity: "Low",
  control: "secrets",
  standards: ["CIS-5.4.2"],
  kinds: [externalSecret],
  withSectionOnly: true,
  judge: () => "brings a Secret that the baseline does not know: list it in spec.secrets, or delete it",
};
