/** Makes the policy report of a baseline from its status as it is stored: equal status, equal report. PURE. */
import type { JsonObject } from "../api/json.ts";
import { MANAGED_BY_LABEL, MANAGED_BY_VALUE, REPORT_LABEL, REPORT_LABEL_VALUE, REPORT_NAME } from "../api/names.ts";
import { REPORT_KINDS, type ReportGroup } from "../kinds/policy-report.ts";
import { type Outcome, type Reported, type Result, resultsOf, SOURCE } from "./results.ts";

/** What every report of ours carries. */
export const REPORT_LABELS = { [MANAGED_BY_LABEL]: MANAGED_BY_VALUE, [REPORT_LABEL]: REPORT_LABEL_VALUE };

const OUTCOMES: readonly Outcome[] = ["pass", "fail", "warn", "error", "skip"];

/** The report as it is applied. The garbage collection removes it with the baseline, and the baseline does not wait for that. */
export function reportOf(group: ReportGroup, reported: Reported): JsonObject {
  const { apiVersion, kind, metadata } = reported.baseline;
  const { namespace, name, uid } = metadata;
  const { inNamespace, ofCluster, hasSource } = REPORT_KINDS[group];
  const type = namespace === undefined ? ofCluster : inNamespace;
  const results = resultsOf(reported);
  return {
    apiVersion: type.apiVersion,
    kind: type.kind,
    metadata: {
      name: REPORT_NAME,
      ...(namespace !== undefined && { namespace }),
      labels: REPORT_LABELS,
      ownerReferences: [{ apiVersion, kind, name, uid, blockOwnerDeletion: false }],
    },
    ...(hasSource && { source: SOURCE }),
    summary: summaryOf(results),
    results,
  };
}

function summaryOf(results: readonly Result[]): JsonObject {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, results.filter(({ result }) => result === outcome).length]));
}
