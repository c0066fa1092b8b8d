/** Tells whoever waits for a request that does not move what it waits for, whom to ask, and what to do where the operator does not answer. */
import type { BreakGlassDecision } from "../../api/break-glass-decision.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { type Clock, sleep } from "../../cluster/clock.ts";
import { type ClusterAccess, listAll } from "../cluster-access.ts";
import { shellWord } from "../shell-word.ts";
import { DECISIONS, isUnseen, type StoredBreakGlassRequest, standing } from "./objects.ts";

/** Milliseconds after which a person begins to wonder, and after which what they are told may have changed. */
const FIRST = 10_000;
const AGAIN = 30_000;

/** Where to read on. */
const PAGE = "docs/break-glass-runbook.md";

export interface Standstill {
  readonly cluster: Pick<ClusterAccess, "transport" | "serverNow">;
  readonly clock: Clock;
  /** The request as it was last seen. */
  readonly current: () => StoredBreakGlassRequest;
  readonly told: (text: string) => void;
}

/** Tells after ten seconds, and again whenever there is something else to tell, until `signal` is aborted. Never rejects. */
export async function explainStandstill(waiting: Standstill, signal: AbortSignal): Promise<void> {
  let last = "";
  for (let pause = FIRST; !signal.aborted; pause = AGAIN) {
    await sleep(waiting.clock, pause, signal);
    const isUnheard = await hasUnheardDecision(waiting).catch(() => false);
    const text = explanation(waiting.current(), isUnheard);
    if (text !== last && !signal.aborted) waiting.told(text);
    last = text;
  }
}

function explanation(request: StoredBreakGlassRequest, isUnheard: boolean): string {
  if (isUnseen(request)) return silence(request, "nothing has looked at this request");
  if (isUnheard) return silence(request, "somebody decided, and nothing happens");
  return `still ${request.status?.phase ?? "New"}: ${standing(request)}; ${nextStep(request)}`;
}

function nextStep({ metadata, spec, status }: StoredBreakGlassRequest): string {
  const { received = 0, required = 0 } = status?.approvals ?? {};
  if (status?.phase === "Pending" && received < required) {
    return `an approver runs: securitybaseline break-glass approve ${metadata.name} -n ${metadata.namespace}`;
  }
  if (status?.phase === "Approved" && spec.startTime !== undefined) return "nobody has to wait for it here";
  return `see "It does not become Active" in ${PAGE}`;
}

/** What people do without the operator: they must not wait for it. */
function silence({ metadata, spec, status }: StoredBreakGlassRequest, symptom: string): string {
  const role = status?.resolved?.role ?? "ROLE";
  const grant = `--role ${role} --user ${shellWord(spec.requester?.username ?? "USER")} --for ${spec.duration}`;
  return [
    `the operator does not seem to answer: ${symptom}.`,
    `If it stays so, call a custodian, who makes the access by hand with: securitybaseline break-glass offline -n ${metadata.namespace} ${grant}`,
    `(see "The operator is down" in ${PAGE})`,
  ].join(" ");
}

/** A decision that is older than what a person waits for, and that the status does not tell of. */
async function hasUnheardDecision({ cluster, current }: Standstill): Promise<boolean> {
  const { metadata, status } = current();
  const now = cluster.serverNow();
  if (now === undefined || status?.phase === undefined) return false;
  const heard = new Set((status.decisions ?? []).map(({ uid }) => uid));
  const decisions = await listAll(cluster.transport, DECISIONS, metadata.namespace);
  return decisions.some((decision) => isAbout(decision, metadata.uid) && !heard.has(uidOf(decision)) && now - madeAt(decision) > FIRST);
}

function isAbout(decision: KubernetesObject, requestUID: string): boolean {
  return (decision as unknown as BreakGlassDecision).spec.requestRef.uid === requestUID;
}

function uidOf({ metadata }: KubernetesObject): string {
  return metadata?.uid ?? "";
}

function madeAt({ metadata }: KubernetesObject): number {
  return Date.parse(metadata?.creationTimestamp ?? "");
}
