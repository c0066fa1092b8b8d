/** Finds validating webhooks that judge new pods of every namespace and let them pass while nobody answers. */
import { validatingWebhookConfiguration, webhookTraits } from "../../kinds/validating-webhook.ts";
import type { Rule } from "../rule.ts";

export const failOpenWebhook: Rule = {
  id: "FailOpenWebhook",
  severity: "Low",
  control: "admission",
  standards: ["CIS-5.2.1"],
  kinds: [validatingWebhookConfiguration],
  judge(traits) {
    const { open } = webhookTraits(traits);
    if (open === undefined) return undefined;
    const more = open.count - open.names.length;
    const whose = `${open.names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    return `lets every new pod pass while nobody answers for ${whose}: set failurePolicy: Fail where it enforces rules, and accept it by an exception where it only watches`;
  },
};
