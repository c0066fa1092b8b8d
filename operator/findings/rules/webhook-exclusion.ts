/** Finds validating webhooks that judge new pods and leave one namespace out, by its name or by a label of the Namespace. */
import { isJsonObject, type JsonObject, own } from "../../api/json.ts";
import { ENGINE_LABELS } from "../../kinds/namespace.ts";
import { type LabelLeftOut, validatingWebhookConfiguration, type WebhookTraits, webhookTraits } from "../../kinds/validating-webhook.ts";
import type { Rule } from "../rule.ts";

const JUDGED_ELSEWHERE = "though it judges those of others";

export const webhookExclusion: Rule = {
  id: "WebhookExclusion",
  severity: "Medium",
  control: "admission",
  standards: ["CIS-5.2.1"],
  kinds: [validatingWebhookConfiguration],
  inEachNamespace: true,
  judge(traits, { home, namespace }) {
    const webhooks = webhookTraits(traits);
    // Who answers could not start if it had to answer for itself first.
    if (webhooks.own.includes(namespace)) return undefined;
    if (webhooks.names.includes(namespace)) {
      return `judges no pods of this namespace, ${JUDGED_ELSEWHERE}: take ${namespace} out of the namespaceSelector of its webhooks, where their own configuration sets it`;
    }
    const label = webhooks.labels.find((one) => isWorn(one, home));
    if (label !== undefined) {
      return `judges no pods of this namespace because of its label ${label.key}, ${JUDGED_ELSEWHERE}: remove the label from the Namespace`;
    }
    return isUnknown(webhooks, home) ? UNKNOWN : undefined;
  },
};

const UNKNOWN =
  "may leave this namespace out, which nobody can tell among so many names and labels: shorten the namespaceSelector of its webhooks, and remove labels from the Namespace that nothing needs";

function isWorn({ key, value }: LabelLeftOut, home: JsonObject): boolean {
  const worn = own(labelsOf(home), key);
  return worn !== undefined && (value === undefined || worn === value);
}

/** Of what is too long only the beginning is known. */
function isUnknown({ isCut, labels }: WebhookTraits, home: JsonObject): boolean {
  const known = labelsOf(home);
  return (
    isCut === true || (home["isCut"] === true && labels.some(({ key }) => !ENGINE_LABELS.includes(key) && own(known, key) === undefined))
  );
}

function labelsOf({ labels }: JsonObject): JsonObject {
  return isJsonObject(labels) ? labels : {};
}
