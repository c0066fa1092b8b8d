/** Words what people are told about emergency access while it happens: which entries of the ledger are news, and in which words. */
import type { LedgerEntry, LedgerEntryType } from "../api/break-glass-audit-entry.ts";
import { unboundedNotice } from "../api/grantable-roles.ts";
import type { JsonObject } from "../api/json.ts";
import { storyOf } from "../breakglass/history.ts";

/** One piece of news. A public form: fields are added, never changed; what is undefined is left out. */
export interface Notification {
  /** Type of the entry. */
  readonly event: LedgerEntryType;
  /** RFC 3339. */
  readonly time: string;
  readonly namespace: string;
  /** Name of the request. */
  readonly request: string;
  readonly profile: string;
  /** ClusterRole. */
  readonly role: string;
  /** Username of who asks. */
  readonly requester: string;
  /** Username of whose doing it was; `operator` where it was nobody's. */
  readonly actor: string;
  readonly reason: string;
  readonly ticket: string | undefined;
  /** As asked for, for example `30m`. */
  readonly duration: string;
  /** RFC 3339; undefined before it is fixed. */
  readonly deadline: string | undefined;
  readonly drill: boolean;
  /** The approval is to be skipped, or was. */
  readonly bypass: boolean;
  /** The role is one of which a grant can make itself permanent. */
  readonly unbounded: boolean;
  /** Groups that were not asked. */
  readonly skippedApprovers: readonly string[];
  /** Groups that stand in for the approvers, since these did not answer; empty before. */
  readonly standIns: readonly string[];
  /** Undefined while the request is neither over nor being taken back. */
  readonly endReason: string | undefined;
  /** What whoever reads it is most likely to run next, to be copied into a shell; undefined where there is nothing to do. */
  readonly command: string | undefined;
  /** The entry, to look it up. */
  readonly ledger: { readonly chain: string; readonly seq: number; readonly hash: string };
}

/** Forms in which webhooks take messages. */
export type NotificationFormat = "generic" | "slack";

/** Prints a piece of news in a form. `slack` is what incoming webhooks of Slack take, and of those that are compatible with it. */
export const NOTIFICATION_FORMATS: Readonly<Record<NotificationFormat, (news: Notification) => JsonObject>> = {
  generic: (news) => ({ ...news }),
  slack: (news) => ({ text: slackText(news) }),
};

type Sentence = (news: Notification) => string;

const ended: Sentence = (news) => `ended (${news.event}, ${news.endReason ?? "no reason given"}) by ${news.actor}`;

/** What to say of each type of entry; nothing of those that are news to nobody. Behind the words on its request, where there is one. */
const SENTENCES: Readonly<Record<LedgerEntryType, Sentence | undefined>> = {
  Requested: ({ requester, duration, bypass }) => `requested by ${requester} for ${duration}${bypass ? ", without approval" : ""}`,
  Escalated: ({ standIns }) => `has not been approved yet: members of ${standIns.join(", ")} stand in from now on`,
  Approved: (news) => (news.bypass ? `skips the approval of ${news.skippedApprovers.join(", ")}` : `approved, last by ${news.actor}`),
  Issuing: undefined,
  Active: ({ requester, deadline }) => `in use by ${requester} until ${deadline ?? "its deadline"}`,
  Suspended: ({ endReason }) => `suspended (${endReason ?? "no reason given"}): it is being taken back`,
  Denied: ended,
  Withdrawn: ended,
  TimedOut: ended,
  Expired: ended,
  Revoked: ended,
  Failed: ended,
  Reviewed: ({ actor }) => `reviewed by ${actor}`,
  Removed: ({ namespace, ledger }) =>
    `Objects of emergency access ${namespace === "" ? "in the cluster" : `in ${namespace}`} were removed that no request explains (entry ${ledger.seq} of the ledger): was the token of the operator stolen?`,
  Checkpoint: ({ actor, ledger }) =>
    `The beginning of the ledger of emergency access was archived by ${actor} (entry ${ledger.seq} of the ledger): somebody else may now delete those entries.`,
};

