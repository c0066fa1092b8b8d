/** Declares the labels of a Namespace by which Sigstore's policy-controller and Connaisseur check signatures of images there. */
import { IMAGE_LABELS, IMAGES_FIELD_MANAGER } from "../api/names.ts";
import { type Field, type OwnedKind, Rank } from "./kind.ts";
import { namespace } from "./namespace.ts";

const { apiVersion, kind, resource, scope, namespaced } = namespace;

export const imageLabels: OwnedKind = {
  apiVersion,
  kind,
  resource,
  scope,
  namespaced,
  aspect: { name: "images", manager: IMAGES_FIELD_MANAGER, outlives: true },
  // Each is one checker's own: a baseline that asks for one leaves the other to whoever set it.
  fields: Object.values(IMAGE_LABELS).map(({ key }): Field => ({ path: ["metadata", "labels", key], ifSet: true })),
  rank: () => Rank.networkDeny,
  shareable: () => true,
};
