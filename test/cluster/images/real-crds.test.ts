/** Proves that the API of Kyverno takes what section `images` makes, where a folder with its CRDs is at hand. */
import { describeRealCrds } from "../../support/real-crds.ts";

describeRealCrds({
  projects: ["kyverno"],
  small: ["kyverno"],
  section: "images",
  unknown: {
    object: {
      apiVersion: "policies.kyverno.io/v1",
      kind: "NamespacedImageValidatingPolicy",
      metadata: { name: "x" },
      spec: { attestors: [], validations: [], validationAction: "Deny" },
    },
    field: "validationAction",
  },
});
