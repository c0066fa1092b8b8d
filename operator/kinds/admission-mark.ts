/** Declares the mark of a Namespace whose baseline has the API server judge workloads. */
import { ADMISSION_FIELD_MANAGER, ADMISSION_LABEL } from "../api/names.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { namespace } from "./namespace.ts";

const { apiVersion, kind, resource, scope, namespaced } = namespace;

export const admissionMark: OwnedKind = {
  apiVersion,
  kind,
  resource,
  scope,
  namespaced,
  aspect: { name: "admission", manager: ADMISSION_FIELD_MANAGER },
  fields: [{ path: ["metadata", "labels", ADMISSION_LABEL] }],
  rank: () => Rank.admission,
  shareable: () => true,
};
