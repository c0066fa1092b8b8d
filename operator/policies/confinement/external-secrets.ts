/** Declares the policy on ExternalSecrets: a stolen token fetches nothing that no baseline asks for, and hands it to no other Secret. */
import { externalSecret } from "../../kinds/external-secret.ts";
import { askedMetadata, confineAsked, onlyAskedPairs, texts } from "./asked-secrets.ts";
import type { Confinement, Place } from "./confine.ts";
import { onlyKeys, optionalPath } from "./spec-keys.ts";

const REFERENCE = ["key", "property", "version"];
const SOURCE = ["extract.key", "extract.property", "extract.version", "find.path", "find.name.regexp"];

/** CEL: kind or name of the store that entry `e` asks for: its own, otherwise the section's. */
function askedStore(part: "kind" | "name"): string {
  return `e.?store.?${part}.or(params.spec.secrets.?store.?${part}).orValue('')`;
}

/** CEL: a source names no other store and no generator. */
const OWN_SOURCE = "!has(s.sourceRef)";

/** ExternalSecrets: the entry's store, the values that it lists and a Secret of the entry's name. */
export const externalSecrets = (place: Place): Confinement =>
  confineAsked(place, {
    name: "external-secrets",
    about: "ExternalSecrets that the operator writes fetch what the namespace's baseline lists.",
    kind: externalSecret,
    validations: [
      {
        expression: `variables.entries.all(e, ${texts("variables.spec", ["secretStoreRef.kind", "secretStoreRef.name"])} == [${askedStore("kind")}, ${askedStore("name")}])`,
        message:
          "refused an ExternalSecret of another store: secretStoreRef must be the store of its entry in the namespace's SecurityBaseline, or spec.secrets.store",
      },
      {
        expression: [
          `variables.spec.?data.orValue([]).all(s, ${OWN_SOURCE} && variables.entries.exists(e,`,
          "  s.secretKey in e.?data.orValue({})",
          `  && ${texts("e.?data[?s.secretKey]", REFERENCE)} == ${texts("s.?remoteRef", REFERENCE)}))`,
        ].join("\n"),
        message:
          "refused an ExternalSecret of other values: each entry of data must be one that the namespace's SecurityBaseline lists, from the same store",
      },
      {
        expression: [
          `variables.spec.?dataFrom.orValue([]).all(s, ${OWN_SOURCE} && variables.entries.exists(e, e.?dataFrom.orValue([]).exists(a,`,
          "  has(s.extract) == has(a.extract) && has(s.find) == has(a.find)",
          `  && ${texts("s", SOURCE)} == ${texts("a", SOURCE)}`,
          "  && s.?find.?tags.orValue({}) == a.?find.?tags.orValue({}))))",
        ].join("\n"),
        message:
          "refused an ExternalSecret of other values: each entry of dataFrom must be one that the namespace's SecurityBaseline lists, from the same store",
      },
      {
        expression: [
          onlyKeys("", ["refreshPolicy", "refreshInterval", "secretStoreRef", "target", "data", "dataFrom"]),
          onlyKeys("target", ["name", "creationPolicy", "deletionPolicy", "immutable", "template"]),
          onlyKeys("target.template", ["engineVersion", "mergePolicy", "type", "data", "metadata"]),
          ...askedMetadata("target.template.metadata"),
          onlyAskedPairs("target.template.data", "target.template.data"),
          `variables.entries.all(e, ${texts("variables.spec", ["target.template.type"])} == ${texts("e", ["target.template.type"])})`,
          `variables.spec${optionalPath("target.name")}.orValue('') == object.metadata.name`,
          `variables.spec${optionalPath("target.creationPolicy")}.orValue('') == 'Owner'`,
        ].join("\n&& "),
        message:
          "refused an ExternalSecret with another target: it makes the Secret of its own name, with the template that the namespace's SecurityBaseline lists",
      },
    ],
  });
