/** Runs `break-glass show`, which tells one request in full: who asked for what and why, what it lets them do, and how far it is. */
import { type ClusterOptions, withCluster } from "../cluster-access.ts";
import type { CommandIo } from "../io.ts";
import { printJson } from "../manifest-text.ts";
import { rightsInWords } from "../rights-text.ts";
import { printTable } from "../visible-text.ts";
import { type Case, type CaseDecision, readCase } from "./case.ts";
import { cautionAbout, getRequest, isOpen, type StoredBreakGlassRequest, standing } from "./objects.ts";

export interface ShowOptions extends ClusterOptions {
  /** Of the request. */
  readonly name: string;
  /** Requests in it are for the whole cluster. */
  readonly breakGlassNamespace: string;
}

/**
 * Prints one request and all that belongs to it, as far as the user may read it.
 * @returns exit code: 0 fine, 2 refused, 3 cannot reach the cluster
 */
export function runShow(options: ShowOptions, io: CommandIo): Promise<number> {
  return withCluster(options, io, async ({ transport, namespace }) => {
    const request = await getRequest(transport, { namespace, name: options.name });
    const shown = await readCase(transport, request, scopeIn(namespace, options));
    io.stdout(options.output === "json" ? printJson(shown) : printCase(shown, options));
    return 0;
  });
}

/** Where the profile of a request in this namespace is. */
export function scopeIn(
  namespace: string,
  { breakGlassNamespace }: Pick<ShowOptions, "breakGlassNamespace">,
): { readonly namespace: string } | "cluster" {
  return namespace === breakGlassNamespace ? "cluster" : { namespace };
}

/** A request as people read it: one line per fact, harmless to a terminal. */
export function printCase(shown: Case, { breakGlassNamespace }: Pick<ShowOptions, "breakGlassNamespace">): string {
  const { request, decisions } = shown;
  const { metadata, spec } = request;
  const place = metadata.namespace === breakGlassNamespace ? "the whole cluster" : `namespace ${metadata.namespace}`;
  return printTable([
    ["request", `${metadata.name}${spec.drill ? " (drill)" : ""}`],
    ["where", place],
    ["who", spec.requester?.username ?? "?"],
    ["why", spec.reason],
    ["ticket", spec.ticket ?? "none"],
    ["how long", `${spec.duration}${spec.bypass ? ", without approval" : ""} (profile ${spec.profile})`],
    ...(spec.startTime === undefined ? [] : [["from", spec.startTime]]),
    ...under("rights", rights(shown, place)),
    ["state", stateOf(request)],
    ["until", untilOf(request)],
    ...under("decided", decisions.length === 0 ? ["nobody decided yet"] : decisions.map(decisionText)),
    ...reviewOf(request),
  ]);
}

/** One label for several lines. */
function under(label: string, lines: readonly string[]): readonly (readonly string[])[] {
  return lines.map((line, index) => [index === 0 ? label : "", line]);
}

function rights({ request, role }: Case, place: string): readonly string[] {
  if (role.name === undefined) return ["not known before the operator has looked at the request"];
  const caution = cautionAbout(request);
  const head = `ClusterRole ${role.name} in ${place}${caution === undefined ? "" : `; mind that ${caution}`}`;
  if (role.rules === undefined)
    return [`${head}: you may not read what it allows, ask somebody who may: kubectl describe clusterrole ${role.name}`];
  if (role.rules.length === 0) return [`${head}, which allows nothing`];
  const warning = role.isChanged ? ["its rules were changed after the request was made: the operator will cancel it"] : [];
  return [head, ...warning, ...rightsInWords(role.rules)];
}

/** How an active one is used is told to whoever asked for it. */
function stateOf(request: StoredBreakGlassRequest): string {
  const phase = request.status?.phase ?? "New";
  const text = phase === "Active" ? "" : standing(request);
  return text === "" ? phase : `${phase}: ${text}`;
}

function untilOf(request: StoredBreakGlassRequest): string {
  const { status } = request;
  if (!isOpen(request) && status?.endedAt !== undefined) return `ended ${status.endedAt}`;
  if (status?.deadline !== undefined) return status.deadline;
  return status?.pendingUntil === undefined ? "?" : `to be decided until ${status.pendingUntil}`;
}

function decisionText({ spec, verdict }: CaseDecision): string {
  const limit = spec.maxDuration === undefined ? "" : ` for ${spec.maxDuration} at most`;
  const comment = spec.comment === undefined ? "" : `: "${spec.comment}"`;
  return `${spec.decision} by ${spec.approver?.username ?? "?"}${spec.standIn ? " as a stand-in" : ""}${limit}${comment}${judged(verdict)}`;
}

function judged(verdict: CaseDecision["verdict"]): string {
  if (verdict === undefined) return " (the operator has not looked at it yet)";
  return verdict.counts ? "" : ` (does not count: ${verdict.message ?? "no reason given"})`;
}

function reviewOf({ status }: StoredBreakGlassRequest): readonly (readonly string[])[] {
  return status?.review === undefined ? [] : [["reviewed", `by ${status.review.reviewer}, ${status.review.time}`]];
}
