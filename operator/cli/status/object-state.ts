/** Tells from a status how one object that a section asks for stands, and says so where that cannot be told. PURE. */
import type { ControlStatus, DriftEntry, DriftType } from "../../api/baseline-status.ts";
import type { Look } from "../../controls/baseline-look.ts";
import { kindKey, type OwnedKind } from "../../kinds/kind.ts";
import { objectKey } from "../../plan/object-key.ts";

/** `InPlace`, or how it differs. `NotInPlace`: it was never there, because it could not be written yet. `NotKnown`: the status does not tell. */
export type ObjectState = "InPlace" | "NotInPlace" | "NotKnown" | DriftType;

/** What the status says. */
export interface Evidence {
  readonly section: Pick<ControlStatus, "mode" | "managed" | "inSync">;
  readonly look: Look;
  /** Of the section. */
  readonly drift: readonly DriftEntry[];
  /** Whether every difference is listed. */
  readonly isDriftWhole: boolean;
  /** Keys of objects that were in place. */
  readonly inPlace: ReadonlySet<string>;
}

/** The state of an object. A status that speaks of an older baseline tells of its objects what was true then. */
export function stateOf({ kind, name }: { readonly kind: OwnedKind; readonly name: string }, evidence: Evidence): ObjectState {
  const { section, look, drift, isDriftWhole, inPlace } = evidence;
  if (look === "Unseen") return "NotKnown";
  const open = drift.find(({ ref, state }) => state === "Open" && ref.name === name && kindKey(ref) === kindKey(kind));
  if (open !== undefined) return open.type;
  if (look === "Fresh" && section.inSync === section.managed) return "InPlace";
  if (!isDriftWhole) return "NotKnown";
  if (inPlace.has(objectKey(kind, name))) return "InPlace";
  if (section.mode === "Enforce") return "NotInPlace";
  // What a section only reports leaves no trace but its differences, and those are all listed.
  return look === "Fresh" ? "InPlace" : "NotKnown";
}
