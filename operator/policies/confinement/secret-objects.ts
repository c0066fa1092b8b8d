/** Declares the policies on SecretProviderClasses and SealedSecrets: a stolen token mounts and unseals nothing that no baseline asks for. */
import { SEALED_SCOPE_ANNOTATIONS, sealedSecret } from "../../kinds/sealed-secret.ts";
import { secretProviderClass } from "../../kinds/secret-provider-class.ts";
import { askedMetadata, confineAsked, onlyAskedPairs, texts } from "./asked-secrets.ts";
import type { Confinement, Place } from "./confine.ts";
import { onlyKeys, optionalPath } from "./spec-keys.ts";

/** SecretProviderClasses: the entry's provider, parameters and Secrets. */
export const secretProviderClasses = (place: Place): Confinement =>
  confineAsked(place, {
    name: "secret-provider-classes",
    about: "SecretProviderClasses that the operator writes mount what the namespace's baseline lists.",
    kind: secretProviderClass,
    validations: [
      {
        expression: [
          onlyKeys("", ["provider", "parameters", "secretObjects"]),
          "variables.entries.all(e, variables.spec.?provider.orValue('') == e.provider)",
          onlyAskedPairs("parameters", "parameters"),
        ].join("\n&& "),
        message:
          "refused a SecretProviderClass of other values: provider and parameters must be those of its entry in the namespace's SecurityBaseline",
      },
      {
        expression: [
          "variables.spec.?secretObjects.orValue([]).all(s, s.all(k, k in ['secretName', 'type', 'data'])",
          "  && variables.entries.exists(e, e.?secretObjects.orValue([]).exists(a,",
          `  ${texts("s", ["secretName", "type"])} == [a.secretName, a.type]`,
          "  && s.?data.orValue([]).all(d, a.data.exists(b, [d.objectName, d.key] == [b.objectName, b.key])))))",
        ].join("\n"),
        message:
          "refused a SecretProviderClass of other Secrets: each of secretObjects must be one that the namespace's SecurityBaseline lists",
      },
    ],
  });

/** SealedSecrets: the entry's ciphertext, in a Secret of the entry's type. The scope is not judged: a wrong one unseals nothing. */
export const sealedSecrets = (place: Place): Confinement =>
  confineAsked(place, {
    name: "sealed-secrets",
    about: "SealedSecrets that the operator writes hold the ciphertext of the namespace's baseline.",
    kind: sealedSecret,
    validations: [
      {
        expression: [onlyKeys("", ["encryptedData", "template"]), onlyAskedPairs("encryptedData", "encryptedData")].join("\n&& "),
        message: "refused a SealedSecret of other data: encryptedData must be that of its entry in the namespace's SecurityBaseline",
      },
      {
        expression: [
          onlyKeys("template", ["type", "metadata"]),
          ...askedMetadata("template.metadata", { keys: ["name", "namespace"], free: Object.values(SEALED_SCOPE_ANNOTATIONS) }),
          `variables.entries.all(e, variables.spec${optionalPath("template.type")}.orValue('Opaque') == e.?type.orValue('Opaque'))`,
        ].join("\n&& "),
        message:
          "refused a SealedSecret with another template: beside the marks of a scope it has the type, labels and annotations of its entry in the namespace's SecurityBaseline",
      },
    ],
  });
