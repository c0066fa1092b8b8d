/** Owns what the broker keeps of each object that it follows. */
import type { BreakGlassAuditEntry, LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassDecision } from "../api/break-glass-decision.ts";
import type { BreakGlassRequest } from "../api/break-glass-request.ts";
import type { Json } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import { rulesHash } from "../breakglass/profiles.ts";
import type { CurrentRole, StoredDecision, StoredRequest } from "../breakglass/types.ts";
import type { Stored } from "../cluster/types.ts";
import { policyContent } from "./declared-policies.ts";

/** A link of the ledger as stored. */
export interface EntryRow extends Stored {
  readonly entry: LedgerEntry;
}

/** A ClusterRole that may be granted. */
export interface RoleRow extends Stored, CurrentRole {}

/** A ValidatingAdmissionPolicy or its binding. */
export interface PolicyRow extends Stored {
  /** Canonical JSON of its spec. */
  readonly content: string;
  /** What the API server's check of its expressions said of this very spec; a binding has none. */
  readonly typed: "unchecked" | "clean" | "warned";
}

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

/** Keeps what a ClusterRole is, not what it says. */
export function projectRole(object: KubernetesObject): RoleRow {
  return { ...identityOf(object), rulesHash: rulesHash((object["rules"] ?? null) as Json) };
}

interface PolicyStatus {
  readonly observedGeneration?: number;
  readonly typeChecking?: { readonly expressionWarnings?: readonly unknown[] };
}

/** Keeps what a policy or a binding says, and of a policy whether the API server could make sense of it (admissionregistration.k8s.io/v1). */
export function projectPolicy(object: KubernetesObject, isChecked: boolean): PolicyRow {
  return { ...identityOf(object), content: policyContent(object["spec"]), typed: isChecked ? typedAs(object) : "clean" };
}

function typedAs({ metadata, status }: KubernetesObject & { readonly status?: PolicyStatus }): PolicyRow["typed"] {
  if (status?.observedGeneration === undefined || status.observedGeneration !== metadata?.generation) return "unchecked";
  return (status.typeChecking?.expressionWarnings ?? []).length > 0 ? "warned" : "clean";
}
