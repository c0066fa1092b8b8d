/** Owns what the facts of one object of a backend mean: does it work, and if not, why. */
import type { JsonObject } from "../../api/json.ts";
import type { EntryHealth } from "../control.ts";

/** How one object fares; whose it is, is added by the caller. */
export type Standing = Omit<EntryHealth, "kind" | "name">;

/** The object is there and its controller has not told about this state of it. */
export const AWAITED: Standing = { state: "Pending", reason: "AwaitingBackend" };

/** Reason with which External Secrets says that the Secret holds what the store holds. All others, also with Ready=True, mean that there is no such Secret. */
const SYNCED = "SecretSynced";

const OVERDUE_MESSAGE = "no refresh for twice the interval: see whether the External Secrets controller runs";

/** An ExternalSecret at a time (milliseconds since the epoch); `due` is when silence alone makes it overdue. */
export function externalStanding(facts: JsonObject, now: number): Standing {
  const { status, generation, synced, overdueAt } = facts;
  const reason = reasonOf(facts, "NotReady");
  if (status === "False" || (status === "True" && reason !== SYNCED)) return { state: "Failed", reason };
  if (status !== "True" || synced !== generation) return AWAITED;
  if (typeof overdueAt !== "number") return { state: "Synced", reason };
  if (now >= overdueAt) return { state: "Failed", reason: "RefreshOverdue", message: OVERDUE_MESSAGE };
  return { state: "Synced", reason, due: overdueAt };
}

/** A store. It is asked anew by External Secrets from time to time, so that the answer may be older than the last change. */
export function storeStanding(facts: JsonObject): Standing {
  const { status } = facts;
  const reason = reasonOf(facts, "NotReady");
  if (status === "True" && reason === "Valid") return { state: "Synced", reason };
  return status === "True" || status === "False" ? { state: "Failed", reason } : AWAITED;
}

/** A SealedSecret. Its controller may be told not to write status; then this stays Pending. */
export function sealedStanding(facts: JsonObject): Standing {
  const { status, generation, observed } = facts;
  if (observed !== undefined && observed !== generation) return AWAITED;
  if (status === "False") return { state: "Failed", reason: reasonOf(facts, "UnsealFailed") };
  if (status !== "True" || observed === undefined) return AWAITED;
  return { state: "Synced", reason: reasonOf(facts, "Unsealed") };
}

/** The backend's own reason, or ours where it gives none. */
function reasonOf({ reason }: JsonObject, fallback: string): string {
  return typeof reason === "string" && reason !== "" ? reason : fallback;
}
