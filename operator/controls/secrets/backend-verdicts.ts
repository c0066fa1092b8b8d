/** Says what the facts of one object of a backend mean: does it work, and if not, why. */
import type { JsonObject } from "../../api/json.ts";
import type { ObservedKind, OwnedKind } from "../../kinds/kind.ts";
import type { EntryHealth, HealthView } from "../control.ts";

/** How one object fares; whose it is, is added by the caller. */
export type Verdict = Omit<EntryHealth, "kind" | "name">;

/** The object is there and its controller has not told about this state of it. */
export const AWAITED: Verdict = { state: "Pending", reason: "AwaitingBackend" };

/** Reason with which External Secrets says that the Secret holds what the store holds. All others, also with Ready=True, mean that there is no such Secret. */
const SYNCED = "SecretSynced";

const OVERDUE_MESSAGE = "no refresh for twice the interval: see whether the External Secrets controller runs";

/** An ExternalSecret at a time (milliseconds since the epoch). */
export function externalVerdict(facts: JsonObject, now: number): Verdict {
  const { status, generation, synced, due } = facts;
  const reason = reasonOf(facts, "NotReady");
  if (status === "False" || (status === "True" && reason !== SYNCED)) return { state: "Failed", reason };
  const isSynced = status === "True" && synced === generation;
  const verdict: Verdict = isSynced ? { state: "Synced", reason } : AWAITED;
  if (typeof due !== "number") return verdict;
  if (now < due) return { ...verdict, due };
  // Before it is synced, an interval that was just made shorter may have passed already.
  return isSynced ? { state: "Failed", reason: "RefreshOverdue", message: OVERDUE_MESSAGE } : { ...verdict, message: OVERDUE_MESSAGE };
}

/** A store. It is asked anew by External Secrets from time to time, so that the answer may be older than the last change. */
export function storeVerdict(facts: JsonObject): Verdict {
  const { status } = facts;
  const reason = reasonOf(facts, "NotReady");
  if (status === "True" && reason === "Valid") return { state: "Synced", reason };
  return status === "True" || status === "False" ? { state: "Failed", reason } : AWAITED;
}

/** A SealedSecret. Its controller may be told not to write status; then this stays Pending. */
export function sealedVerdict(facts: JsonObject): Verdict {
  const { status, generation, observed } = facts;
  if (observed !== undefined && observed !== generation) return AWAITED;
  if (status === "False") return { state: "Failed", reason: reasonOf(facts, "UnsealFailed") };
  if (status !== "True" || observed === undefined) return AWAITED;
  return { state: "Synced", reason: reasonOf(facts, "Unsealed") };
}

/** Nothing is known of the objects of a kind. */
export function unavailable(kind: OwnedKind | ObservedKind, view: HealthView): Verdict {
  return withMessage({ state: "Pending", reason: "BackendUnavailable" }, view.lack(kind)?.message);
}

/** The verdict with this to tell, if there is anything. */
export function withMessage(verdict: Verdict, message: string | undefined): Verdict {
  return message === undefined ? verdict : { ...verdict, message };
}

/** The backend's own reason, or ours where it gives none. */
function reasonOf({ reason }: JsonObject, fallback: string): string {
  return typeof reason === "string" && reason !== "" ? reason : fallback;
}
