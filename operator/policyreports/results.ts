/** Says a status as results of a policy report, one for each thing that it tells. PURE. */
import type { ControlStatus, DriftEntry, FindingEntry, ObjectRef } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import type { Posture } from "../api/postures.ts";
import { CLUSTER_WEAKENED, CONFINED, READY } from "../api/reasons.ts";
import type { Condition } from "../api/shared-types.ts";
import { conditionOf, LOOK_TEXTS, lookOf, sectionConditionOf } from "../controls/baseline-look.ts";
import { observedKinds, ownedKinds } from "../controls/index.ts";
import { judgedKinds } from "../findings/index.ts";
import { kindTitle } from "../findings/naming.ts";
import { kindKey } from "../kinds/kind.ts";
import { fitName, fitTo } from "../reconcile/fit.ts";
import { whatDiffers } from "../reconcile/happenings.ts";

export type Outcome = "pass" | "fail" | "warn" | "error" | "skip";

/** One result, as both groups have it. */
export interface Result extends JsonObject {
  readonly result: Outcome;
}

/** A baseline, and the namespace in which its objects are. */
export interface Reported {
  readonly baseline: Posture;
  readonly home: string;
}

/** Who made the results, for readers of many reports. */
export const SOURCE = "securitybaseline";

/** Policy of what is said of the baseline as a whole; sections are the others. */
const WHOLE = "baseline";

/** Longest message and word: a status that somebody else wrote must not make a report that is refused. */
const LONGEST_MESSAGE = 1024;
const LONGEST_WORD = 63;

/** Reasons of what may be as it should and is not known to be. */
const NOT_KNOWN: ReadonlySet<string> = new Set(["Progressing", "BackendUnavailable"]);

const NAMESPACED: ReadonlyMap<string, boolean> = new Map(
  [...ownedKinds, ...observedKinds, ...judgedKinds].map((kind) => [kindKey(kind), kind.namespaced]),
);

/** What a status says, in its own order. */
export function resultsOf(reported: Reported): readonly Result[] {
  const { baseline } = reported;
  const { controls = [], drift = [], findings = [] } = baseline.status ?? {};
  const modes = new Map(controls.map(({ name, mode }) => [name, mode]));
  return [
    ...wholeResults(reported),
    ...controls.map((control) => sectionResult(reported, control)),
    ...drift.filter(({ state }) => state === "Open").map((entry) => driftResult(reported, entry, modes.get(entry.control))),
    ...findings.map((entry) => findingResult(reported, entry)),
    ...notListed(reported),
  ];
}

interface Said {
  readonly category: "Baseline" | "Section" | "Drift" | "Finding";
  readonly policy: string;
  readonly rule: string;
  readonly result: Outcome;
  readonly severity?: string;
  readonly message: string;
  /** RFC 3339; readers sort by it. */
  readonly time?: string | undefined;
  /** Default: the baseline. */
  readonly about?: JsonObject;
}

function result(reported: Reported, { category, policy, rule, result: outcome, severity, message, time, about }: Said): Result {
  const seconds = Math.floor(Date.parse(time ?? "") / 1000);
  return {
    source: SOURCE,
    category,
    policy: fitTo(LONGEST_WORD, policy),
    rule: fitTo(LONGEST_WORD, rule),
    result: outcome,
    ...(severity !== undefined && { severity }),
    message: fitTo(LONGEST_MESSAGE, message),
    resources: [about ?? refToBaseline(reported)],
    ...(Number.isFinite(seconds) && { timestamp: { seconds, nanos: 0 } }),
  };
}

function wholeResults(reported: Reported): readonly Result[] {
  const { baseline } = reported;
  const ready = { category: "Baseline", policy: WHOLE, rule: READY } as const;
  const confined = conditionOf(baseline, CONFINED);
  const weakened = conditionOf(baseline, CLUSTER_WEAKENED);
  return [
    result(reported, { ...ready, ...judged(reported, conditionOf(baseline, READY), "fail") }),
    // Its one reason for False also says that it cannot be told: who reads that must not take it for confined.
    ...(confined === undefined ? [] : [result(reported, { ...ready, rule: CONFINED, ...judged(reported, confined, "fail", new Set()) })]),
    ...(weakened === undefined ? [] : [result(reported, { ...ready, rule: CLUSTER_WEAKENED, ...said(weakened, "warn") })]),
  ];
}

