/** Tells how the Kyverno policies of section `images` fare: whether Kyverno has told the API server to ask it. */
import type { ImagesSection } from "../../api/baseline-images.ts";
import type { JsonObject } from "../../api/json.ts";
import { imageValidatingPolicy, SIGNED_BY_PREFIX } from "../../kinds/image-validating-policy.ts";
import type { EntryHealth, HealthView } from "../control.ts";

/** One entry per policy; a label on the Namespace is answered by nobody. */
export function imagesHealth({ backend, signers = [] }: ImagesSection, view: HealthView): readonly EntryHealth[] {
  if (backend !== "Kyverno") return [];
  return signers.map(({ name: signer }) => {
    const name = SIGNED_BY_PREFIX + signer;
    return { kind: imageValidatingPolicy.kind, name, ...verdictOf(view.facts(imageValidatingPolicy, name) ?? {}) };
  });
}

/** Kyverno says of no condition for which state of the policy it holds. */
function verdictOf({ status, reason }: JsonObject): Pick<EntryHealth, "state" | "reason" | "message"> {
  const word = typeof reason === "string" && reason !== "" ? reason : undefined;
  if (status === "True") return { state: "Synced", reason: word ?? "WebhookConfigured" };
  if (status === "False") return { state: "Failed", reason: word ?? "WebhookNotConfigured", message: NOT_ASKED };
  return { state: "Pending", reason: "AwaitingBackend" };
}

const NOT_ASKED = "Kyverno has not told the API server to ask it about pods here: see status.conditionStatus of the policy";
