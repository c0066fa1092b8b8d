/** Says which changes of a status are worth an Event: drift that is new, and drift that ended. */
import type { DriftEntry, DriftType, SecurityBaselineStatus } from "../api/baseline-status.ts";
import type { Happening } from "./events.ts";

/** An Event without what it is about. */
export type Told = Pick<Happening, "type" | "reason" | "action" | "note">;

/** What happened between two documents of status, in the order of the newer list. */
export function happeningsBetween(previous: SecurityBaselineStatus | undefined, next: SecurityBaselineStatus): Told[] {
  const before = new Map((previous?.drift ?? []).map((entry) => [identity(entry), entry]));
  return (next.drift ?? []).flatMap((entry) => {
    const earlier = before.get(identity(entry));
    if (earlier?.count === entry.count && earlier.state === entry.state) return [];
    return [tell(entry)];
  });
}

function tell(entry: DriftEntry): Told {
  const what = `${entry.ref.kind} ${entry.ref.name}: ${describe(entry)}`;
  if (entry.state === "Repaired") return { type: "Normal", reason: "DriftRepaired", action: "Repair", note: `${what}; put right` };
  return { type: "Warning", reason: "DriftDetected", action: "Report", note: what };
}

const WORDS: Readonly<Record<DriftType, string>> = {
  Missing: "is missing",
  Modified: "was changed",
  Unmanaged: "carries our label but is not asked for",
  Conflict: "exists and somebody else made it",
};

function describe({ type, fields, manager }: DriftEntry): string {
  const where = fields === undefined ? "" : `${fields.join(", ")} `;
  return `${where}${WORDS[type]}${manager === undefined ? "" : ` by ${manager}`}`;
}

function identity({ control, ref, type, fields }: DriftEntry): string {
  return JSON.stringify([control, ref.apiVersion, ref.kind, ref.name, type, fields ?? []]);
}
