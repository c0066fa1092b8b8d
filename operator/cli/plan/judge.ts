/** Turns a snapshot into what is told: changes, findings, and what cannot be told. PURE. */
import type { Reason } from "../../api/reasons.ts";
import { sortedSet } from "../../controls/order.ts";
import { applyExceptions } from "../../findings/exceptions.ts";
import { accountReachesOut } from "../../findings/rules/account-reaches-out.ts";
import { kindKey, type OwnedKind } from "../../kinds/kind.ts";
import { afterwards } from "../../plan/afterwards.ts";
import { beyondOf } from "../../plan/beyond.ts";
import { byKey, changeOf, conflictOf, merged } from "../../plan/changes.ts";
import { objectKey } from "../../plan/object-key.ts";
import { controlOf, type Named, targetOf } from "../../plan/order.ts";
import { planBaseline } from "../../plan/plan.ts";
import { planInput, type Section } from "../../plan/snapshot.ts";
import type { Action, Drift, Plan } from "../../plan/types.ts";
import { findIn, type KnownClusterRoles } from "../../plan/weaknesses.ts";
import type { PlannedBaseline, PlannedChange } from "./outcome.ts";
import type { Reading } from "./readings.ts";
import { inEnforce, type Scene } from "./scene.ts";
import type { ListedSight } from "./sight.ts";

/** What is told of a snapshot. */
export interface Verdicts extends Pick<PlannedBaseline, "changes" | "findings" | "problems" | "unknown"> {
  /** Why objects are left as they are for now, and exceptions that are about nothing. */
  readonly reasons: readonly string[];
}

