/** Finds out which running pods a planned Pod Security level would refuse, and what the operator would then do about the level. */
import type { JsonObject } from "../../api/json.ts";
import type { Posture } from "../../api/postures.ts";
import { type Asked, preflightOf } from "../../cluster/pod-security.ts";
import type { Transport } from "../../cluster/types.ts";
import { decide, isRaise } from "../../controls/pod-security/enforce.ts";
import { podSecurity } from "../../controls/pod-security/pod-security.ts";
import { POD_SECURITY_LABELS } from "../../kinds/namespace.ts";
import { printStandard } from "../../kinds/pod-security-standard.ts";
import { type Raise, raiseIn, recordedFloor, staysText, verdictOf, withHold } from "../../plan/raise.ts";
import type { Section } from "../../plan/snapshot.ts";
import type { RefusedPods } from "./outcome.ts";
import { inEnforce, type Scene } from "./scene.ts";

/** Labels of a Namespace that would raise its level. */
export interface PodQuestion {
  readonly namespace: string;
  readonly labels: JsonObject;
}

/** A level that a plan raises. */
export interface Climb {
  readonly raise: Raise;
  /** Undefined where nothing runs: the namespace is not there yet. */
  readonly question: PodQuestion | undefined;
  readonly reportedOnly: boolean;
}

/** What becomes of a level, and of the sections with it. */
export interface Outlook {
  readonly sections: readonly Section[];
  readonly runningPods: RefusedPods | undefined;
  /** What could not be found out, one sentence each. */
  readonly unknown: readonly string[];
}

/** Questions at once: for each the API server judges all pods of a namespace. */
const AT_ONCE = 8;

/** The level that a plan raises, also where it would only report; undefined where it raises none. `before`: the baseline as stored. PURE. */
export function climbOf({ sections, snapshot, isNew }: Scene, before: Pick<Posture, "status"> = {}): Climb | undefined {
  const raise = raiseIn(sections.map(inEnforce), snapshot.live, recordedFloor({ baseline: before }));
  if (raise === undefined || !isRaise(raise.levels)) return undefined;
  const { level, version } = raise.levels.asked;
  const labels = { [POD_SECURITY_LABELS.enforce]: level, [POD_SECURITY_LABELS.enforceVersion]: version };
  const { mode } = sections.find(({ control }) => control.name === podSecurity.name) ?? {};
  const question = isNew ? undefined : { namespace: snapshot.baseline.namespace, labels };
  return { raise, question, reportedOnly: mode === "Report" };
}

/** Asks each question once, by a dry run with the caller's rights, which stores nothing. Answers by namespace. */
export async function askAboutPods(
  transport: Pick<Transport, "request">,
  questions: readonly PodQuestion[],
): Promise<ReadonlyMap<string, Asked>> {
  const answers = new Map<string, Asked>();
  const waiting = questions.values();
  const askInTurn = async (): Promise<void> => {
    for (const { namespace, labels } of waiting) answers.set(namespace, await preflightOf(transport, namespace, labels));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  return answers;
}

const NOTHING_RUNS: Asked = { violated: false, pods: [], truncated: false };

/** Decides about the level as the operator does. PURE. */
export function outlookOf({ sections }: Scene, climb: Climb | undefined, answer: Asked | undefined): Outlook {
  if (climb === undefined) return { sections, runningPods: undefined, unknown: [] };
  const { raise, reportedOnly } = climb;
  const known = answer ?? NOTHING_RUNS;
  const decision = decide(raise.levels, raise.onViolation, verdictOf(known));
  const held = decision.do === "hold" ? staysText(decision.labels) : undefined;
  const asked = printStandard(raise.levels.asked);
  const message = `running pods are in the way of ${asked}`;
  return {
    sections: decision.do === "hold" ? withHold(sections, decision.labels, { reason: "Held", message }) : sections,
    runningPods:
      "violated" in known && known.violated ? { asked, held, pods: known.pods, isIncomplete: known.truncated, reportedOnly } : undefined,
    unknown: "unknown" in known ? [unknownText(asked, held, known)] : [],
  };
}

/** HTTP status of a refusal for lack of rights. */
const FORBIDDEN = 403;

function unknownText(
  asked: string,
  held: string | undefined,
  { unknown, status }: { readonly unknown: string; readonly status?: number },
): string {
  const why = status === FORBIDDEN ? "you may not patch the Namespace, also not in a dry run" : unknown;
  const then = held === undefined ? "" : `; ${held} until the operator, which asks for itself, knows that none does`;
  return `which running pods break ${asked} is not known: ${why}${then}`;
}
