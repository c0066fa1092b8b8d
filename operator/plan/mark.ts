/** Says on a Namespace whether a baseline is enforced in it: the API server holds the operator to the baseline there, and to nothing elsewhere. */
import { ENFORCED_VALUE } from "../api/names.ts";
import type { Action, Live } from "./types.ts";

/**
 * The one write that brings the mark to what it should be; none if it is, if that is not to be said now (`enforced` undefined), or if the Namespace
 * is not known.
 */
export function markAction(live: readonly Live[], enforced: boolean | undefined): readonly Action[] {
  const namespace = live.find(({ kind }) => kind.scope === "TheNamespace");
  if (namespace === undefined || enforced === undefined) return [];
  if (enforced ? namespace.mark === ENFORCED_VALUE : namespace.mark === undefined) return [];
  return [{ verb: "mark", control: undefined, live: namespace, enforced }];
}
