/** Judges the objects of a namespace, or of the whole cluster, by every rule: what of them weakens what a baseline says. PURE. */
import type { FindingSeverity } from "../api/baseline-status.ts";
import type { JsonObject } from "../api/json.ts";
import { byText } from "../controls/order.ts";
import type { JudgedKind } from "../kinds/kind.ts";
import { rules } from "./index.ts";
import { kindTitle } from "./naming.ts";
import type { FindingContext, Rule } from "./rule.ts";

/** An object of the namespace, or outside of all. */
export interface Suspect {
  readonly kind: JudgedKind;
  readonly name: string;
  readonly traits: JsonObject;
  /** The baseline asks for it, and it is ours: drift tells where it differs. */
  readonly ours: boolean;
  /** It is outside of all, and judged by what it means here. */
  readonly reaching?: boolean;
}

/** One rule that one object breaks. */
export interface Finding {
  readonly rule: Rule;
  readonly ref: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** One sentence with the remedy. */
  readonly message: string;
}

/** The worst first. */
export const SEVERITIES: readonly FindingSeverity[] = ["Critical", "High", "Medium", "Low"];

/** All findings, the worst first, then by name. An object that a rule cannot read is no finding of that rule. */
export function findingsIn(suspects: readonly Suspect[], context: FindingContext): readonly Finding[] {
  const inUse = rules.filter(({ withSectionOnly, control }) => withSectionOnly !== true || context.section(control) !== undefined);
  // A section says what is asked for in one namespace; what is outside of all is judged without.
  const rulesFor = ({ kind, reaching = false }: Suspect): readonly Rule[] =>
    (kind.namespaced || reaching ? inUse : rules).filter(({ inEachNamespace = false }) => kind.namespaced || inEachNamespace === reaching);
  return suspects
    .flatMap((suspect) =>
      rulesFor(suspect)
        .filter(({ kinds, alsoOurs }) => kinds.includes(suspect.kind) && (!suspect.ours || alsoOurs === true))
        .flatMap((rule) => judged(rule, suspect, context)),
    )
    .toSorted(
      (a, b) =>
        rankOf(a) - rankOf(b) ||
        byText(kindTitle(a.ref), kindTitle(b.ref)) ||
        byText(a.ref.name, b.ref.name) ||
        byText(a.rule.id, b.rule.id),
    );
}

function judged(rule: Rule, { kind, name, traits }: Suspect, context: FindingContext): readonly Finding[] {
  const message = rule.judge(traits, context, name);
  return message === undefined ? [] : [{ rule, ref: { apiVersion: kind.apiVersion, kind: kind.kind, name }, message }];
}

function rankOf({ rule }: Finding): number {
  return SEVERITIES.indexOf(rule.severity);
}
