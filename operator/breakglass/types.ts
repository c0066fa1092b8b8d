/** Describes what a look at one request knows, and the one thing to do next. */
import type { BreakGlassProfile } from "../api/break-glass.ts";
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassDecisionSpec } from "../api/break-glass-decision.ts";
import type { BreakGlassRequestSpec, BreakGlassRequestStatus } from "../api/break-glass-request.ts";
import type { JsonObject } from "../api/json.ts";

/** Labels by key, for every object that is made for a baseline or a grant. */
export type ObjectLabels = Readonly<Record<string, string>>;

/** What an installation allows. The same values are in its policies. */
export interface BreakGlassSettings {
  /** Namespace of grants and ledger, and of the requests for access to the whole cluster. */
  readonly namespace: string;
  /** ClusterRoles that may be granted, besides the one of drills, as long as no grant of them can make itself permanent. */
  readonly roles: readonly string[];
  /** ClusterRoles that may be granted for the whole cluster although such a grant can make itself permanent. */
  readonly unboundedRoles: readonly string[];
  /** Longest time of one grant, in seconds. */
  readonly maxDuration: number;
  /** Groups that may make the objects of a grant by hand while the operator is down. */
  readonly custodians: readonly string[];
  /** Whether grants may change anything in kube-system and kube-public that their role lets them. */
  readonly allowSystemNamespaces: boolean;
  readonly objectLabels: ObjectLabels;
}

/** Where a request asks for access: in one namespace, or (from the break-glass namespace) in the whole cluster. */
export type GrantScope = { readonly namespace: string } | "cluster";

/** A request as stored. Times are in milliseconds since the epoch, by the API server's clock. */
export interface StoredRequest {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly createdAt: number;
  readonly spec: BreakGlassRequestSpec;
  readonly status: BreakGlassRequestStatus | undefined;
}

/** A decision as stored. */
export interface StoredDecision {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: number;
  readonly spec: BreakGlassDecisionSpec;
}

/** The profile that a request names, as the baseline states it now, in mode Enforce. */
export interface CurrentProfile {
  readonly profile: BreakGlassProfile;
  /** uid of the baseline. */
  readonly baselineUID: string;
  /** See `profileHash`. */
  readonly hash: string;
}

/** The ClusterRole that would be granted, as it is now. */
export interface CurrentRole {
  readonly name: string;
  readonly uid: string;
  /** SHA-256 of its rules in canonical JSON. */
  readonly rulesHash: string;
  /** See `unboundedBecause`. */
  readonly unbounded: string | undefined;
}

/** The objects of a grant, in the order in which they are made. */
export const GRANT_PARTS = ["identity", "binding", "minter", "minterBinding"] as const;
export type GrantPart = (typeof GRANT_PARTS)[number];

/**
 * The order in which they are taken back. Without its binding the identity has no rights from then on; without the identity its tokens are
 * worth nothing, but the API server may take one that it has just seen for ten seconds more (its cache of tokens).
 */
export const TAKING_BACK: readonly GrantPart[] = ["binding", "identity", "minterBinding", "minter"];

/** Where the objects of a part live. */
export interface GrantKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: boolean;
}

/** One object of a grant as it should be. */
export interface GrantObject {
  readonly part: GrantPart;
  readonly kind: GrantKind;
  /** "" for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly name: string;
  readonly manifest: JsonObject;
  /** Canonical JSON of the fields that decide, to compare with `LiveGrantObject.content`. */
  readonly content: string;
}

/** One object of a grant as it is. */
export interface LiveGrantObject {
  readonly part: GrantPart;
  readonly kind: GrantKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** When its deletion began, in milliseconds since the epoch by the API server's clock; undefined while nobody deletes it. */
  readonly terminatingSince: number | undefined;
  /** Value of REQUEST_UID_ANNOTATION. */
  readonly requestUID: string | undefined;
  /** Made by the broker: its field manager is in managedFields. */
  readonly ours: boolean;
  readonly content: string;
}

/** All that the next step of one request depends on. */
export interface Snapshot {
  /** uid of the request. */
  readonly uid: string;
  /** Undefined once it is gone, with its namespace or alone. */
  readonly request: StoredRequest | undefined;
  /** Ledger entries of this request, in order. The state of a request is read from here and never from its status. */
  readonly history: readonly LedgerEntry[];
  /** Decisions that name this request by uid, in any order. */
  readonly decisions: readonly StoredDecision[];
  /** Undefined while no enforced baseline has the profile. */
  readonly profile: CurrentProfile | undefined;
  /** Undefined while the ClusterRole that the profile (or the drill) names does not exist. */
  readonly role: CurrentRole | undefined;
  /** Live objects by part, of the names that this request's grant has (see `grantName`). */
  readonly objects: ReadonlyMap<GrantPart, LiveGrantObject>;
  /**
   * How many other requests of the same person in the namespace come before this one, while the ledger does not know it: those that are open, and older
   * ones that are not in the ledger either. Counted no further than it takes to know that it has to wait.
   */
  readonly ahead: number;
  /** Names of ended requests of the same requester and profile that wait for review. */
  readonly unreviewed: readonly string[];
  /** Why nothing may be granted now (policies missing or changed, clocks disagree); undefined if nothing is in the way. */
  readonly obstacle: string | undefined;
  /** Why what is in use must end, one sentence: the policies that hold grants have been missing or changed for too long; undefined if they have not. */
  readonly policiesLost: string | undefined;
  /** The last attempt to write the ledger failed: grants wait, endings do not. */
  readonly ledgerBlocked: boolean;
  /** The last attempt to write the status failed: nothing is made without it, and no end waits for it. */
  readonly statusBlocked: boolean;
  /** Parts of whose name there is an object that is not the grant's, and that the caches need not know: its labels are others. */
  readonly taken: readonly GrantPart[];
  /** Reason of the API server for not making an object of the grant when that was tried last; undefined if it did. It is told, and decides nothing. */
  readonly creationRefused: string | undefined;
  /** Parts whose deletion was refused when that was tried last. */
  readonly undeletable: readonly GrantPart[];
  /** Why the last attempt to write the ledger failed, whatever it was about, one sentence; undefined if it did not. It is told, and decides nothing. */
  readonly ledgerRefusal: string | undefined;
  /** When the ledger could begin at the earliest, in milliseconds since the epoch by the API server's clock; undefined while that is not known. */
  readonly ledgerSince: number | undefined;
  /** See `Footing.archivedUntil`. */
  readonly archivedUntil: number | undefined;
  readonly settings: BreakGlassSettings;
}

/** An entry as the state machine asks for it; place, time and hash are added by the ledger. */
export type EntryDraft = Omit<LedgerEntry, "v" | "chain" | "seq" | "prevHash" | "time" | "hash">;

/** The one thing to do next. */
export type Step =
  | { readonly verb: "record"; readonly entry: EntryDraft }
  | { readonly verb: "create"; readonly object: GrantObject }
  | { readonly verb: "delete"; readonly object: LiveGrantObject }
  | { readonly verb: "status"; readonly status: BreakGlassRequestStatus }
  /** Nothing to do before this time (milliseconds since the epoch), or at all as long as nothing changes. */
  | { readonly verb: "wait"; readonly until: number | undefined };
