/** Owns the comparison of a whole baseline with what is there: the writes in order, and what to tell. PURE. */
import { byText } from "../controls/order.ts";
import type { OwnedKind } from "../kinds/kind.ts";
import { judge, type Verdict } from "./judge.ts";
import { judgeLeftover, type Leftover } from "./leftovers.ts";
import { byKindAndName, inBatches } from "./order.ts";
import { isReleasable } from "./ownership.ts";
import type { Action, Desired, Drift, Live, Plan, PlanInput, SectionInput, SectionPlan } from "./types.ts";

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
  for (const { desired } of judged) live.delete(objectKey(desired.kind, desired.name));
  const leftovers = [...live.values()].map((one) => judgeLeftover(one, input));
  return {
    batches: inBatches([...judged.filter(notWaiting(judged)).flatMap(actionOf), ...leftovers.flatMap((leftover) => leftover.action ?? [])]),
    sections: input.sections.map((section) => sectionPlan(section, judged, leftovers)).toSorted((a, b) => byText(a.control, b.control)),
    settled: judged.flatMap(settledOf).toSorted((a, b) => byKindAndName(a.live, b.live)),
  };
}

/**
 * What to do in a namespace that has no baseline: shared objects whose annotation says so are released. Generated ones are
 * not looked at, they go with their owner.
 */
export function planRelease(live: Iterable<Live>): readonly (readonly Action[])[] {
  const due = [...live].filter((one) => isReleasable(one) && one.deletionPolicy === "Delete");
  return inBatches(due.map((one): Action => ({ verb: "release", control: undefined, live: one })));
}

/** Identity of an object among those of one namespace, whatever its state. */
export function objectKey(kind: OwnedKind, name: string): string {
  return `${kind.kind}/${name}`;
}

function judgeDesired(
  section: SectionInput,
  desired: Desired,
  { input, live }: { readonly input: PlanInput; readonly live: ReadonlyMap<string, Live> },
): Judged {
  const key = objectKey(desired.kind, desired.name);
  const stance = { enforce: section.mode === "Enforce", adoptExisting: input.adoptExisting, known: input.known.has(key) };
  return { section, desired, live: live.get(key), verdict: judge(desired, live.get(key), stance) };
}

/**
 * What comes later under a name relies on what comes before it in the same section: it waits while that is somebody
 * else's. A binding would hand out whatever the other's Role says.
 */
function notWaiting(judged: readonly Judged[]): (one: Judged) => boolean {
  const conflicts = judged.filter(({ verdict }) => verdict.drift?.type === "Conflict");
  return ({ section, desired }) =>
    !conflicts.some((other) => other.section === section && other.desired.name === desired.name && rankOf(other.desired) < rankOf(desired));
}

function rankOf({ kind, name }: Desired): number {
  return kind.rank(name);
}

function actionOf({ section, verdict }: Judged): readonly Action[] {
  return section.mode === "Enforce" && verdict.action !== undefined ? [verdict.action] : [];
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
    drift: drift
      .filter((one) => one !== undefined)
      .filter((one) => one.control === section.control)
      .toSorted(byRef),
  };
}

function byRef(a: Drift, b: Drift): number {
  return byText(a.ref.kind, b.ref.kind) || byText(a.ref.name, b.ref.name);
}
