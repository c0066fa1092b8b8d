/** Works out how a baseline stands, from what its status says: the value that `status` prints as a tree or as JSON. PURE. */
import type { ControlStatus, DriftEntry, FindingEntry } from "../../api/baseline-status.ts";
import { BREAK_GLASS_NAMESPACE } from "../../api/names.ts";
import type { Posture } from "../../api/postures.ts";
import { COMPLIANT } from "../../api/reasons.ts";
import { conditionOf, LOOK_TEXTS, type Look, lookOf, sectionConditionOf } from "../../controls/baseline-look.ts";
import type { Desired } from "../../controls/control.ts";
import { desiredObjects } from "../../controls/desired.ts";
import { effective } from "../../controls/effective.ts";
import { OFFLINE } from "../../facts/index.ts";
import { objectKey } from "../../plan/object-key.ts";
import { postureOf } from "../baselines.ts";
import { type ObjectState, stateOf } from "./object-state.ts";

/** How a baseline stands. Fields are only ever added to this: programs read it as JSON. */
export interface Standing {
  readonly kind: "SecurityBaseline" | "ClusterSecurityBaseline";
  /** Null for the posture of the cluster. */
  readonly namespace: string | null;
  /** `Unseen`: nobody has looked yet. `Stale`: edited since; the rest speaks of what was before. Only `Compliant` is good. */
  readonly state: "Compliant" | "NotCompliant" | Exclude<Look, "Fresh">;
  /** What the condition says, or why it does not count. */
  readonly message: string;
  readonly managed: number;
  readonly inSync: number;
  /** Objects that differ now. */
  readonly drifted: number;
  /** Findings that nobody accepted. */
  readonly findings: number;
  /** By name. */
  readonly sections: readonly SectionStanding[];
  /** Differences and open findings for which the status has no room, at least. */
  readonly notListed: { readonly drift: number; readonly findings: number };
  /** Lines of `status.inventory` that no section asks for as the baseline is now. */
  readonly inPlaceStill: readonly string[];
}

/** How a section stands. */
export interface SectionStanding {
  readonly name: string;
  readonly mode: ControlStatus["mode"];
  /** Of its condition; null where it has none. */
  readonly ready: { readonly status: string; readonly reason: string; readonly message: string } | null;
  readonly managed: number;
  readonly inSync: number;
  /** What it asks for, in the order of writes. */
  readonly objects: readonly ObjectStanding[];
  /** Every difference that status lists, the newest first, also those that were put right. */
  readonly drift: readonly DriftEntry[];
  /** What of others weakens it, also what is accepted. */
  readonly findings: readonly FindingEntry[];
}

/** How an object stands. */
export interface ObjectStanding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly state: ObjectState;
}

/** How a baseline stands, in short. */
export type Brief = Omit<Standing, "sections" | "notListed" | "inPlaceStill">;

/** How a baseline stands, without objects, drift and findings. */
export function briefOf(baseline: Posture): Brief {
  const { kind } = postureOf(baseline);
  const { managed = 0, inSync = 0, drifted = 0, findings = 0 } = baseline.status?.summary ?? {};
  return { kind, namespace: baseline.metadata.namespace ?? null, ...verdictOf(baseline), managed, inSync, drifted, findings };
}

function verdictOf(baseline: Posture): Pick<Standing, "state" | "message"> {
  const look = lookOf(baseline);
  if (look !== "Fresh") return { state: look, message: LOOK_TEXTS[look] };
  const compliant = conditionOf(baseline, COMPLIANT);
  if (compliant === undefined) return { state: "NotCompliant", message: "the status does not say whether it is compliant" };
  const { status, reason, message } = compliant;
  return { state: status === "True" ? "Compliant" : "NotCompliant", message: `${reason}: ${message}` };
}

/** How a baseline stands, with everything that is known of it. */
export function standingOf(baseline: Posture): Standing {
  const inEffect = effective(postureOf(baseline).kind, baseline, BREAK_GLASS_NAMESPACE);
  const asked = desiredObjects(inEffect, OFFLINE);
  const { status = {} } = baseline;
  const told = new Map((status.controls ?? []).map((section) => [section.name, section]));
  const modes = new Map<string, ControlStatus["mode"]>(inEffect.sections.map(({ control, mode }) => [control.name, mode]));
  // A difference or a finding is told, also if the section that it is about is not in use.
  const named = [...(status.drift ?? []), ...(status.findings ?? [])].map(({ control }) => control);
  const open = (status.findings ?? []).filter(({ accepted }) => accepted === undefined).length;
  const keys = new Set(asked.map(({ kind, name }) => objectKey(kind, name)));
  return {
    ...briefOf(baseline),
    sections: [...new Set([...told.keys(), ...modes.keys(), ...named])].sort().map((name) => {
      const { mode = modes.get(name) ?? "Off", managed = 0, inSync = 0 } = told.get(name) ?? {};
      const objects = asked.filter(({ control }) => control === name);
      return sectionOf(baseline, { name, mode, managed, inSync }, objects);
    }),
    notListed: { drift: status.droppedDrift ?? 0, findings: Math.max(0, (status.summary?.findings ?? 0) - open) },
    inPlaceStill: (status.inventory ?? []).filter((line) => !keys.has(keyOf(line))),
  };
}

type Told = Pick<SectionStanding, "name" | "mode" | "managed" | "inSync">;

function sectionOf(baseline: Posture, told: Told, asked: readonly Desired[]): SectionStanding {
  const { status = {} } = baseline;
  const condition = sectionConditionOf(baseline, told.name);
  const drift = (status.drift ?? []).filter(({ control }) => control === told.name);
  const evidence = {
    section: told,
    look: lookOf(baseline),
    drift,
    isDriftWhole: (status.droppedDrift ?? 0) === 0,
    inPlace: new Set((status.inventory ?? []).map(keyOf)),
  };
  return {
    ...told,
    ready: condition ? { status: condition.status, reason: condition.reason, message: condition.message } : null,
    objects: asked.map(({ kind, name }) => ({
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      name,
      state: stateOf({ kind, name }, evidence),
    })),
    drift,
    findings: (status.findings ?? []).filter(({ control }) => control === told.name),
  };
}

/** A line of the inventory without the uid. */
function keyOf(line: string): string {
  return line.slice(0, line.lastIndexOf(" "));
}
