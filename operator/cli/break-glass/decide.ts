/** Runs `break-glass approve|deny|revoke|withdraw|review`, by which a person makes one decision about one request. */

import type { DecisionKind } from "../../api/break-glass-decision.ts";
import type { BreakGlassPerson } from "../../api/break-glass-request.ts";
import type { JsonObject } from "../../api/json.ts";
import { API_VERSION } from "../../api/names.ts";
import { visible } from "../../api/visible.ts";
import { isSamePerson } from "../../breakglass/judgement.ts";
import { type ClusterAccess, type ClusterOptions, withCluster } from "../cluster-access.ts";
import { CommandError } from "../failure-text.ts";
import type { CommandIo } from "../io.ts";
import { printJson } from "../manifest-text.ts";
import { type Confirmation, isConfirmed } from "./confirm.ts";
import { DECISION_FLAGS, inFlagWords } from "./flag-words.ts";
import { cautionAbout, create, DECISIONS, getRequest, isUnseen, type StoredBreakGlassRequest, standing, whoAmI } from "./objects.ts";
import { countsLater, isStandIn } from "./stand-in.ts";

export interface DecideOptions extends ClusterOptions, Confirmation {
  /** Of the request. */
  readonly name: string;
  readonly comment?: string | undefined;
  /** Longest access that is approved, for example `20m`. */
  readonly for?: string | undefined;
}

/** Nothing was decided, because the person at the terminal said no. */
const DECLINED = 1;

/** Decisions that stand-ins make, too, and then say so. */
const VOTES: readonly DecisionKind[] = ["Approve", "Deny"];

/** What is said once a decision is made. */
const DONE: Readonly<Record<DecisionKind, string>> = {
  Approve: "approved",
  Deny: "denied",
  Revoke: "revoked",
  Withdraw: "withdrawn",
  Review: "reviewed",
};

/**
 * Makes a decision in the name of the user. Whether they have a say in the profile, the API server judges; what would come to nothing
 * for a reason that the user can see is refused here.
 * @returns exit code: 0 fine, 1 somebody thought better of it, 2 refused, 3 cannot reach the cluster
 */
export function runDecide(decision: DecisionKind, options: DecideOptions, io: CommandIo): Promise<number> {
  const work = async (cluster: ClusterAccess): Promise<number> => {
    const { transport, namespace } = cluster;
    const [request, { person }] = await Promise.all([getRequest(transport, { namespace, name: options.name }), whoAmI(transport)]);
    checkPerson(decision, request, person);
    if (decision === "Approve") checkApprovable(request);
    const standIn = VOTES.includes(decision) && (await isStandIn(transport, request));
    if (decision === "Approve" && !(await isConfirmed(transport, request, { ...options, standIn }, io))) {
      io.stderr("nothing was approved\n");
      return DECLINED;
    }
    const made = await create<JsonObject>(transport, DECISIONS, manifest(decision, options, { request, person, standIn }));
    if (options.output === "json") io.stdout(printJson(made));
    else io.stdout(visible(told(decision, request, { standIn, now: cluster.serverNow() })).concat("\n"));
    return 0;
  };
  return withCluster(options, io, work, { worded: inFlagWords(DECISION_FLAGS) });
}

function manifest(
  decision: DecisionKind,
  { comment, for: maxDuration }: DecideOptions,
  { request, person, standIn }: { readonly request: StoredBreakGlassRequest; readonly person: BreakGlassPerson; readonly standIn: boolean },
): JsonObject {
  const { namespace, name, uid } = request.metadata;
  const profileHash = request.status?.resolved?.profileHash;
  return {
    apiVersion: API_VERSION,
    kind: "BreakGlassDecision",
    metadata: { namespace, generateName: `${name}-` },
    spec: {
      requestRef: { name, uid },
      profile: request.spec.profile,
      decision,
      approver: { ...person },
      ...(profileHash === undefined ? {} : { profileHash }),
      ...(maxDuration === undefined ? {} : { maxDuration }),
      ...(standIn ? { standIn } : {}),
      ...(comment === undefined ? {} : { comment }),
    },
  };
}

/** Decisions that are for everybody but the requester, and what they do. */
const FOR_OTHERS: Readonly<Partial<Record<DecisionKind, string>>> = { Approve: "approve", Deny: "deny", Review: "review" };

/** What the operator would not count. */
function checkPerson(decision: DecisionKind, { metadata, spec }: StoredBreakGlassRequest, person: BreakGlassPerson): void {
  const isOwn = spec.requester !== undefined && isSamePerson(person, spec.requester);
  const act = FOR_OTHERS[decision];
  if (isOwn && act !== undefined) throw new CommandError(`${metadata.name} is your own request: somebody else has to ${act} it`);
  if (!isOwn && decision === "Withdraw") {
    throw new CommandError(`${metadata.name} is not your own request: only who made it withdraws it; revoke or deny it instead`);
  }
}

function checkApprovable(request: StoredBreakGlassRequest): void {
  const { metadata, status } = request;
  if (isUnseen(request)) throw new CommandError(`the operator has not looked at ${metadata.name} yet: try again in a moment`);
  if (status?.phase === undefined) throw new CommandError(`${metadata.name} cannot be approved: ${standing(request)}`);
  if (status.phase !== "Pending") throw new CommandError(`${metadata.name} is ${status.phase}: only a pending request can be approved`);
}

interface Circumstances {
  readonly standIn: boolean;
  /** Milliseconds since the epoch by the API server's clock, if that is known. */
  readonly now: number | undefined;
}

function told(decision: DecisionKind, request: StoredBreakGlassRequest, { standIn, now }: Circumstances): string {
  const later = standIn ? countsLater(request, now) : undefined;
  const said = `${DONE[decision]}${standIn ? ", as a stand-in" : ""}: ${describe(request)}`;
  return later === undefined ? said : `${said}; it ${later}`;
}

/** Whoever decides sees once more about whom and what. */
function describe(request: StoredBreakGlassRequest): string {
  const { metadata, spec } = request;
  const what = `${metadata.name} of ${spec.requester?.username ?? "?"} (profile ${spec.profile}, ${spec.duration}, namespace ${metadata.namespace})`;
  return [what, cautionAbout(request)].filter((part) => part !== undefined).join("; ");
}
