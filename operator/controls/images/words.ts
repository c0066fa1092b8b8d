/** Says of the section `images` what it does not do although it reads as if it did, and what the API cannot tell. */
import type { ImageAction, ImageBackend, ImagesSection } from "../../api/baseline-images.ts";
import { stepsCarefully } from "./step.ts";

const PASSES = "an image that no entry of signers means needs no signature: spec.admission.registries says which images may run at all";

const ONLY_AUDITED = "no pod is refused while action is Audit";

const STEPS = "a policy that is new only audits until Kyverno's reports tell of every running pod that it passes";

const UNVERIFIED: Readonly<Record<ImageBackend, string>> = {
  Kyverno: "whether Kyverno is set up to leave out this namespace, or some pods by an exception, could not be checked",
  Sigstore:
    "whose signatures count for which images is said by ClusterImagePolicies for the whole cluster, and not by this namespace; whether Sigstore's policy-controller runs could not be checked",
  Connaisseur:
    "whose signatures count for which images is said by Connaisseur's Helm values for the whole cluster, and not by this namespace; whether it runs, and looks for the label (features.namespacedValidation.mode: validate), could not be checked",
};

/** Known before anything is applied. */
export function imagesWarnings(section: ImagesSection, action: ImageAction): readonly string[] {
  if (section.backend !== "Kyverno") return [];
  return [...(action === "Audit" ? [ONLY_AUDITED] : []), ...(stepsCarefully(section) ? [STEPS] : []), PASSES];
}

/** One sentence or two. */
export function imagesCaveat(backend: ImageBackend): string {
  return UNVERIFIED[backend];
}
