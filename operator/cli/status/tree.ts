/** Prints how baselines stand for a person at a terminal: namespace, section, object. */
import type { DriftEntry, FindingEntry, ObjectRef } from "../../api/baseline-status.ts";
import { visible } from "../../api/visible.ts";
import { kindTitle } from "../../findings/naming.ts";
import { kindKey } from "../../kinds/kind.ts";
import { age } from "../age.ts";
import { Colour, type Paint } from "../colour.ts";
import type { ObjectState } from "./object-state.ts";
import type { Brief, ObjectStanding, SectionStanding, Standing } from "./standing.ts";

/** How a tree is printed. */
export interface Drawing {
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What is in order is listed, too, and not only counted. */
  readonly whole: boolean;
}

const STATES: Readonly<Record<Standing["state"], readonly [Colour, string]>> = {
  Compliant: [Colour.green, "compliant"],
  NotCompliant: [Colour.red, "not compliant"],
  Stale: [Colour.yellow, "not known"],
  Unseen: [Colour.yellow, "not known"],
};

const OBJECTS: Readonly<Record<ObjectState, readonly [Colour, string]>> = {
  InPlace: [Colour.green, "in place"],
  NotInPlace: [Colour.red, "not in place yet"],
  NotKnown: [Colour.yellow, "not known"],
  Missing: [Colour.red, "is missing"],
  Modified: [Colour.red, "differs"],
  Unmanaged: [Colour.yellow, "carries our label but is not asked for"],
  Conflict: [Colour.red, "somebody else made it"],
};

/** One line for a baseline, without its end. */
export function briefLine(brief: Brief, { paint }: Drawing): string {
  const [colour, word] = STATES[brief.state];
  const title = brief.namespace ?? `${brief.kind} (whole cluster)`;
  const counts = brief.state === "Compliant" ? ` (${brief.inSync} of ${brief.managed} objects in place)` : `: ${brief.message}`;
  return `${paint(Colour.bold, visible(title))}  ${paint(colour, word)}${visible(counts)}`;
}

/** A baseline with its sections and their objects. What others wrote is on one line and obeyed by no terminal. */
export function treeLines(standing: Standing, drawing: Drawing): readonly string[] {
  const still = standing.inPlaceStill;
  const { drift, findings } = standing.notListed;
  return [
    briefLine(standing, drawing),
    ...standing.sections.flatMap((section) => sectionLines(section, drawing)),
    ...(drift === 0 ? [] : [`  differences for which the status has no room: ${drift}`]),
    ...(findings === 0 ? [] : [`  findings for which the status has no room: ${findings}`]),
    ...(still.length === 0 ? [] : [`  objects in place that are not asked for as the baseline is now: ${still.length}`]),
    ...(drawing.whole ? still.map((line) => `    ${visible(line.slice(0, line.lastIndexOf(" ")))}`) : []),
  ];
}

function sectionLines(section: SectionStanding, drawing: Drawing): readonly string[] {
  const { objects, drift, findings } = section;
  const { whole } = drawing;
  const asked = new Set(objects.map(keyOf));
  const strays = drift.filter((entry) => entry.state === "Open" && !asked.has(keyOf(entry.ref)));
  const shownObjects = whole ? objects : objects.filter(({ state }) => state !== "InPlace");
  const shownFindings = whole ? findings : findings.filter(({ accepted }) => accepted === undefined);
  return [
    sectionLine(section, drawing),
    ...shownObjects.map((object) => objectLine(object, drift, drawing)),
    ...strays.map((entry) => strayLine(entry, drawing)),
    ...(whole ? drift.filter(({ state }) => state === "Repaired").map((entry) => repairLine(entry, drawing)) : []),
    ...shownFindings.map((finding) => findingLine(finding, drawing)),
  ];
}

function sectionLine({ name, mode, ready, managed, inSync }: SectionStanding, { paint }: Drawing): string {
  if (mode === "Off") return `  ${paint(Colour.dim, visible(`${name} (off)`))}`;
  const head = visible(`${name} (${mode.toLowerCase()})  ${inSync} of ${managed} in place`);
  if (ready === null) return `  ${paint(Colour.yellow, head)}: nobody has looked at it`;
  const isReady = ready.status === "True";
  const reason = isReady ? "" : visible(`: ${ready.reason}: ${ready.message}`);
  return `  ${paint(isReady && inSync === managed ? Colour.green : Colour.red, head)}${reason}`;
}

function objectLine({ apiVersion, kind, name, state }: ObjectStanding, drift: readonly DriftEntry[], drawing: Drawing): string {
  const [colour, word] = OBJECTS[state];
  const key = keyOf({ apiVersion, kind, name });
  const entry = drift.find((one) => one.state === "Open" && keyOf(one.ref) === key);
  const cause = entry === undefined ? "" : visible(causeText(entry, drawing));
  return `    ${visible(`${kind} ${name}`)}  ${drawing.paint(colour, word)}${cause}`;
}

function strayLine(entry: DriftEntry, drawing: Drawing): string {
  const [colour, word] = OBJECTS[entry.type];
  return `    ${visible(titleOf(entry.ref))}  ${drawing.paint(colour, word)}${visible(causeText(entry, drawing))}`;
}

function repairLine(entry: DriftEntry, { paint, now }: Drawing): string {
  const { ref, lastSeen, count } = entry;
  const times = count === 1 ? "" : ` (${count} times)`;
  return `    ${paint(Colour.dim, visible(`${titleOf(ref)}  put right, seen ${age(lastSeen, now)} ago${times}${deedText(entry)}`))}`;
}

function causeText(entry: DriftEntry, { now }: Drawing): string {
  return `${deedText(entry)}, since ${age(entry.lastSeen, now)}`;
}

function deedText({ fields = [], manager }: DriftEntry): string {
  const what = fields.length === 0 ? "" : `: ${fields.join(", ")}`;
  return `${what}${manager === undefined ? "" : ` by ${manager}`}`;
}

function findingLine({ rule, severity, ref, message, firstSeen, accepted }: FindingEntry, { paint, now }: Drawing): string {
  const consent = accepted === undefined ? "" : ` (accepted by ${accepted.owner})`;
  const text = `${kindTitle(ref)} ${ref.name}: ${message}, since ${age(firstSeen, now)}${consent}`;
  return `    ${paint(accepted === undefined ? Colour.red : Colour.dim, visible(`${severity} ${rule}`))}  ${visible(text)}`;
}

function titleOf({ kind, name }: ObjectRef): string {
  return `${kind} ${name}`;
}

function keyOf(ref: ObjectRef): string {
  return `${kindKey(ref)} ${ref.name}`;
}
