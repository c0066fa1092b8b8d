/** Gathers what somebody who decides about a request has to know: the request, what its role lets do, and what others decided. */
import type { BreakGlassDecision, BreakGlassDecisionSpec } from "../../api/break-glass-decision.ts";
import type { DecisionStatus } from "../../api/break-glass-request.ts";
import type { Json } from "../../api/json.ts";
import { profileHash, roleFor, rulesHash } from "../../breakglass/profiles.ts";
import { suppliedRoles } from "../../breakglass/supplied-roles.ts";
import { objectPath } from "../../cluster/paths.ts";
import type { ResourceType, Transport } from "../../cluster/types.ts";
import { listAll } from "../cluster-access.ts";
import type { RightsRule } from "../rights-text.ts";
import { DECISIONS, HIDDEN, readSection, type StoredBreakGlassRequest, unlessRefused } from "./objects.ts";

const CLUSTER_ROLES: ResourceType = { apiVersion: "rbac.authorization.k8s.io/v1", resource: "clusterroles", namespaced: false };

/** The role of a request. */
export interface CaseRole {
  /** Undefined while nothing that the user may read says it. */
  readonly name: string | undefined;
  /** Undefined where the user may not read ClusterRoles, and it is none that this program knows. */
  readonly rules: readonly RightsRule[] | undefined;
  /** The rules are others than those that the request was judged by. */
  readonly isChanged: boolean;
}

/** A decision with what the operator made of it, if it did by now. */
export interface CaseDecision {
  readonly spec: Pick<BreakGlassDecisionSpec, "decision" | "approver" | "maxDuration" | "standIn" | "comment">;
  readonly verdict: DecisionStatus | undefined;
}

export interface Case {
  readonly request: StoredBreakGlassRequest;
  readonly role: CaseRole;
  /** In the order in which they were made; those that the user may not list only as far as the status tells of them. */
  readonly decisions: readonly CaseDecision[];
}

/** Reads what belongs to a request; `scope` is where its profile is. @throws ApiError */
export async function readCase(
  transport: Transport,
  request: StoredBreakGlassRequest,
  scope: { readonly namespace: string } | "cluster",
): Promise<Case> {
  const [role, decisions] = await Promise.all([readRole(transport, request, scope), readDecisions(transport, request)]);
  return { request, role, decisions };
}

async function readRole(
  transport: Transport,
  { spec, status }: StoredBreakGlassRequest,
  scope: Parameters<typeof readCase>[2],
): Promise<CaseRole> {
  const judged = status?.resolved;
  const profiles = (await readSection(transport, scope))?.section?.profiles;
  const profile = profiles?.find((each) => each.name === spec.profile);
  // Who has the operator's token can write any role into the status, but an approval names the state of the profile, and that has the role in it.
  const isAsJudged = judged === undefined || (profile !== undefined && profileHash(profile) === judged.profileHash);
  const name = isAsJudged ? roleFor(spec, profile) : judged.role;
  if (name === undefined) return { name, rules: undefined, isChanged: false };
  const live = await unlessRefused(transport.request({ method: "GET", path: objectPath({ type: CLUSTER_ROLES, name }) }), HIDDEN);
  if (live === undefined) return { name, rules: suppliedRules(name, judged?.roleRulesHash), isChanged: false };
  const rules = live["rules"] ?? null;
  return {
    name,
    rules: (rules ?? []) as readonly RightsRule[],
    isChanged: judged !== undefined && rulesHash(rules as Json) !== judged.roleRulesHash,
  };
}

/** The rules of a role that comes with the installation, where the fingerprint proves that they are what the request was judged by. */
function suppliedRules(name: string, hash: string | undefined): readonly RightsRule[] | undefined {
  const supplied = suppliedRoles().find(({ metadata }) => (metadata as { name: string }).name === name);
  if (supplied === undefined || hash === undefined || rulesHash(supplied["rules"] ?? null) !== hash) return undefined;
  return supplied["rules"] as unknown as readonly RightsRule[];
}

async function readDecisions(transport: Transport, { metadata, status }: StoredBreakGlassRequest): Promise<readonly CaseDecision[]> {
  const verdicts = status?.decisions ?? [];
  const listed = (await unlessRefused(listAll(transport, DECISIONS, metadata.namespace), HIDDEN)) ?? [];
  const about = listed
    .map((object) => object as unknown as BreakGlassDecision & { metadata: { uid: string; creationTimestamp: string } })
    .filter(({ spec }) => spec.requestRef.uid === metadata.uid)
    .sort((a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp));
  const there = new Set(about.map(({ metadata: { uid } }) => uid));
  const gone = verdicts.filter(({ uid }) => !there.has(uid));
  return [
    ...gone.map((verdict) => ({ spec: specOf(verdict), verdict })),
    ...about.map(({ spec, metadata: { uid } }) => ({ spec, verdict: verdicts.find((verdict) => verdict.uid === uid) })),
  ];
}

function specOf({ decision, approver }: DecisionStatus): CaseDecision["spec"] {
  return { decision: decision as BreakGlassDecisionSpec["decision"], approver: { username: approver } };
}
