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
  const what = `${entry.ref.kind} ${entry.ref.name}${describe(entry)}`;
  if (entry.state === "Repaired")
    return { type: "Normal", reason: "DriftRepaired", action: "Repair", note: `${what}, ${ENDS[entry.type]}` };
  return { type: "Warning", reason: "DriftDetected", action: "Report", note: what };
}

const WORDS: Readonly<Record<DriftType, string>> = {
  Missing: "is missing",
  Modified: "was changed",
  Unmanaged: "carries our label but is not asked for",
  Conflict: "exists and somebody else made it",
};

/** How a difference ended, whoever ended it. */
const ENDS: Readonly<Record<DriftType, string>> = {
  Missing: "made again",
  Modified: "put back",
  Unmanaged: "removed",
  Conflict: "no longer so",
};

function describe({ type, fields = [], manager }: DriftEntry): string {
  if (type === "Modified" && fields.length > 0) {
    return `: ${listed(fields)} ${fields.length === 1 ? "was" : "were"} changed${manager === undefined ? "" : ` by ${manager}`}`;
  }
  return ` ${WORDS[type]}${manager === undefined ? "" : ` (${manager})`}`;
}

/** All of them stand in the drift entry. */
function listed(fields: readonly string[]): string {
  const named = fields.slice(0, 3).join(", ");
  return fields.length > 3 ? `${named} and ${fields.length - 3} more` : named;
}

function identity({ control, ref, type, fields }: DriftEntry): string {
  return JSON.stringify([control, ref.apiVersion, ref.kind, ref.name, type, fields ?? []]);
}
