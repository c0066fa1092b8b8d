/** Reads and writes requests, decisions and baselines for the commands of emergency access, as the user who runs them. */
import type { BreakGlassSection } from "../../api/break-glass.ts";
import type { BreakGlassPerson, BreakGlassRequest } from "../../api/break-glass-request.ts";
import { unboundedNotice } from "../../api/grantable-roles.ts";
import type { Json, JsonObject } from "../../api/json.ts";
import { API_VERSION, BASELINE_NAME, CLUSTER_BASELINE_NAME } from "../../api/names.ts";
import type { Posture } from "../../api/postures.ts";
import { ENDS } from "../../breakglass/history.ts";
import { ApiError } from "../../cluster/errors.ts";
import { collectionPath, objectPath } from "../../cluster/paths.ts";
import type { ApiRequest, ResourceType, Transport } from "../../cluster/types.ts";
import { breakGlass } from "../../controls/break-glass/break-glass.ts";
import { listAll } from "../cluster-access.ts";

export const REQUESTS: ResourceType = { apiVersion: API_VERSION, resource: "breakglassrequests", namespaced: true };
export const DECISIONS: ResourceType = { apiVersion: API_VERSION, resource: "breakglassdecisions", namespaced: true };
const BASELINES: ResourceType = { apiVersion: API_VERSION, resource: "securitybaselines", namespaced: true };
const CLUSTER_BASELINES: ResourceType = { apiVersion: API_VERSION, resource: "clustersecuritybaselines", namespaced: false };
const REVIEW_OF_SELF: ResourceType = { apiVersion: "authentication.k8s.io/v1", resource: "selfsubjectreviews", namespaced: false };

/** Seconds: the API server mints no shorter token. */
export const SHORTEST_TOKEN = 600;

/** Field manager of what people make with this program. */
const FIELD_MANAGER = "securitybaseline-cli";

/** A request as the API server stores it. */
export type StoredBreakGlassRequest = Omit<BreakGlassRequest, "metadata"> & {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
  };
};

/** Where a request is. */
export interface RequestName {
  readonly namespace: string;
  readonly name: string;
}

/** @throws ApiError, with status 404 if there is none of this name */
export async function getRequest(transport: Transport, { namespace, name }: RequestName): Promise<StoredBreakGlassRequest> {
  try {
    return await send(transport, { method: "GET", path: objectPath({ type: REQUESTS, namespace, name }) });
  } catch (error) {
    // Where the kind itself is missing, the API server names no object.
    if (!(error instanceof ApiError && error.status === 404 && error.message.includes(`"${name}"`))) throw error;
    const message = `there is no request ${name} in namespace ${namespace}: look for it with securitybaseline break-glass list -n ${namespace} --all`;
    throw new ApiError({ status: error.status, reason: error.reason, message, cause: error });
  }
}

/** All requests of a namespace, or without one of all namespaces. */
export async function listRequests(transport: Transport, namespace: string | undefined): Promise<readonly StoredBreakGlassRequest[]> {
  return (await listAll(transport, REQUESTS, namespace)) as unknown as readonly StoredBreakGlassRequest[];
}

/** Makes an object and answers it as stored. */
export async function create<T>(transport: Transport, type: ResourceType, manifest: JsonObject): Promise<T> {
  const { namespace } = manifest["metadata"] as { namespace?: string };
  return send(transport, { method: "POST", path: collectionPath(type, namespace), query: { fieldManager: FIELD_MANAGER }, body: manifest });
}

/** Asks a question that the API takes as an object and does not store. */
export async function ask<T>(transport: Transport, type: ResourceType, body: JsonObject): Promise<T> {
  return send(transport, { method: "POST", path: collectionPath(type), body });
}

/** Who the API server takes the user for. */
export interface Caller {
  readonly person: BreakGlassPerson;
  readonly groups: readonly string[];
}

/** Asks the API server who the user is. */
export async function whoAmI(transport: Transport): Promise<Caller> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const { status } = await ask<{ status: { userInfo: { username: string; uid?: string; groups?: readonly string[] } } }>(
    transport,
    REVIEW_OF_SELF,
    body,
  );
  const { username, uid, groups = [] } = status.userInfo;
  return { person: { username, ...(uid ? { uid } : {}) }, groups };
}

/** What a baseline says of emergency access, and what the operator says of that. */
export interface StatedSection {
  readonly section: BreakGlassSection | undefined;
  /** Message of the condition `BreakGlassReady`; "" where there is none. */
  readonly standing: string;
}

/** Section `breakGlass` of a namespace's baseline, or of the cluster's; undefined where there is no baseline, or the user may not read it. */
export async function readSection(transport: Transport, scope: { namespace: string } | "cluster"): Promise<StatedSection | undefined> {
  const target =
    scope === "cluster"
      ? { type: CLUSTER_BASELINES, name: CLUSTER_BASELINE_NAME }
      : { type: BASELINES, namespace: scope.namespace, name: BASELINE_NAME };
  const baseline = await unlessRefused(
    send<Pick<Posture, "spec" | "status">>(transport, { method: "GET", path: objectPath(target) }),
    HIDDEN,
  );
  if (baseline === undefined) return undefined;
  const { spec, status } = baseline;
  const standing = status?.conditions?.find(({ type }) => type === breakGlass.condition)?.message ?? "";
  return { section: spec?.breakGlass, standing };
}

/** Statuses of what is not there, or not for this user. */
export const HIDDEN: readonly number[] = [403, 404];

/** Undefined where the API server answers with one of these statuses. */
export async function unlessRefused<T>(asked: Promise<T>, statuses: readonly number[]): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && statuses.includes(error.status)) return undefined;
    throw error;
  }
}

/** True until a request is over; also while the operator has not looked at it yet. What was over before its turn came has no phase. */
export function isOpen({ status }: StoredBreakGlassRequest): boolean {
  return status?.phase === undefined ? status?.endedAt === undefined : !ENDS.includes(status.phase);
}

/** The phase of a request, and a word where it has none. */
export function phaseOf(request: StoredBreakGlassRequest): string {
  return request.status?.phase ?? (isOpen(request) ? "New" : "Over");
}

/** What the operator says of a request: what is missing, or how the access can be used. It says why it cannot record one before that has a phase. */
export function standing(request: StoredBreakGlassRequest): string {
  const { status } = request;
  return status?.conditions?.find(({ type }) => type === "Granted")?.message ?? status?.endReason ?? (isUnseen(request) ? UNSEEN : "");
}

const UNSEEN = "the operator has not looked at it yet";

/** True while nothing shows that the operator knows of a request. */
export function isUnseen({ status }: Pick<StoredBreakGlassRequest, "status">): boolean {
  return status?.phase === undefined && (status?.conditions ?? []).length === 0;
}

/** What whoever reads of a request must know of its role, one sentence; undefined where there is nothing. */
export function cautionAbout({ status }: StoredBreakGlassRequest): string | undefined {
  return status?.resolved?.unbounded === true ? unboundedNotice(status.resolved.role) : undefined;
}

/** The server's answers are taken at its word: it has checked them against the schema that these types make. */
async function send<T>(transport: Transport, request: Omit<ApiRequest, "body"> & { readonly body?: Json }): Promise<T> {
  return (await transport.request(request)) as T;
}
