/** Brings the complete content of a selection into a store, in pages or as the beginning of a watch, and asks how far the server is. */
import type { KubernetesObject } from "../api/object.ts";
import { ApiError } from "./errors.ts";
import { badReply } from "./failures.ts";
import { collectionPath } from "./paths.ts";
import type { Relist } from "./store.ts";
import type { ApiRequest, ResourceType, Transport } from "./types.ts";
import { isExpired, type WatchEvent } from "./watch-event.ts";

/** Which objects of a kind are followed. */
export interface Selection {
  readonly type: ResourceType;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Asks for metadata alone: what an object is and not what it holds. Default false. */
  readonly metadataOnly?: boolean;
}

/** Answers each object without spec and status (`PartialObjectMetadata`). */
const METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
/** Answers a list of objects without spec and status. */
export const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Asks for the collection of a selection. */
export function collectionRequest(selection: Selection, query: NonNullable<ApiRequest["query"]>, signal: AbortSignal): ApiRequest {
  const { type, namespace, labelSelector, fieldSelector, metadataOnly = false } = selection;
  const accept = query["watch"] === undefined ? METADATA_LIST : METADATA_ONLY;
  const path = collectionPath(type, namespace);
  return { method: "GET", path, query: { labelSelector, fieldSelector, ...query }, signal, ...(metadataOnly && { accept }) };
}

/** Query of a streaming list (KEP-3157): a watch that begins with all objects, as of a consistent read. */
export const streamingList: NonNullable<ApiRequest["query"]> = { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" };

/** True if the server does not do streaming lists: it is older than the feature, or has it switched off. */
export function refusesStreaming(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return [400, 405, 422].includes(error.status) || (error.status === 403 && error.message.includes("sendInitialEvents"));
}

/** Takes an event of a streaming list into `list`; true when it was the last one and the list has been ended. */
export function stageEvent(list: Relist, event: WatchEvent): boolean {
  if (event.tells === "present") list.put(event.object);
  if (event.tells === "absent") list.drop(event.object);
  if (event.tells !== "progress" || !event.endsList) return false;
  list.end(event.resourceVersion);
  return true;
}

export interface PagedList {
  readonly transport: Transport;
  readonly selection: Selection;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

/**
 * Lists page by page, one page in memory at a time; when the snapshot expires on the way, once more from the start in a single answer, which cannot
 * expire. `begin` answers the list to fill. Throws ApiError.
 */
export async function listInPages(options: PagedList, begin: () => Relist): Promise<void> {
  try {
    await fill(options, begin(), String(options.pageSize));
  } catch (error) {
    if (!isExpired(error)) throw error;
    await fill(options, begin(), undefined);
  }
}

/**
 * The newest resourceVersion that the server has of the selected kind, by a consistent read of at most one object. Labels are not asked for: to
 * find one object that has them, the server might have to read all. Throws ApiError.
 */
export async function newestVersion({ transport, selection, signal }: Omit<PagedList, "pageSize">): Promise<string> {
  const { labelSelector: _labels, ...anyLabels } = selection;
  return readPage(await transport.request(collectionRequest(anyLabels, { limit: "1" }, signal))).resourceVersion;
}

async function fill({ transport, selection, signal }: PagedList, list: Relist, limit: string | undefined): Promise<void> {
  let position: string | undefined;
  let token: string | undefined;
  do {
    const page = readPage(await transport.request(collectionRequest(selection, { limit, continue: token }, signal)));
    for (const item of page.items) list.put(item);
    // All pages show the snapshot of the first one.
    position ??= page.resourceVersion;
    token = page.token;
  } while (token !== undefined);
  list.end(position);
}

interface Page {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
  readonly token: string | undefined;
}

function readPage(answer: KubernetesObject): Page {
  const { items } = answer;
  const { resourceVersion, continue: token } = (answer.metadata ?? {}) as { resourceVersion?: string; continue?: string };
  if (!Array.isArray(items) || !resourceVersion) throw badReply("the answer to a list request is not a list");
  return { items, resourceVersion, token: token || undefined };
}
