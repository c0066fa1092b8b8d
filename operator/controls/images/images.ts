/** Turns the section `images` into what has signatures of images checked: policies of Kyverno, or the label by which others check the namespace. */
import type { ImagesSection } from "../../api/baseline-images.ts";
import { IMAGE_LABELS } from "../../api/names.ts";
import { imageLabels } from "../../kinds/image-labels.ts";
import { imageValidatingPolicy } from "../../kinds/image-validating-policy.ts";
import type { Control } from "../control.ts";
import { imagesHealth } from "./health.ts";
import { signerPolicy } from "./image-policy.ts";
import { imagesCaveat, imagesWarnings } from "./words.ts";

/** The section `images`. */
export const images: Control<"images"> = {
  name: "images",
  condition: "ImagesReady",
  standards: ["CIS-5.5.1", "NSA-pod-security"],
  owns: [imageValidatingPolicy, imageLabels],
  desired: (section, { namespace }) => {
    if (section.backend === "Kyverno") return (section.signers ?? []).map((signer) => signerPolicy(signer, actionOf(section)));
    const { key, value } = IMAGE_LABELS[section.backend];
    return [{ kind: imageLabels, name: namespace, body: {}, labels: { [key]: value } }];
  },
  warnings: (section) => imagesWarnings(section, actionOf(section)),
  health: imagesHealth,
  caveat: ({ backend }) => imagesCaveat(backend),
};

/** Without a word nothing is refused. */
function actionOf({ action = "Audit" }: ImagesSection) {
  return action;
}
