/** Runs `break-glass can`, which shows users what emergency access they may ask for and decide on. */
import type { BreakGlassProfile } from "../../api/break-glass.ts";
import { unboundedNotice } from "../../api/grantable-roles.ts";
import { BREAK_GLASS_PROFILES, GROUP } from "../../api/names.ts";
import { visible } from "../../api/visible.ts";
import { approvalsRequired } from "../../breakglass/profiles.ts";
import type { ResourceType, Transport } from "../../cluster/types.ts";
import { type ClusterOptions, withCluster } from "../cluster-access.ts";
import type { CommandIo } from "../io.ts";
import { printJson } from "../manifest-text.ts";
import { printTable } from "../visible-text.ts";
import { ask, type Caller, readSection, whoAmI } from "./objects.ts";
import { rehearse, type Terms } from "./rehearsal.ts";

const REVIEW_OF_RULES: ResourceType = { apiVersion: "authorization.k8s.io/v1", resource: "selfsubjectrulesreviews", namespaced: false };

/** Verbs on profiles, and what they are called here. */
const ASK = "request";
const RIGHTS: Readonly<Record<string, string>> = {
  use: ASK,
  approve: "approve",
  "stand-in": "stand-in",
  revoke: "revoke",
  review: "review",
};

export interface CanOptions extends ClusterOptions {
  /** Profiles for the whole cluster are asked for in this namespace. */
  readonly breakGlassNamespace: string;
}

/** One profile, as far as the user may see it. */
interface Possibility extends Terms {
  readonly profile: string;
  readonly may: readonly string[];
}

/**
 * Prints the profiles of a namespace on which the user has rights; with their terms where the user may read the baseline, or ask for them.
 * @returns exit code: 0 fine, 2 refused, 3 cannot reach the cluster
 */
export function runCan(options: CanOptions, io: CommandIo): Promise<number> {
  return withCluster(options, io, async ({ transport, namespace }) => {
    const scope = namespace === options.breakGlassNamespace ? "cluster" : { namespace };
    const [rules, stated, caller] = await Promise.all([rulesIn(transport, namespace), readSection(transport, scope), whoAmI(transport)]);
    const profiles = new Map((stated?.section?.profiles ?? []).map((profile) => [profile.name, profile]));
    const named = rules.flatMap(({ resourceNames = [] }) => resourceNames);
    const termsOf = async (name: string, may: readonly string[]): Promise<Terms> => {
      const profile = profiles.get(name);
      if (profile !== undefined) return details(profile, caller, stated?.standing ?? "");
      return may.includes(ASK) ? rehearse(transport, { namespace, profile: name, person: caller.person }) : {};
    };
    const allowed = [...new Set([...profiles.keys(), ...named])]
      .sort()
      .map((name) => ({ profile: name, may: rightsOn(name, rules) }))
      .filter(({ may }) => may.length > 0);
    const possibilities = await Promise.all(allowed.map(async ({ profile, may }) => ({ profile, may, ...(await termsOf(profile, may)) })));
    if (options.output === "json") io.stdout(printJson({ namespace, profiles: possibilities }));
    else io.stdout(printed(possibilities, { namespace, isForCluster: scope === "cluster" }));
    return 0;
  });
}

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  /** Absent: all. */
  readonly resourceNames?: readonly string[];
}

async function rulesIn(transport: Transport, namespace: string): Promise<readonly Rule[]> {
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
  const { status } = await ask<{ status: { resourceRules: readonly Rule[] } }>(transport, REVIEW_OF_RULES, body);
  return status.resourceRules.filter(
    ({ apiGroups, resources }) => matches(apiGroups ?? [], GROUP) && matches(resources ?? [], BREAK_GLASS_PROFILES),
  );
}

function matches(names: readonly string[], name: string): boolean {
  return names.includes("*") || names.includes(name);
}

function rightsOn(profile: string, rules: readonly Rule[]): readonly string[] {
  const about = rules.filter(({ resourceNames = [] }) => resourceNames.length === 0 || resourceNames.includes(profile));
  return Object.entries(RIGHTS)
    .filter(([verb]) => about.some(({ verbs }) => matches(verbs, verb)))
    .map(([, right]) => right);
}

function details(profile: BreakGlassProfile, { groups }: Caller, standing: string): Terms {
  const { role, maxDuration, approvers, bypass } = profile;
  const skips = bypass?.allowed === true && bypass.groups?.some((group) => groups.includes(group));
  const caution = unboundedNotice(role);
  // Which roles are such is a matter of the operator's settings: it alone knows, and says so of the baseline.
  const isUnbounded = standing.includes(caution);
  return {
    role,
    maxDuration,
    approvals: approvalsRequired({ ...profile, approvers: { required: 1, ...approvers } }, { isUnbounded }),
    ...(skips && bypass.maxDuration && !isUnbounded ? { bypass: bypass.maxDuration } : {}),
    ...(approvers.escalation === undefined ? {} : { standIns: approvers.escalation }),
    ...(isUnbounded ? { caution } : {}),
  };
}

interface Place {
  readonly namespace: string;
  readonly isForCluster: boolean;
}

function printed(possibilities: readonly Possibility[], { namespace, isForCluster }: Place): string {
  if (possibilities.length === 0) return `namespace ${namespace} has no emergency access that you may ask for or decide on\n`;
  const header = ["PROFILE", "YOU MAY", "ROLE", "LONGEST", "APPROVALS", "WITHOUT APPROVAL"];
  const lines = possibilities.flatMap((each) => remarks(each, isForCluster).map((remark) => `profile ${each.profile}: ${remark}`));
  return printTable([header, ...possibilities.map(cells)]) + lines.map((line) => `${visible(line)}\n`).join("");
}

/** What has no place in the table. Only for the whole cluster are roles granted that can make themselves permanent. */
function remarks({ role, caution, standIns }: Possibility, isForCluster: boolean): readonly string[] {
  return [
    ...(standIns === undefined ? [] : [`where the approvers do not answer for ${standIns.after}, ask ${standIns.groups.join(", ")}`]),
    ...(caution === undefined ? [] : [`mind that ${caution}`]),
    ...(isForCluster && role === undefined ? ["whether the role can make itself permanent is not known from here"] : []),
  ];
}

function cells({ profile, may, role, maxDuration, approvals, bypass }: Possibility): readonly string[] {
  const unknown = "?";
  const skipping = role === undefined ? unknown : (bypass ?? "no");
  return [profile, may.join(","), role ?? unknown, maxDuration ?? unknown, String(approvals ?? unknown), skipping];
}