function sectionResult(reported: Reported, { name, mode }: ControlStatus): Result {
  const condition = sectionConditionOf(reported.baseline, name);
  const verdict = judged(reported, condition, failing(mode));
  return result(reported, { category: "Section", policy: name, rule: condition?.type ?? READY, ...verdict });
}

type Verdict = Pick<Said, "result" | "message" | "time">;

/** What a condition says; nothing that does not speak of the present passes. */
function judged({ baseline }: Reported, condition: Condition | undefined, otherwise: Outcome, notKnown = NOT_KNOWN): Verdict {
  const look = lookOf(baseline);
  if (look !== "Fresh") return { result: "error", message: `not known: ${LOOK_TEXTS[look]}` };
  if (condition === undefined) return { result: "error", message: "not known: the status does not say how it stands" };
  if (condition.status === "True") return said(condition, "pass");
  return said(condition, condition.status === "False" && !notKnown.has(condition.reason) ? otherwise : "error");
}

function said({ reason, message, lastTransitionTime }: Condition, outcome: Outcome): Verdict {
  return { result: outcome, message: `${reason}: ${message}`, time: lastTransitionTime };
}

/** What only reports breaks nothing that anybody enforces. */
function failing(mode: ControlStatus["mode"] | undefined): Outcome {
  return mode === "Report" ? "warn" : "fail";
}

function driftResult(reported: Reported, entry: DriftEntry, mode: ControlStatus["mode"] | undefined): Result {
  return result(reported, {
    category: "Drift",
    policy: entry.control,
    rule: entry.type,
    result: failing(mode),
    message: whatDiffers(entry),
    time: entry.lastSeen,
    about: refTo(reported, entry.ref),
  });
}

function findingResult(reported: Reported, { control, rule, severity, ref, message, firstSeen, accepted }: FindingEntry): Result {
  const by = accepted && `accepted until ${accepted.expires} by ${accepted.owner} (${accepted.reason}): `;
  return result(reported, {
    category: "Finding",
    policy: control,
    rule,
    result: accepted === undefined ? "fail" : "skip",
    severity: severity.toLowerCase(),
    message: `${by ?? ""}${kindTitle(ref)} ${ref.name}: ${message}`,
    time: firstSeen,
    about: refTo(reported, ref),
  });
}

/** What has no room in the status is not known either. */
function notListed(reported: Reported): readonly Result[] {
  const { droppedDrift = 0, findings = [], summary } = reported.baseline.status ?? {};
  const open = findings.filter(({ accepted }) => accepted === undefined).length;
  const counts = [
    ["Drift", droppedDrift, "drift entries"],
    ["Finding", (summary?.findings ?? 0) - open, "findings"],
  ] as const;
  return counts.flatMap(([category, count, what]) =>
    count > 0
      ? [
          result(reported, {
            category,
            policy: WHOLE,
            rule: "NotListed",
            result: "error",
            message: `${count} more ${what} have no room in the status`,
          }),
        ]
      : [],
  );
}

function refTo({ home }: Reported, { apiVersion, kind, name }: ObjectRef): JsonObject {
  const inNamespace = NAMESPACED.get(kindKey({ apiVersion, kind })) === true;
  const words = { apiVersion: fitName(apiVersion), kind: fitTo(LONGEST_WORD, kind) };
  return { ...words, ...(inNamespace && { namespace: home }), name: fitName(name) };
}

function refToBaseline({ baseline: { apiVersion, kind, metadata } }: Reported): JsonObject {
  const { namespace, name, uid } = metadata;
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name, ...(uid !== undefined && { uid }) };
}
