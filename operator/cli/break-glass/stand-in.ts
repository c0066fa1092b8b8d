/** Finds out for `approve` and `deny` whether the user decides as an approver or stands in for one, and says when that counts. */
import { BREAK_GLASS_PROFILES, GROUP } from "../../api/names.ts";
import type { ResourceType, Transport } from "../../cluster/types.ts";
import { ask, type StoredBreakGlassRequest } from "./objects.ts";

const REVIEW_OF_ACCESS: ResourceType = { apiVersion: "authorization.k8s.io/v1", resource: "selfsubjectaccessreviews", namespaced: false };

/**
 * Whether the user may stand in for the approvers of a request and is none of them. Who may do neither is told so by the API server, by what an approver
 * would send. @throws ApiError
 */
export async function isStandIn(transport: Transport, { metadata, spec, status }: StoredBreakGlassRequest): Promise<boolean> {
  // The operator has looked at the profile, and it has none.
  if (status?.resolved !== undefined && status.escalatesAt === undefined) return false;
  const { namespace } = metadata;
  const may = async (verb: string): Promise<boolean> => {
    const resourceAttributes = { namespace, group: GROUP, resource: BREAK_GLASS_PROFILES, name: spec.profile, verb };
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } };
    return (await ask<{ status: { allowed: boolean } }>(transport, REVIEW_OF_ACCESS, review)).status.allowed;
  };
  const [approves, standsIn] = await Promise.all([may("approve"), may("stand-in")]);
  return standsIn && !approves;
}

/** From when on the decision of a stand-in counts, one clause; undefined if it does at once. `now` is in milliseconds by the API server's clock. */
export function countsLater({ status }: StoredBreakGlassRequest, now: number | undefined): string | undefined {
  const from = status?.escalatesAt;
  if (from === undefined) return "counts once the approvers have not answered for as long as the profile says";
  return now !== undefined && now >= Date.parse(from) ? undefined : `counts from ${from} on, if the approvers have not decided by then`;
}
