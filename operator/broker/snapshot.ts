/** Gathers all that the next step of one request depends on, taken from the caches at one moment and never from the API server. */
import type { BreakGlassProfile, BreakGlassSection } from "../api/break-glass.ts";
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { SectionMode } from "../api/shared-types.ts";
import { boundsOfRole } from "../breakglass/allowed-roles.ts";
import { bindingNamespace, GRANT_KINDS, scopeOf } from "../breakglass/grant.ts";
import { requesterIn, type Story, storyOf, waitsForReview } from "../breakglass/history.ts";
import { isSamePerson } from "../breakglass/judgement.ts";
import { isReviewOwed, profileHash, roleFor } from "../breakglass/profiles.ts";
import {
  type BreakGlassSettings,
  type CurrentProfile,
  GRANT_PARTS,
  type GrantPart,
  type LiveGrantObject,
  type Snapshot,
  type StoredRequest,
} from "../breakglass/types.ts";
import { aheadOf } from "./ahead.ts";
import type { BrokerCaches } from "./caches.ts";

/** What a baseline says of emergency access. */
export interface Posture {
  readonly uid: string;
  readonly mode: SectionMode | undefined;
  readonly breakGlass: BreakGlassSection | undefined;
}

/** Reads the ledger. */
export interface Histories {
  /** Entries of one request, in order. */
  history(requestUID: string): readonly LedgerEntry[];
  /** Every request that the ledger tells of. */
  requests(): Iterable<string>;
}

export interface SnapshotSources {
  readonly caches: BrokerCaches;
  readonly histories: Histories;
  readonly settings: BreakGlassSettings;
  /** The baseline that counts in a namespace (in the break-glass namespace: the cluster's); undefined without one, or while namespace or baseline go. */
  readonly postureOf: (namespace: string) => Posture | undefined;
  readonly obstacle: () => string | undefined;
  /** See `Snapshot.policiesLost`. */
  readonly policiesLost: () => string | undefined;
  /** See `Snapshot.ledgerRefusal`. */
  readonly ledgerRefusal: () => string | undefined;
  /** See `Snapshot.ledgerSince`. */
  readonly ledgerSince: () => number | undefined;
  /** See `Snapshot.archivedUntil`. */
  readonly archivedUntil: () => number | undefined;
}

/** What could not be written when that was tried last. */
export type Refused = Pick<Snapshot, "creationRefused" | "ledgerBlocked" | "statusBlocked" | "taken" | "undeletable">;

/** When a look is taken, and after what. */
export interface Moment extends Refused {
  /** In milliseconds by the API server's clock. */
  readonly now: number;
}

/** Everything about the request of this uid. */
export function snapshotOf(sources: SnapshotSources, uid: string, { now, ...refused }: Moment): Snapshot {
  const { caches, histories, settings } = sources;
  const request = caches.requestOf(uid);
  const history = histories.history(uid);
  const story = storyOf(history);
  const profile = profileOf(sources, { namespace: request?.namespace ?? story.namespace, name: request?.spec.profile ?? story.profile });
  // What was asked for is granted: a profile that names another role now is another profile.
  const roleName = story.resolved.role || roleFor(request?.spec ?? {}, profile?.profile);
  return {
    uid,
    request,
    history,
    decisions: caches.decisionsOf(uid),
    profile,
    role: roleName === undefined ? undefined : caches.roles.store.get("", roleName),
    objects: objectsOf(sources, story),
    ahead: request === undefined || history.length > 0 ? 0 : aheadOf(request, now, { caches, histories, profileOf: statedIn(sources) }),
    // It takes a look at the whole ledger, which nobody has before their turn.
    unreviewed: story.phase === "Pending" && owesReview(profile, roleName, settings) ? unreviewedBefore(sources, request) : [],
    obstacle: sources.obstacle(),
    policiesLost: sources.policiesLost(),
    ...refused,
    ledgerRefusal: sources.ledgerRefusal(),
    ledgerSince: sources.ledgerSince(),
    archivedUntil: sources.archivedUntil(),
    settings,
  };
}

interface ProfileName {
  readonly namespace: string;
  readonly name: string;
}

function profileOf(sources: SnapshotSources, name: ProfileName): CurrentProfile | undefined {
  const baselineUID = sources.postureOf(name.namespace)?.uid;
  const profile = statedProfile(sources, name);
  return baselineUID === undefined ? undefined : profile && { profile, baselineUID, hash: profileHash(profile) };
}

function statedProfile({ postureOf }: SnapshotSources, { namespace, name }: ProfileName): BreakGlassProfile | undefined {
  const posture = postureOf(namespace);
  const section = posture?.breakGlass;
  if (posture === undefined || section === undefined || (section.mode ?? posture.mode ?? "Enforce") !== "Enforce") return undefined;
  return section.profiles?.find((each) => each.name === name);
}

function statedIn(sources: SnapshotSources): (request: StoredRequest) => BreakGlassProfile | undefined {
  return ({ namespace, spec }) => statedProfile(sources, { namespace, name: spec.profile });
}

function objectsOf({ caches, settings }: SnapshotSources, { issuing, namespace }: Story): ReadonlyMap<GrantPart, LiveGrantObject> {
  const scope = scopeOf(namespace, settings);
  const live = (part: GrantPart): LiveGrantObject | undefined => {
    const { resource } = GRANT_KINDS[part][scope === "cluster" ? "cluster" : "namespace"];
    const home = part === "binding" ? bindingNamespace(scope) : settings.namespace;
    return caches.grants.get(resource)?.store.get(home, issuing?.grant ?? "");
  };
  return new Map(
    GRANT_PARTS.map((part) => [part, live(part)] as const).filter((pair): pair is [GrantPart, LiveGrantObject] => pair[1] !== undefined),
  );
}

/** Whether an earlier use has to be reviewed before the next one. */
function owesReview(profile: CurrentProfile | undefined, role: string | undefined, settings: BreakGlassSettings): boolean {
  return profile !== undefined && isReviewOwed(profile.profile, boundsOfRole(role, settings));
}

/** Names of requests of the same person for the same profile that were in use, are over, and wait for somebody else to look at them. */
function unreviewedBefore({ histories }: SnapshotSources, request: StoredRequest | undefined): readonly string[] {
  if (request === undefined) return [];
  const { namespace, spec, uid } = request;
  const isAlike = ([first]: readonly LedgerEntry[]): boolean =>
    first?.details?.["namespace"] === namespace && first.details["profile"] === spec.profile;
  const alike = [...histories.requests()].filter((each) => each !== uid).map((each) => histories.history(each));
  const waiting = alike
    .filter(isAlike)
    .map(storyOf)
    .filter((story) => spec.requester !== undefined && isSamePerson(requesterIn(story), spec.requester) && waitsForReview(story));
  return waiting.map((story) => story.request).sort((a, b) => (a < b ? -1 : 1));
}
