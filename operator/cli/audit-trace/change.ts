/** Says what a recorded request changed that decides about rights, by names alone: what somebody looks for first who asks what a grant has left behind. */
import { CLOSED_GROUPS } from "../../breakglass/unbounded.ts";
import type { AuditEvent } from "./event.ts";

/** Everything but reading. */
export const WRITES: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Resources of the core group that are credentials, or make some. */
const CREDENTIALS: ReadonlySet<string> = new Set(["secrets", "serviceaccounts/token"]);

/** The first HTTP status that says that nothing was changed. */
export const REFUSED = 400;

/**
 * The change in a few words, or undefined: something in RBAC, admission, API registration, kinds, certificates or our own group, a token or a Secret.
 * What was refused changed nothing; what has no answer yet may have.
 */
export function changeOfRights({ verb, objectRef = {}, responseStatus }: AuditEvent): string | undefined {
  const { apiGroup = "", resource = "", subresource = "", namespace = "", name = "" } = objectRef;
  const path = [resource, subresource].filter((part) => part !== "").join("/");
  const decides = CLOSED_GROUPS.includes(apiGroup) || (apiGroup === "" && CREDENTIALS.has(path));
  if (!decides || !WRITES.has(verb) || (responseStatus?.code ?? 0) >= REFUSED) return undefined;
  const what = [apiGroup, path].filter((part) => part !== "").join("/");
  const which = [namespace, name].filter((part) => part !== "").join("/");
  return [verb, what, which].filter((part) => part !== "").join(" ");
}
