/** Declares the kind PeerAuthentication of Istio: which fields are ours, and which of their values mean the same. */
import { isJsonObject, type Json } from "../api/json.ts";
import { partOf } from "./condition-facts.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { optionalMap, record } from "./normalise.ts";

/** Name of the one that holds for the whole namespace; all others hold for some pods. */
export const NAMESPACE_WIDE_NAME = "default";
/** Begins the names of those that let plain text in. */
export const PLAINTEXT_PREFIX = "plaintext-";
/** Root namespace of Istio, unless its mesh configuration says otherwise: what holds for a namespace elsewhere holds for the whole mesh there. */
export const ISTIO_ROOT_NAMESPACE = "istio-system";

const labels = record({ matchLabels: optionalMap });

/** Without a label it selects all pods, as without a selector. */
function selector(value: Json | undefined): Json | undefined {
  return optionalMap(labels(value));
}

export const peerAuthentication: OwnedKind = {
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  resource: "peerauthentications",
  scope: "InNamespace",
  namespaced: true,
  fields: [
    { path: ["spec", "mtls"] },
    { path: ["spec", "selector"], normalise: selector },
    { path: ["spec", "portLevelMtls"], normalise: optionalMap },
  ],
  rank: (name) => (name === NAMESPACE_WIDE_NAME ? Rank.networkDeny : Rank.networkAllow),
  optional: true,
  /** Whether it holds for all pods, its mode as far as Istio has a word for it, and whether some port takes plain text. */
  traits: (object) => {
    const spec = partOf(object, "spec");
    const ports = Object.values(partOf(spec, "portLevelMtls"));
    return {
      wide: selector(spec["selector"]) === undefined,
      mode: modeOf(spec["mtls"]),
      ports: ports.some((port) => PLAINTEXT_MODES.includes(modeOf(port))),
    };
  },
};

const PLAINTEXT_MODES: readonly string[] = ["PERMISSIVE", "DISABLE"];
const MODES: readonly string[] = ["STRICT", ...PLAINTEXT_MODES];

/** UNSET for what Istio inherits. */
function modeOf(mtls: Json | undefined): string {
  const mode = isJsonObject(mtls) ? mtls["mode"] : undefined;
  return typeof mode === "string" && MODES.includes(mode) ? mode : "UNSET";
}
