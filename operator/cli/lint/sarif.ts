/** Prints what `lint` says for code scanning, as SARIF 2.1.0 (OASIS). */
import { visible } from "../../api/visible.ts";
import { sortedSet } from "../../controls/order.ts";
import { fingerprints, helpOn, physicalLocation, plain, sarifLog } from "../sarif.ts";
import { type LintMessage, RULES, type RuleName } from "./message.ts";

const PAGE = "docs/install.md#lint-in-a-pipeline";

/** One log with one run. What cannot be read is a result, too: it has a place that somebody can mend. */
export function lintSarif(messages: readonly LintMessage[]): string {
  const used = sortedSet(messages.map(({ rule }) => rule)) as readonly RuleName[];
  return sarifLog({
    rules: used.map((id) => ({ id, shortDescription: { text: RULES[id] }, help: helpOn(PAGE), properties: { tags: ["lint"] } })),
    results: messages.map((message) => resultOf(message, used.indexOf(message.rule))),
    isSuccessful: !messages.some(({ rule }) => rule === "Unreadable" || rule === "NothingOfOurs"),
  });
}

function resultOf({ rule, level, file, line, path, subject, text }: LintMessage, ruleIndex: number) {
  return {
    ruleId: `${rule}`,
    ruleIndex,
    level,
    message: { text: plain(path === undefined ? text : `${path}: ${text}`) },
    ...(file !== undefined && {
      locations: [
        {
          physicalLocation: physicalLocation(file, line),
          ...(subject !== undefined && { logicalLocations: [{ fullyQualifiedName: visible(subject), kind: "resource" }] }),
        },
      ],
    }),
    partialFingerprints: fingerprints([rule, subject ?? file ?? "", path ?? "", text]),
  };
}
