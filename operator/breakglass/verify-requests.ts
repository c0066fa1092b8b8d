/** Holds what the ledger says that was asked for, and for how long, against the request itself: for the broker, which goes by it, and for auditors. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { wasEscalated } from "./escalation.ts";
import type { Story } from "./history.ts";
import { durationSeconds } from "./profiles.ts";
import { unixSeconds } from "./times.ts";
import type { StoredRequest } from "./types.ts";

/** Seconds by which a deadline may be later than the time of its entry and the granted time give: both have whole seconds. */
const ROUNDING = 1;

/** What an entry tells otherwise than the request does, each as the rest of a sentence. Of a request that is gone only the ledger is asked. */
export function requestProblems(entry: LedgerEntry, story: Story, request: StoredRequest | undefined): readonly string[] {
  if (entry.type === "Requested") return request === undefined ? [] : asked(entry, request);
  if (entry.type === "Escalated") return escalated(story);
  if (entry.type === "Approved") return approved(entry, story, request);
  return entry.type === "Issuing" ? issued(entry, story) : [];
}

function asked({ actor, details = {} }: LedgerEntry, { namespace, name, spec }: StoredRequest): readonly string[] {
  const truth: Readonly<Record<string, readonly [told: string | undefined, is: string | undefined]>> = {
    requester: [actor, spec.requester?.username ?? ""],
    "uid of the requester": [details["requesterUID"], spec.requester?.uid],
    namespace: [details["namespace"], namespace],
    request: [details["request"], name],
    profile: [details["profile"], spec.profile],
    duration: [details["duration"], spec.duration],
    startTime: [details["startTime"], spec.startTime],
    // Who asks to skip what nobody skips has asked for the approvals.
    bypass: [details["bypass"], spec.bypass === true && details["unbounded"] !== "true" ? "true" : undefined],
    drill: [details["drill"], spec.drill === true ? "true" : undefined],
  };
  return Object.entries(truth)
    .filter(([, [told, is]]) => told !== is)
    .map(([field, [told = "none", is = "none"]]) => `tells of ${field} ${told}, where the request says ${is}`);
}

function escalated(story: Story): readonly string[] {
  if (wasEscalated(story)) return [];
  const from = story.requested?.details?.["escalatesAt"];
  return [from === undefined ? "asks stand-ins, which the profile has none of" : `asks stand-ins before ${from}, when the profile lets it`];
}

function approved({ details = {} }: LedgerEntry, { requested }: Story, request: StoredRequest | undefined): readonly string[] {
  const isBypass = details["bypass"] === "true";
  const wasAsked = request === undefined ? requested?.details?.["bypass"] === "true" : request.spec.bypass === true;
  const seconds = durationSeconds(request?.spec.duration ?? requested?.details?.["duration"] ?? "");
  return [
    ...(isBypass && !wasAsked ? ["skips the approval, which the request did not ask for"] : []),
    ...(Number(details["duration"]) <= seconds ? [] : ["grants more time than the request asks for"]),
  ];
}

function issued({ time, deadline = "" }: LedgerEntry, { approved: approval }: Story): readonly string[] {
  // One that was never approved is told as out of order.
  if (approval === undefined) return [];
  const seconds = Number(approval.details?.["duration"]);
  return unixSeconds(deadline) - unixSeconds(time) <= seconds + ROUNDING ? [] : ["sets a later deadline than was approved"];
}
