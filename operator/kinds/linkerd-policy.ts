/** Declares the annotation of a Namespace by which Linkerd's pods refuse whom no policy allows, and tells which meshes a Namespace is in. */
import { type JsonObject, own } from "../api/json.ts";
import { LINKERD_POLICY_ANNOTATION, MESH_FIELD_MANAGER } from "../api/names.ts";
import { partOf } from "./condition-facts.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { namespace } from "./namespace.ts";

const { apiVersion, kind, resource, scope, namespaced } = namespace;

/** Values of the annotation that we write; the weaker ones of Linkerd are never asked for. */
export const LINKERD_POLICIES = { authenticated: "all-authenticated", deny: "deny" } as const;

export const linkerdPolicy: OwnedKind = {
  apiVersion,
  kind,
  resource,
  scope,
  namespaced,
  aspect: { name: "mesh", manager: MESH_FIELD_MANAGER, outlives: true },
  fields: [{ path: ["metadata", "annotations", LINKERD_POLICY_ANNOTATION] }],
  rank: () => Rank.networkDeny,
  shareable: () => true,
  /** Whether new pods of the namespace are put into a mesh, as far as the Namespace says. */
  facts: (object) => ({ Istio: isInIstio(wordsOf(object, "labels")), Linkerd: isInLinkerd(wordsOf(object, "annotations")) }),
};

/** Istio's sidecar injector obeys `istio-injection` before a revision (istio.io, "Installing the Sidecar"); ambient mode asks for no sidecar. */
function isInIstio(labels: JsonObject): boolean {
  if (own(labels, "istio.io/dataplane-mode") === "ambient") return true;
  const injection = own(labels, "istio-injection");
  const revision = own(labels, "istio.io/rev");
  return injection === undefined ? typeof revision === "string" && revision !== "" : injection === "enabled";
}

/** Linkerd's proxy injector also takes `ingress`, a mode for ingress controllers. */
function isInLinkerd(annotations: JsonObject): boolean {
  const inject = own(annotations, "linkerd.io/inject");
  return inject === "enabled" || inject === "ingress";
}

function wordsOf(object: JsonObject, map: "labels" | "annotations"): JsonObject {
  return partOf(partOf(object, "metadata"), map);
}
