/** Judges live objects that no section asks for (any more). */
import type { DeletionPolicy } from "../api/baseline.ts";
import { byText } from "../controls/order.ts";
import { obeysDeletionPolicy } from "../kinds/kind.ts";
import { CONTROL_FIELD } from "./decisive.ts";
import { drift, holdsField, managerOf } from "./drift.ts";
import type { PlanInput, RetiredSection, SectionInput } from "./input.ts";
import { isDeletable, isOurs, isReleasable, isShareable } from "./ownership.ts";
import { retention } from "./retention.ts";
import type { Action, Drift, Live } from "./types.ts";

/** What is to be told and done about one leftover. */
export interface Leftover {
  readonly drift?: Drift;
  readonly action?: Action;
}

/**
 * Judges an object that nobody desires. What a section in use has made, or seems to have made, is Unmanaged; what a
 * retired section has made goes if the deletion policy says so.
 */
export function judgeLeftover(live: Live, input: PlanInput): Leftover {
  if (!isOurs(live)) return {};
  const section = sectionOf(live, input);
  if (section === undefined) return {};
  if ("mode" in section) return unmanaged(live, section);
  return live.terminating ? {} : retire(live, section, input.deletionPolicy);
}

/**
 * The section that decides about the object; undefined if none may. A label that names a section is judged by that section only, so that a
 * section that is blocked loses nothing to another one. A name that no section has was written by a newer version of this program,
 * as long as our field manager owns it: that version knows what it is for.
 */
function sectionOf(live: Live, input: PlanInput): SectionInput | RetiredSection | undefined {
  if (!isShareable(live) && live.control !== undefined) {
    const judges = [...input.sections, ...input.retired];
    const named = judges.find(({ control }) => control === live.control);
    if (named !== undefined || input.blocked.some(({ control }) => control === live.control) || isOfNewerVersion(live)) return named;
  }
  return byKind(live, input);
}

function isOfNewerVersion({ kind, detail }: Live): boolean {
  return detail !== undefined && holdsField(kind, CONTROL_FIELD, detail);
}

/** Without a name it is one that owns the kind: the first by name, one in use before one that is not, and none as long as it may be a blocked one's. */
function byKind({ kind }: Live, { sections, retired, blocked }: PlanInput): SectionInput | RetiredSection | undefined {
  if (blocked.some(({ owns }) => owns.includes(kind))) return undefined;
  const all = [sections, retired].flatMap((some) => some.toSorted((a, b) => byText(a.control, b.control)));
  return all.find(({ owns }) => owns.includes(kind));
}

/** Also one whose label somebody stripped is told: it must not become invisible with it. */
function unmanaged(live: Live, { control, mode }: SectionInput): Leftover {
  if (isShareable(live)) return {};
  const manager = live.detail === undefined ? undefined : managerOf(live.kind, [CONTROL_FIELD], live.detail, {});
  const found = drift({ control, object: live }, "Unmanaged", { manager });
  if (mode !== "Enforce" || !isDeletable(live)) return { drift: found };
  return { drift: found, action: { verb: "delete", control, live, drift: found } };
}

function retire(live: Live, { control }: RetiredSection, policy: DeletionPolicy): Leftover {
  if (policy !== "Delete" && obeysDeletionPolicy(live.kind)) return keep(live, control);
  if (isReleasable(live)) return { action: { verb: "release", control, live } };
  return isDeletable(live) ? { action: { verb: "delete", control, live, drift: undefined } } : {};
}

/** What the section made while the policy was another one still carries the marks of that. */
function keep(live: Live, control: RetiredSection["control"]): Leftover {
  const operations = retention(live);
  return operations.length === 0 ? {} : { action: { verb: "retain", control, live, operations } };
}
