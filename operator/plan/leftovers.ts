/** Owns what becomes of live objects that no section asks for (any more). */
import type { DeletionPolicy } from "../api/baseline.ts";
import { byText } from "../controls/order.ts";
import { MANAGED_BY_FIELD } from "./decisive.ts";
import { drift, managerOf } from "./drift.ts";
import { isDeletable, isOurs, isReleasable, isShareable } from "./ownership.ts";
import { retention } from "./retention.ts";
import type { Action, Drift, Live, PlanInput, RetiredSection, SectionInput } from "./types.ts";

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
  if (!isOurs(live) || live.terminating) return {};
  const section = sectionOf(live, input);
  if (section === undefined) return {};
  return "mode" in section ? unmanaged(live, section) : retire(live, section, input.deletionPolicy);
}

/**
 * The section that the control label names; where it names none, or can name none on a shared object, one that owns the
 * kind: the first by name, and one in use before one that is not.
 */
function sectionOf(live: Live, { sections, retired }: PlanInput): SectionInput | RetiredSection | undefined {
  const all = [sections, retired].flatMap((some) => some.toSorted((a, b) => byText(a.control, b.control)));
  const named = isShareable(live) ? undefined : all.find((section) => section.control === live.control);
  return named ?? all.find((section) => section.owns.includes(live.kind));
}

function unmanaged(live: Live, { control, mode }: SectionInput): Leftover {
  if (!live.labelled || isShareable(live)) return {};
  const manager = live.detail === undefined ? undefined : managerOf([MANAGED_BY_FIELD], live.detail, {});
  const found = drift({ control, object: live }, "Unmanaged", { manager });
  if (mode !== "Enforce" || !isDeletable(live)) return { drift: found };
  return { drift: found, action: { verb: "delete", control, live, drift: found } };
}

function retire(live: Live, { control }: RetiredSection, policy: DeletionPolicy): Leftover {
  if (policy !== "Delete") return keep(live, control);
  if (isReleasable(live)) return { action: { verb: "release", control, live } };
  return isDeletable(live) ? { action: { verb: "delete", control, live, drift: undefined } } : {};
}

/** What the section made while the policy was another one still carries the marks of that. */
function keep(live: Live, control: RetiredSection["control"]): Leftover {
  const operations = retention(live);
  return operations.length === 0 ? {} : { action: { verb: "retain", control, live, operations } };
}
