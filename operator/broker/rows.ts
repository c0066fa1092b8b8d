/** Reads what the broker keeps of each object that it follows. */
import type { BreakGlassAuditEntry, LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpoint } from "../api/break-glass-checkpoint.ts";
import type { BreakGlassDecision } from "../api/break-glass-decision.ts";
import type { BreakGlassRequest } from "../api/break-glass-request.ts";
import type { Json } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { StoredCheckpoint } from "../breakglass/checkpoint.ts";
import { rulesHash } from "../breakglass/profiles.ts";
import type { CurrentRole, StoredDecision, StoredRequest } from "../breakglass/types.ts";
import { unboundedBecause } from "../breakglass/unbounded.ts";
import type { Stored } from "../cluster/types.ts";

/** A link of the ledger as stored. */
export interface EntryRow extends Stored {
  readonly entry: LedgerEntry;
}

/** A checkpoint of the ledger as stored. */
export interface CheckpointRow extends Stored, StoredCheckpoint {}

/** A ClusterRole that may be granted. */
export interface RoleRow extends Stored, CurrentRole {}

function identityOf({ metadata = {} }: KubernetesObject): Stored {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
  return { namespace, name, uid, resourceVersion };
}

function createdAt({ metadata }: KubernetesObject): number {
  return Date.parse(metadata?.creationTimestamp ?? "");
}

/** Keeps a request; one that is being deleted counts as gone. */
export function projectRequest(object: KubernetesObject): StoredRequest | undefined {
  if (object.metadata?.deletionTimestamp !== undefined) return undefined;
  const { spec, status } = object as unknown as BreakGlassRequest;
  return { ...identityOf(object), generation: object.metadata?.generation ?? 0, createdAt: createdAt(object), spec, status };
}

/** Keeps a decision. */
export function projectDecision(object: KubernetesObject): StoredDecision {
  const { spec } = object as unknown as BreakGlassDecision;
  return { ...identityOf(object), createdAt: createdAt(object), spec };
}

/** Keeps a link of the ledger. */
export function projectEntry(object: KubernetesObject): EntryRow {
  const { spec } = object as unknown as BreakGlassAuditEntry;
  return { ...identityOf(object), entry: spec };
}

/** Keeps a checkpoint of the ledger. */
export function projectCheckpoint(object: KubernetesObject): CheckpointRow {
  const { spec, status } = object as unknown as BreakGlassCheckpoint;
  return { ...identityOf(object), spec, status };
}

/** Keeps what a ClusterRole is, not what it says. */
export function projectRole(object: KubernetesObject): RoleRow {
  const rules = (object["rules"] ?? null) as Json;
  return { ...identityOf(object), rulesHash: rulesHash(rules), unbounded: unboundedBecause(rules) };
}
