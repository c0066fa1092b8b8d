/** Asks for emergency access in tests, decides on it, uses it and waits for what became of it. */
import type { BreakGlassProfile } from "../../operator/api/break-glass.ts";
import type { BreakGlassAuditEntry, LedgerEntry } from "../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassDecision, BreakGlassDecisionSpec } from "../../operator/api/break-glass-decision.ts";
import type {
  BreakGlassPerson,
  BreakGlassPhase,
  BreakGlassRequest,
  BreakGlassRequestSpec,
} from "../../operator/api/break-glass-request.ts";
import type { ApiClient, ObjectRef } from "./api-client.ts";
import { admin } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { authorizerCaughtUp } from "./server-caches.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";

export const BREAK_GLASS_NAMESPACE = "securitybaseline-breakglass";
export const REASON = "checkout answers 500 since the last rollout";

/** Group `oncall` asks, group `leads` approves; one approval, half an hour, and eleven minutes without approval. */
export const INCIDENT: BreakGlassProfile = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 1 },
  maxDuration: "30m",
  bypass: { allowed: true, groups: ["oncall"], maxDuration: "11m" },
};

/** Somebody with a client and the name under which the API server knows them. */
export interface Asker {
  readonly name: string;
  readonly client: ApiClient;
}

/** Sends a request for profile `incident` and 20 minutes, unless `spec` says otherwise, in the asker's own name. */
export function ask(asker: Asker, namespace: string, spec: Partial<BreakGlassRequestSpec> = {}): Promise<BreakGlassRequest> {
  const requester: BreakGlassPerson = { username: asker.name };
  return asker.client.create({
    apiVersion: API_VERSION,
    kind: "BreakGlassRequest",
    metadata: { namespace, generateName: "incident-" } as object,
    spec: { profile: "incident", duration: "20m", reason: REASON, requester, ...spec },
  });
}

/** Sends a decision about a request in the decider's own name. An approval names the profile hash that the request's status shows. */
export async function decideOn(
  decider: Asker,
  request: BreakGlassRequest,
  decision: BreakGlassDecisionSpec["decision"],
  spec: Partial<BreakGlassDecisionSpec> = {},
): Promise<BreakGlassDecision> {
  const { namespace, name, uid = "" } = request.metadata;
  const { status } = await readRequest(request);
  const profileHash = status?.resolved?.profileHash;
  return decider.client.create({
    apiVersion: API_VERSION,
    kind: "BreakGlassDecision",
    metadata: { namespace, generateName: `${name}-` } as object,
    spec: {
      requestRef: { name, uid },
      profile: request.spec.profile,
      decision,
      approver: { username: decider.name },
      ...(profileHash !== undefined && { profileHash }),
      ...spec,
    },
  });
}

export function readRequest(request: BreakGlassRequest): Promise<BreakGlassRequest> {
  return admin().get(requestRef(request));
}

export function requestRef({ metadata: { namespace, name } }: BreakGlassRequest): ObjectRef {
  return { apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name };
}

/** Waits until the status tells this phase; answers the request. */
export function awaitPhase(request: BreakGlassRequest, phase: BreakGlassPhase, timeout?: number): Promise<BreakGlassRequest> {
  const probe = async (): Promise<BreakGlassRequest> => {
    const current = await readRequest(request);
    if (current.status?.phase === phase) return current;
    throw new Error(JSON.stringify(current.status ?? "no status"));
  };
  return eventually(`request ${request.metadata.name} is ${phase}`, probe, timeout);
}

/** Asks for access without approval, and waits until it can be used. */
export async function bypass(asker: Asker, namespace: string, spec: Partial<BreakGlassRequestSpec> = {}): Promise<BreakGlassRequest> {
  return awaitPhase(await ask(asker, namespace, { bypass: true, duration: "11m", ...spec }), "Active");
}

/** The ledger in the order in which it was written; other tests may keep chains of their own in it. */
export async function ledger(): Promise<BreakGlassAuditEntry[]> {
  const entries = await admin().list<BreakGlassAuditEntry>(API_VERSION, "BreakGlassAuditEntry", { namespace: BREAK_GLASS_NAMESPACE });
  return entries.sort((a, b) => a.spec.seq - b.spec.seq);
}

/** What the ledger tells of a request, in order. */
export async function entriesAbout({ metadata: { uid } }: BreakGlassRequest): Promise<LedgerEntry[]> {
  return (await ledger()).map(({ spec }) => spec).filter(({ requestUID }) => requestUID === uid);
}

/** The ServiceAccount of an active grant. */
export function identityOf(request: BreakGlassRequest): string {
  const name = request.status?.grant?.serviceAccount;
  if (name === undefined) throw new Error("the request has no grant");
  return name;
}

/**
 * Mints a token of a grant as somebody, for `seconds` (600 at least), and answers a client that uses it. The API server knows all rights of the
 * grant by then.
 */
export async function mint(minter: ApiClient, identity: string, seconds = 600): Promise<ApiClient> {
  await authorizerCaughtUp();
  return admin().as({ token: await minter.createToken(BREAK_GLASS_NAMESPACE, identity, seconds) });
}

/** Every object of a grant that is there, by kind; for cluster scope leave out the namespace. */
export async function objectsOf(identity: string, namespace?: string): Promise<string[]> {
  const rbac = "rbac.authorization.k8s.io/v1";
  const own = { namespace: BREAK_GLASS_NAMESPACE, name: identity };
  const refs: readonly ObjectRef[] = [
    { apiVersion: "v1", kind: "ServiceAccount", ...own },
    namespace === undefined
      ? { apiVersion: rbac, kind: "ClusterRoleBinding", name: identity }
      : { apiVersion: rbac, kind: "RoleBinding", namespace, name: identity },
    { apiVersion: rbac, kind: "Role", ...own },
    { apiVersion: rbac, kind: "RoleBinding", ...own },
  ];
  const found = await Promise.all(
    refs.map(async (ref) => ((await admin().find(ref)) === undefined ? [] : [`${ref.kind} ${ref.namespace ?? ""}`])),
  );
  return found.flat();
}
