/** Carries out one step of a request for the broker: one write, whose answer goes into the caches at once. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassRequestStatus } from "../api/break-glass-request.ts";
import type { JsonObject } from "../api/json.ts";
import { API_VERSION } from "../api/names.ts";
import type { EntryDraft, GrantObject, LiveGrantObject, Step, StoredRequest } from "../breakglass/types.ts";
import type { ObjectTarget, Store, Writer } from "../cluster/types.ts";
import { type BrokerCaches, REQUESTS } from "./caches.ts";
import type { AppendBasis } from "./ledger.ts";

/** A step that changes something. */
export type Deed = Exclude<Step, { readonly verb: "wait" }>;

export interface StepParts {
  readonly caches: BrokerCaches;
  readonly writer: Writer;
  /** Appends to the ledger and answers the link. */
  readonly append: (draft: EntryDraft, basis: AppendBasis) => Promise<LedgerEntry>;
  /** Told of each new link; must neither throw nor take its time. */
  readonly appended: (entry: LedgerEntry) => void;
}

/** What a step is about and what it was decided on. */
export interface StepContext extends AppendBasis {
  readonly request: StoredRequest | undefined;
}

/** Carries out a step. @throws ApiError if the server did not take it, or this instance may not write (any more) */
export async function perform(step: Deed, context: StepContext, parts: StepParts): Promise<void> {
  if (step.verb === "create") return create(step.object, parts);
  if (step.verb === "delete") return remove(step.object, parts);
  if (step.verb === "status") return print(step.status, context.request, parts);
  parts.appended(await parts.append(step.entry, context));
}

async function create(object: GrantObject, { caches, writer }: StepParts): Promise<void> {
  storeOf(object, caches).observe(await writer.create(targetOf(object), object.manifest));
}

/** Deletes an object of a grant, in exactly the state that is known of it. @throws ApiError */
export async function remove(object: LiveGrantObject, { caches, writer }: Pick<StepParts, "caches" | "writer">): Promise<void> {
  const { namespace, name, uid, resourceVersion } = object;
  const remaining = await writer.delete(targetOf(object), { uid, resourceVersion });
  if (remaining === undefined) storeOf(object, caches).observeDeleted(namespace, name, uid);
  else storeOf(object, caches).observe(remaining);
}

/** The uid makes sure that the status of a deleted request never ends up on a later one of its name. */
async function print(status: BreakGlassRequestStatus, request: StoredRequest | undefined, { caches, writer }: StepParts): Promise<void> {
  if (request === undefined) throw new Error("a status without a request");
  const { namespace, name, uid } = request;
  const manifest: JsonObject = {
    apiVersion: API_VERSION,
    kind: "BreakGlassRequest",
    metadata: { namespace, name, uid },
    status: JSON.parse(JSON.stringify(status)),
  };
  caches.requests.store.observe(await writer.apply({ type: REQUESTS, namespace, name, subresource: "status" }, manifest));
}

function targetOf({ kind, namespace, name }: Pick<GrantObject, "kind" | "namespace" | "name">): ObjectTarget {
  return { type: kind, namespace, name };
}

function storeOf({ kind }: Pick<GrantObject, "kind">, { grants }: BrokerCaches): Store<LiveGrantObject> {
  const feed = grants.get(kind.resource);
  if (feed === undefined) throw new Error(`no grant has ${kind.resource}`);
  return feed.store;
}