/** What a snapshot is judged by. */
export interface Surroundings {
  readonly clusterRoles: Reading & KnownClusterRoles;
  readonly listedSight: ListedSight;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Judges a snapshot. */
export function judgeSnapshot(scene: Scene, { clusterRoles, listedSight, now }: Surroundings): Verdicts {
  const { snapshot, sections, listed } = scene;
  const { namespace, kind } = snapshot.baseline;
  const wide = kind !== "SecurityBaseline";
  const plan = planBaseline(planInput(snapshot, sections));
  // Sections do not depend on each other's modes: what one in mode Report leaves undone is what it would do in mode Enforce.
  const enforced = planBaseline(planInput(snapshot, sections.map(inEnforce)));
  const objects = byKey(listed);
  const after = { ...snapshot, live: afterwards(objects, plan.batches.flat()) };
  const beyond = beyondOf(listedSight.sight, namespace, { wide });
  const { findings, idle, unseen } = findIn(after, sections, { clusterRoles, beyond, now });
  const undecided = listedSight.areRightsKnown ? [] : aboutRights(snapshot, now);
  return {
    changes: changesOf(scene, { plan, enforced }),
    findings: findings.filter(({ ref }) => !unseen.has(kindKey(ref))),
    problems: problemsOf(sections, enforced),
    unknown: sortedSet([...unknownIn(scene, clusterRoles), ...listedSight.unknown(namespace, { wide })]),
    reasons: [
      ...enforced.sections.flatMap(waitingIn),
      ...heldBack(scene, enforced),
      ...(unseen.size === 0 ? idle.filter((sentence) => !undecided.includes(sentence)) : []),
      ...sections.flatMap(asideIn),
    ],
  };
}

/** What would be said of exceptions for rights elsewhere if nothing were found. */
function aboutRights({ baseline }: Scene["snapshot"], now: number): readonly string[] {
  const exceptions = baseline.exceptions.filter(({ rule }) => rule === accountReachesOut.id);
  return applyExceptions([], exceptions, now).idle;
}

function changesOf({ snapshot, sections, listed }: Scene, { plan, enforced }: { plan: Plan; enforced: Plan }): readonly PlannedChange[] {
  const objects = byKey(listed);
  const reporting = new Set<string | undefined>(sections.filter(({ mode }) => mode === "Report").map(({ control }) => control.name));
  const wasInPlace = (kind: OwnedKind, name: string): boolean =>
    snapshot.inventory.had(kind, name, objects.get(objectKey(kind, name))?.live);
  const isMark = ({ verb }: Action): boolean => verb === "mark";
  const actions = [...plan.batches.flat().filter(isMark), ...enforced.batches.flat().filter((action) => !isMark(action))];
  const [made, reported] = [false, true].map((isReported) =>
    merged([
      ...actions.filter((action) => reporting.has(controlOf(action)) === isReported).map((action) => changeOf(action, objects, wasInPlace)),
      ...conflictsIn(enforced).filter(({ control }) => reporting.has(control) === isReported),
    ]).map((change) => ({ ...change, reportedOnly: isReported })),
  );
  return [...(made ?? []), ...(reported ?? [])];
}

function conflictsIn({ sections }: Plan) {
  return sections.flatMap(({ drift, conflicts }) =>
    drift.filter(({ type }) => type === "Conflict").map((one) => conflictOf(one, sentenceAbout(one, conflicts))),
  );
}

/** A section says of each conflict `Kind name`, and what is the matter. */
function sentenceAbout({ ref }: Drift, sentences: readonly string[]): string {
  const name = `${ref.kind} ${ref.name} `;
  return sentences.find((sentence) => sentence.startsWith(name))?.slice(name.length) ?? "exists and somebody else made it";
}

/** What is merely not known, and levels that wait for running pods. */
const TOLD_ELSEWHERE: readonly Reason[] = ["Forbidden", "Held"];

/** What a section cannot do in this cluster. */
function problemsOf(sections: readonly Section[], { batches, sections: plans }: Plan): readonly string[] {
  const told = sections.flatMap(({ problems, blocked, refused }) => [
    ...problems.filter(({ reason }) => !TOLD_ELSEWHERE.includes(reason)).map(({ message }) => message),
    ...(blocked !== undefined && refused !== undefined ? [refused.message] : []),
  ]);
  const removed = new Set(batches.flat().map((action) => ("drift" in action ? action.drift : undefined)));
  const forged = plans
    .flatMap(({ drift }) => drift.filter((one) => one.type === "Unmanaged" && !removed.has(one)))
    .map(
      ({ ref }) =>
        `${ref.kind} ${ref.name} carries the operator's label, and no baseline asks for it: it is left alone, because somebody else made it`,
    );
  return sortedSet([...told, ...forged]);
}

function waitingIn({ ending, awaiting }: Plan["sections"][number]): readonly string[] {
  return [
    ...ending.map((name) => `${name} is being deleted; it is made again once it is gone`),
    ...awaiting.map((name) => `${name} is left as it is until it is known what it depends on in the cluster`),
  ];
}

/** What is neither there nor made: it relies on an object of its name that is somebody else's. */
function heldBack({ sections, listed }: Scene, { batches }: Plan): readonly string[] {
  const keyOf = ({ kind, name }: Named): string => objectKey(kind, name);
  const known = new Set([...listed.map(({ live }) => live), ...batches.flat().map(targetOf)].map(keyOf));
  return sections
    .filter(({ blocked }) => blocked === undefined)
    .flatMap(({ present }) => present.filter((desired) => !desired.shared && !known.has(keyOf(desired))))
    .map(({ kind, name }) => `${kind.kind} ${name} is not made before the conflict about its name is settled`);
}

function asideIn({ control, value }: Section): readonly string[] {
  const isAsked = control.reads?.(value).includes("breakGlass") === true;
  return isAsked ? ["whether the installation of emergency access allows what is asked for, is known to the operator alone"] : [];
}

/** What could not be looked at, and of which sections nothing is told for that. */
function unknownIn({ snapshot, sections }: Scene, clusterRoles: Reading): readonly string[] {
  const kinds = [...snapshot.kinds].flatMap(([kind, { served, known, problem }]) => {
    if (known || !served) return [];
    const blocked = sections
      .filter(({ control }) => kind.optional !== true && control.owns.includes(kind))
      .map(({ control }) => control.name);
    return [`${problem?.message}${blocked.length === 0 ? "" : `; nothing is told of ${blocked.join(", ")}`}`];
  });
  const roles = clusterRoles.problem === undefined ? [] : [`${clusterRoles.problem.message}; nothing is told of what bindings give`];
  const reads = sections.flatMap(({ control, value }) => control.reads?.(value) ?? []);
  const facts = reads.flatMap((fact) => snapshot.facts[fact].problem?.message ?? []);
  return sortedSet([...kinds, ...roles, ...facts]);
}
