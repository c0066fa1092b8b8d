/** Finds objects of grants that no entry of the ledger explains, and drafts the entry that tells of their removal. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import { serviceAccount } from "../kinds/service-account.ts";
import { OPERATOR } from "./entries.ts";
import { deadlineOf } from "./grant.ts";
import { isOver, objectRow, recordedObjects, storyOf } from "./history.ts";
import { isOwn, wantedObjects } from "./look.ts";
import { rfc3339 } from "./times.ts";
import type { BreakGlassSettings, EntryDraft, LiveGrantObject } from "./types.ts";

/** A request whose grant has the name of an object: its uid, and its entries in order. */
export interface Namesake {
  readonly uid: string;
  readonly history: readonly LedgerEntry[];
}

/**
 * Whether an object gives somebody access of which the ledger tells nothing. The policies let nobody but the operator's account give the label of grants
 * to what binds an identity or lies in the break-glass namespace, and the operator makes nothing before its entry. `namesake`: undefined where no entry has the name.
 */
export function isUnexplained(object: LiveGrantObject, namesake: Namesake | undefined, settings: BreakGlassSettings): boolean {
  return deadlineOf(object.name) !== undefined && servesAGrant(object, settings) && !isExplained(object, namesake, settings);
}

/** Outside the break-glass namespace others may use the label, too, on bindings of their own: they stay. */
function servesAGrant({ part, name, content }: LiveGrantObject, { namespace }: BreakGlassSettings): boolean {
  if (part !== "binding") return true;
  const { subjects = [] } = JSON.parse(content) as { subjects?: readonly Readonly<Record<string, string>>[] };
  return subjects.some(
    (subject) => subject["kind"] === serviceAccount.kind && subject["namespace"] === namespace && subject["name"] === name,
  );
}

function isExplained(object: LiveGrantObject, namesake: Namesake | undefined, settings: BreakGlassSettings): boolean {
  if (namesake === undefined) return false;
  const story = storyOf(namesake.history);
  const look = { snapshot: { settings, uid: namesake.uid }, story };
  if (isOver(story) || recordedObjects(story).length > 0) return isOwn(object, look);
  return wantedObjects(look).some(
    ({ kind, namespace, name }) => kind.kind === object.kind.kind && namespace === object.namespace && name === object.name,
  );
}

/** What is to be remembered of an object that nothing explains. It has no request: its own uid stands in the place of one. */
export function removedEntry(object: LiveGrantObject): EntryDraft {
  const { uid, name, namespace, requestUID } = object;
  const deadline = deadlineOf(name);
  return {
    type: "Removed",
    actor: OPERATOR,
    requestUID: uid,
    grant: name,
    ...(deadline !== undefined && { deadline: rfc3339(deadline) }),
    details: {
      object: JSON.stringify(objectRow(object)),
      ...(namespace !== "" && { namespace }),
      ...(requestUID !== undefined && { claims: requestUID }),
    },
  };
}

/** Whether the entries about an object say that it was removed. Who made the object can write others about it. */
export function tellsOfRemoval(history: readonly LedgerEntry[]): boolean {
  return history.some(({ type }) => type === "Removed");
}
