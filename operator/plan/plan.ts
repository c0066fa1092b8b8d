/** Compares a whole baseline with what is there: the writes in order, and what to tell. PURE. */
import { byText } from "../controls/order.ts";
import { obeysDeletionPolicy } from "../kinds/kind.ts";
import type { PlanInput, SectionInput } from "./input.ts";
import { judge, type Verdict } from "./judge.ts";
import { judgeLeftover, type Leftover } from "./leftovers.ts";
import { markAction } from "./mark.ts";
import { objectKey } from "./object-key.ts";
import { byKindAndName, inBatches } from "./order.ts";
import { isDeletable, isOurs, isReleasable } from "./ownership.ts";
import type { Action, Desired, Drift, Live, Plan, SectionPlan } from "./types.ts";

/** One desired object and its verdict. */
interface Judged {
  readonly section: SectionInput;
  readonly desired: Desired;
  readonly live: Live | undefined;
  readonly verdict: Verdict;
}

/**
 * Plans one baseline. Equal input gives an equal plan, whatever the order of sections and objects; once a plan was
 * carried out, the next one has no batches.
 */
export function planBaseline(input: PlanInput): Plan {
  const live = new Map([...input.live].map((one) => [objectKey(one.kind, one.name), one]));
  const judged = input.sections.flatMap((section) => section.desired.map((desired) => judgeDesired(section, desired, { input, live })));
  const all = [...live.values()];
  const nobodys = new Map(live);
  for (const { kind, name } of [...judged.map(({ desired }) => desired), ...input.withheld]) nobodys.delete(objectKey(kind, name));
  const leftovers = [...nobodys.values()].map((one) => judgeLeftover(one, input));
  const writes = [...judged.filter(notWaiting(judged)).flatMap(actionOf), ...leftovers.flatMap((leftover) => leftover.action ?? [])];
  return {
    batches: inBatches([...writes, ...markAction(all, isEnforced(input, all, writes))]),
    sections: input.sections.map((section) => sectionPlan(section, judged, leftovers)).toSorted((a, b) => byText(a.control, b.control)),
    settled: judged.flatMap(settledOf).toSorted((a, b) => byKindAndName(a.live, b.live)),
  };
}

/**
 * Undefined where that is not to be said: where namespaces carry no mark, while a section is blocked, which may be enforced, and as long as something of
 * ours stays behind: to remove it later takes the mark, which nobody gives where nothing is enforced.
 */
function isEnforced({ sections, blocked, marks }: PlanInput, live: readonly Live[], writes: readonly Action[]): boolean | undefined {
  if (!marks) return undefined;
  if (sections.some(({ mode }) => mode === "Enforce")) return true;
  const removed = new Set(
    writes.filter(({ verb }) => verb === "delete" || verb === "release").map((action) => "live" in action && action.live),
  );
  // An aspect is given up without the mark.
  const stays = live.some((one) => one.kind.aspect === undefined && (isDeletable(one) || isReleasable(one)) && !removed.has(one));
  return blocked.length > 0 || stays ? undefined : false;
}

/**
 * What to do in a namespace that has no baseline: shared objects whose annotation says so are released, and the mark goes. Generated objects
 * are not looked at, they go with their owner.
 */
export function planRelease(live: readonly Live[]): readonly (readonly Action[])[] {
  const due = live.filter((one) => isReleasable(one) && (!obeysDeletionPolicy(one.kind) || one.deletionPolicy === "Delete"));
  const releases = due.map((one): Action => ({ verb: "release", control: undefined, live: one }));
  return inBatches([...releases, ...markAction(live, false)]);
}

function judgeDesired(
  section: SectionInput,
  desired: Desired,
  { input, live }: { readonly input: PlanInput; readonly live: ReadonlyMap<string, Live> },
): Judged {
  const { kind, name } = desired;
  const found = live.get(objectKey(kind, name));
  const known = input.inventory.had(kind, name, found);
  const verdict = judge(desired, found, { enforce: isWritten(section, desired), adoptExisting: input.adoptExisting, known });
  return { section, desired, live: found, verdict };
}

/**
 * What comes later under a name relies on what comes before it in the same section: it is not made while that is somebody else's, because a
 * binding would hand out whatever the other's Role says. One that stands already is kept exact all the same.
 */
function notWaiting(judged: readonly Judged[]): (one: Judged) => boolean {
  const conflicts = judged.filter(({ verdict }) => verdict.drift?.type === "Conflict");
  return ({ section, desired, live }) =>
    (live !== undefined && isOurs(live)) ||
    !conflicts.some((other) => other.section === section && other.desired.name === desired.name && rankOf(other.desired) < rankOf(desired));
}

function rankOf({ kind, name }: Desired): number {
  return kind.rank(name);
}

/** Whether the look puts this object right, and does not only tell of it. */
function isWritten({ mode }: SectionInput, { tells }: Desired): boolean {
  return mode === "Enforce" || tells === true;
}

function actionOf({ section, desired, verdict }: Judged): readonly Action[] {
  return isWritten(section, desired) && verdict.action !== undefined ? [verdict.action] : [];
}

function settledOf({ live, verdict }: Judged): Plan["settled"] {
  return live === undefined || verdict.settled === undefined ? [] : [{ live, fingerprint: verdict.settled }];
}

function sectionPlan(section: SectionInput, judged: readonly Judged[], leftovers: readonly Leftover[]): SectionPlan {
  const own = judged.filter((one) => one.section === section);
  const drift = [...own.map((one) => one.verdict.drift), ...leftovers.map((leftover) => leftover.drift)];
  return {
    control: section.control,
    mode: section.mode,
    managed: own.length,
    inSync: own.filter((one) => one.verdict.inSync).length,
    ending: namesOf(own.filter(({ verdict }) => verdict.ending === true)),
    conflicts: own
      .flatMap(({ desired, verdict }) => (verdict.conflict === undefined ? [] : [`${nameOf(desired)} ${verdict.conflict}`]))
      .toSorted(byText),
    awaiting: namesOf(own.filter(({ verdict }) => verdict.awaiting === true)),
    drift: drift
      .filter((one) => one !== undefined)
      .filter((one) => one.control === section.control)
      .toSorted(byRef),
  };
}

function namesOf(judged: readonly Judged[]): readonly string[] {
  return judged.map(({ desired }) => nameOf(desired)).toSorted(byText);
}

function nameOf({ kind, name }: Desired): string {
  return `${kind.kind} ${name}`;
}

function byRef(a: Drift, b: Drift): number {
  return byText(a.ref.kind, b.ref.kind) || byText(a.ref.name, b.ref.name);
}
