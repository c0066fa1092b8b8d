/** Sets the scene for tests of the break-glass policies: a namespace with profiles, people with the rights that its baseline gives, and attempts that change nothing. */
import type { BreakGlassProfile, BreakGlassSection } from "../../operator/api/break-glass.ts";
import type { BreakGlassDecision } from "../../operator/api/break-glass-decision.ts";
import type { BreakGlassRequest } from "../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "./api-client.ts";
import { admin, freshNamespace, impersonate } from "./cluster.ts";
import { MARK, RBAC, writeBaseline } from "./operator-token.ts";
import { refusal } from "./refusal.ts";
import { authorizerCaughtUp } from "./server-caches.ts";

export const API_VERSION = "securitybaseline.dev/v1alpha1";
export const BG = "securitybaseline-breakglass";
export const OPERATOR = "system:serviceaccount:securitybaseline-system:securitybaseline-operator";

/** Group `oncall` asks for `incident`, group `leads` decides, and `managers` stand in; `database` is for others, and has neither ticket nor bypass. */
export const PROFILES: readonly BreakGlassProfile[] = [
  {
    name: "incident",
    role: "sb-incident-admin",
    requesters: { groups: ["oncall"] },
    approvers: { groups: ["leads"], escalation: { after: "10m", groups: ["managers"] } },
    maxDuration: "1h",
    ticketPattern: "^INC-[0-9]+$",
    bypass: { allowed: true, groups: ["seniors"], maxDuration: "30m" },
  },
  {
    name: "database",
    role: "sb-incident-admin",
    requesters: { groups: ["dbas"] },
    approvers: { groups: ["leads", "dba-leads"], required: 2 },
    maxDuration: "30m",
  },
];

/** Anybody, with any right: only policies refuse. What the API server authenticated is the name alone. */
export function mighty(user: string, ...groups: string[]): ApiClient {
  return impersonate(user, "system:masters", ...groups);
}

/** A well-formed name of a grant that ends in so many seconds from now. */
export function grantNameIn(seconds: number, tag = "abcdef0123"): string {
  return `bg-${tag}-${Math.floor(Date.now() / 1000) + seconds}`;
}

/** A client by which an object is tried: the server judges it and stores nothing. */
export async function attempt(client: ApiClient, object: KubernetesObject): Promise<KubernetesObject> {
  const { apiVersion = "", kind = "", metadata: { namespace } = {} } = object;
  const path = await admin().path({ apiVersion, kind, name: "", ...(namespace !== undefined && { namespace }) });
  return client.send({ method: "POST", path: `${path}?dryRun=All`, body: object });
}

/** What the API server says, with status 422, where a policy lacks what it judges by. */
export const NO_PARAMS = "no params found for policy binding with `Deny` parameterNotFoundAction";

/** What a policy answered; throws where something else refused. */
export async function policyRefusal(outcome: Promise<unknown>): Promise<string> {
  const { message, status } = await refusal(outcome);
  const expected = message.includes(NO_PARAMS) ? 422 : 403;
  if (status !== expected || !message.includes("ValidatingAdmissionPolicy")) throw new Error(`refused by no policy: ${message}`);
  return message;
}

/** A namespace with these profiles in its baseline, and the Roles that follow from them. Answers once the API server knows all of it. */
export async function policedNamespace(section: BreakGlassSection = { profiles: PROFILES }): Promise<string> {
  const namespace = await freshNamespace("policed", MARK);
  await writeBaseline(namespace, { breakGlass: section });
  for (const profile of section.profiles ?? []) await giveRights(namespace, profile);
  await authorizerCaughtUp();
  return namespace;
}

/** Rights as the operator gives them, without an operator. */
async function giveRights(namespace: string, { name, requesters, approvers, bypass }: BreakGlassProfile): Promise<void> {
  const people = {
    request: [...requesters.groups, ...(bypass?.groups ?? [])],
    approve: approvers.groups,
    "stand-in": approvers.escalation?.groups ?? [],
  };
  const rules = {
    request: [rule("breakglassrequests", ["create"]), rule("breakglassdecisions", ["create"]), rule("breakglassprofiles", ["use"], name)],
    approve: [rule("breakglassdecisions", ["create"]), rule("breakglassprofiles", ["approve", "revoke", "review"], name)],
    "stand-in": [rule("breakglassdecisions", ["create"]), rule("breakglassprofiles", ["stand-in", "revoke", "review"], name)],
  };
  for (const side of ["request", "approve", "stand-in"] as const) {
    const metadata = { namespace, name: `break-glass-${side}-${name}` };
    await admin().apply({ apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules: rules[side] });
    const subjects = people[side].map((group) => ({ apiGroup: RBAC, kind: "Group", name: group }));
    const roleRef = { apiGroup: RBAC, kind: "Role", name: metadata.name };
    await admin().apply({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata, subjects, roleRef });
  }
}

function rule(resource: string, verbs: readonly string[], name?: string): object {
  return { apiGroups: ["securitybaseline.dev"], resources: [resource], verbs, ...(name !== undefined && { resourceNames: [name] }) };
}

/** Fields of a spec; those that are undefined are left out. */
type RequestSpec = Partial<Record<keyof BreakGlassRequest["spec"], unknown>>;

/** A request that every policy lets pass, unless `spec` or `metadata` says otherwise. */
export function requestOf(namespace: string, username: string, spec: RequestSpec = {}, metadata: object = {}): KubernetesObject {
  return {
    apiVersion: API_VERSION,
    kind: "BreakGlassRequest",
    metadata: { namespace, name: "checkout", ...metadata },
    spec: {
      profile: "incident",
      duration: "20m",
      reason: "checkout answers 500 since the last rollout",
      ticket: "INC-7",
      requester: { username },
      ...spec,
    },
  };
}

type DecisionSpec = Partial<Record<keyof BreakGlassDecision["spec"], unknown>>;

/** A decision about a request for profile `incident`, an approval unless `spec` says otherwise. */
export function decisionOn(request: KubernetesObject, username: string, spec: DecisionSpec = {}, metadata: object = {}): KubernetesObject {
  const { namespace = "", name = "", uid = "" } = request.metadata ?? {};
  const decision = spec.decision ?? "Approve";
  return {
    apiVersion: API_VERSION,
    kind: "BreakGlassDecision",
    metadata: { namespace, name: "my-decision", ...metadata },
    spec: {
      requestRef: { name, uid },
      profile: "incident",
      decision,
      approver: { username },
      ...(decision === "Approve" && { profileHash: "0".repeat(64) }),
      ...spec,
    },
  };
}