/** What comes next, in the words of `break-glass`; undefined where nothing does. */
const NEXT: Readonly<Record<LedgerEntryType, (told: Told) => string | undefined>> = {
  Requested: ({ bypass }) => (bypass ? "show" : "approve"),
  Escalated: () => "approve",
  Approved: () => "show",
  Issuing: () => undefined,
  Active: () => "revoke",
  Suspended: () => "show",
  Denied: () => undefined,
  TimedOut: () => undefined,
  Withdrawn: review,
  Expired: review,
  Revoked: review,
  Failed: review,
  Reviewed: () => undefined,
  Removed: () => undefined,
  Checkpoint: () => undefined,
};

interface Told {
  readonly bypass: boolean;
  readonly drill: boolean;
  /** There was access, if only for a moment. */
  readonly wasActive: boolean;
}

function review({ drill, wasActive }: Told): string | undefined {
  return wasActive && !drill ? "review" : undefined;
}

/** Names as the API server admits them: to a shell each is one word. An entry that was forged may hold others, and nobody should run those. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

function commandFor(verb: string | undefined, { namespace, request }: Pick<Notification, "namespace" | "request">): string | undefined {
  if (verb === undefined || !NAME.test(namespace) || !NAME.test(request)) return undefined;
  return `securitybaseline break-glass ${verb} ${request} -n ${namespace}`;
}

/** The news that an entry is, or undefined. `history`: entries of its request, itself included. */
export function notificationOf(entry: LedgerEntry, history: readonly LedgerEntry[]): Notification | undefined {
  if (SENTENCES[entry.type] === undefined) return undefined;
  const { namespace, request, profile, requester, drill, isUnbounded, resolved, requested, escalated, approved, active } = storyOf(history);
  const place = entry.details?.["namespace"] ?? "";
  const asked = (key: string): string | undefined => requested?.details?.[key];
  const terms = (approved ?? requested)?.details;
  const bypass = terms?.["bypass"] === "true";
  const { chain, seq, hash } = entry;
  return {
    event: entry.type,
    time: entry.time,
    namespace: namespace || place,
    request,
    profile,
    role: resolved.role,
    requester,
    actor: entry.actor,
    reason: asked("reason") ?? "",
    ticket: asked("ticket"),
    duration: asked("duration") ?? "",
    deadline: entry.deadline,
    drill,
    bypass,
    unbounded: isUnbounded,
    skippedApprovers: groupsIn(approved?.details?.["skipped"] ?? "[]"),
    standIns: groupsIn(escalated?.details?.["standIns"] ?? "[]"),
    endReason: entry.details?.["endReason"],
    command: commandFor(NEXT[entry.type]({ bypass, drill, wasActive: active !== undefined }), { namespace, request }),
    ledger: { chain, seq, hash },
  };
}

/** The ledger keeps them as a JSON array; news are told even if somebody broke it. */
function groupsIn(text: string): readonly string[] {
  try {
    const groups: unknown = JSON.parse(text);
    return Array.isArray(groups) ? groups.map(String) : [];
  } catch {
    return [];
  }
}

/** Control, format and separator characters: none may end a line or turn letters round. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * What people wrote is plain text: it can neither address others (`<!channel>`, `@here`) nor look like a line or a command of ours. The command stands
 * in a line of its own.
 */
function slackText(news: Notification): string {
  const { event, drill, namespace, request, profile, role, reason, ticket, unbounded, command } = news;
  const sentence = SENTENCES[event]?.(news) ?? event;
  if (request === "") return plainText(sentence);
  const head = `${drill ? "Drill: emergency" : "Emergency"} access ${request} in ${namespace} (profile ${profile}, ClusterRole ${role})`;
  const tail = `Reason: ${reason}${ticket === undefined ? "" : ` (${ticket})`}`;
  const notice = unbounded ? ` Mind that ${unboundedNotice(role)}.` : "";
  const plain = plainText(`${head} ${sentence}.${notice} ${tail}`);
  return command === undefined ? plain : `${plain}\n\`${command}\``;
}

function plainText(text: string): string {
  return text
    .replace(INVISIBLE, " ")
    .replaceAll("`", "'")
    .replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)
    .replaceAll("@", "@\u200b");
}
