/** Removes for the broker what gives access like a grant and is explained by no entry of the ledger: somebody made it with the operator's account. */
import { type LiveGrantObject, TAKING_BACK } from "../breakglass/types.ts";
import { isUnexplained, type Namesake, removedEntry, tellsOfRemoval } from "../breakglass/unnamed.ts";
import { ApiError } from "../cluster/errors.ts";
import type { Ledger } from "./ledger.ts";
import type { Held, Pace } from "./pace.ts";
import type { Removals } from "./removals.ts";
import { remove } from "./steps.ts";
import { errorOf, type WalkEnd, type WalkParts } from "./walk.ts";

export interface SweepParts extends Pick<WalkParts, "sources" | "steps" | "serverClock" | "log" | "blindSpot"> {
  readonly ledger: Pick<Ledger, "namesake" | "history" | "isAllKnown" | "obstacle">;
  readonly removals: Removals;
}

/**
 * Removes the objects of a name that no entry explains, what gives rights first. The API server is asked before whether the ledger goes on after what
 * is known of it, because an object may be known before its entry is. Each is told in the ledger before it goes, unless that cannot be written.
 */
export async function sweep(name: string, parts: SweepParts, pace: Pace): Promise<WalkEnd> {
  for (const object of parts.removals.untold(name)) await tell(object, parts, pace);
  if (unexplained(name, parts).length > 0) {
    const doubt = await doubtAbout(name, parts, pace);
    if (doubt !== undefined) return failed(doubt);
    // What was found on the way may explain them.
    const objects = unexplained(name, parts);
    for (const object of objects) await tell(object, parts, pace);
    for (const object of objects) await take(object, parts, pace);
  }
  return failed(undone(name, parts, pace));
}

function unexplained(name: string, { sources, ledger }: SweepParts): readonly LiveGrantObject[] {
  const namesake: Namesake | undefined = ledger.namesake(name);
  const { caches, settings } = sources;
  const found = caches.grantObjects(name).filter((object) => isUnexplained(object, namesake, settings));
  return found.toSorted((a, b) => TAKING_BACK.indexOf(a.part) - TAKING_BACK.indexOf(b.part));
}

/** Steps are known by the object: several have the name. */
function stepOf(verb: "tell" | "take", { part, namespace }: LiveGrantObject): string {
  return `${verb} ${part} ${namespace}`;
}

/** Why it must not be believed that the ledger tells nothing of it; the question itself is paced, too. */
async function doubtAbout(name: string, { ledger, blindSpot, log }: SweepParts, pace: Pace): Promise<Held | undefined> {
  const question = "ask for the next entry";
  const before = pace.held(name, question);
  if (before !== undefined) return before;
  const obstacle = blindSpot() ?? ledger.obstacle();
  const error = obstacle === undefined ? await errorOf(() => allKnown(ledger)) : badReply(obstacle);
  if (error === undefined) return undefined;
  log.warn("objects that look like those of a grant are not explained yet", { name, message: error.message });
  return pace.failed(name, question, error);
}

async function allKnown(ledger: Pick<Ledger, "isAllKnown">): Promise<void> {
  while (!(await ledger.isAllKnown()));
}

async function tell(object: LiveGrantObject, { ledger, steps, serverClock, removals }: SweepParts, pace: Pace): Promise<void> {
  const now = serverClock.now();
  const step = stepOf("tell", object);
  const history = ledger.history(object.uid);
  if (now === undefined || tellsOfRemoval(history) || pace.held(object.name, step) !== undefined) return;
  const error = await errorOf(async () => steps.appended(await steps.append(removedEntry(object), { now, known: history.length })));
  if (error === undefined) removals.told(object);
  else pace.failed(object.name, step, error);
}

async function take(object: LiveGrantObject, { ledger, steps, log, removals }: SweepParts, pace: Pace): Promise<void> {
  const step = stepOf("take", object);
  if (object.terminatingSince !== undefined || pace.held(object.name, step) !== undefined) return;
  const { kind, namespace, name, uid } = object;
  const error = await errorOf(() => remove(object, steps));
  if (error !== undefined) {
    pace.failed(name, step, error);
    return;
  }
  log.warn("removed an object of a grant that no entry of the ledger explains", { kind: kind.kind, namespace, name, uid });
  removals.removed(object, tellsOfRemoval(ledger.history(uid)));
}

/** Of what was refused, what may be tried again first. */
function undone(name: string, parts: SweepParts, pace: Pace): Held | undefined {
  const objects = [...unexplained(name, parts), ...parts.removals.untold(name)];
  const steps = objects.flatMap((object) => [stepOf("tell", object), stepOf("take", object)]);
  const held = steps.map((step) => pace.held(name, step)).filter((each) => each !== undefined);
  return held.toSorted((a, b) => a.until - b.until)[0];
}

function failed(held: Held | undefined): WalkEnd {
  return held === undefined ? {} : { failure: held.error, heldUntil: held.until };
}

function badReply(message: string): ApiError {
  return new ApiError({ status: 0, reason: "BadReply", message });
}
