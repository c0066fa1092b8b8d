/** Makes a report from what could be read. PURE: equal lists at the same time give an equal report. */
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { rfc3339 } from "../../breakglass/times.ts";
import { emergenciesOf } from "./emergencies.ts";
import type { Lists, Place } from "./lists.ts";
import { coverageOfAll, type NamespaceLists, namespaceRows, sectionRows } from "./namespaces.ts";
import type { Report } from "./report.ts";
import { driftOf, exceptionsOf, findingsOf } from "./weaknesses.ts";

/** What a report says of itself. */
export interface Making {
  /** Host and port of the API server. */
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly program: string;
}

/** The report on a place, made of these lists. */
export function makeReport(lists: Lists, place: Place, { cluster, now, program }: Making): Report {
  const { baselines, clusterBaselines = [] } = lists;
  const all = baselines === undefined ? undefined : [...clusterBaselines, ...baselines];
  const system = new Set<string>([...RESERVED_NAMESPACES, place.breakGlassNamespace]);
  const known: NamespaceLists = { namespaces: lists.namespaces, baselines, system };
  const namespaces = namespaceRows(known);
  return {
    version: 1,
    cluster,
    namespace: place.namespace ?? null,
    madeAt: rfc3339(now / 1000),
    program,
    notKnown: lists.notKnown,
    coverage: coverageOfAll(namespaces, known),
    sections: sectionRows(namespaces, known),
    drift: all === undefined ? null : driftOf(all),
    findings: all === undefined ? null : findingsOf(all),
    exceptions: all === undefined ? null : exceptionsOf(all, now),
    emergencyAccess: emergenciesOf({ ...lists, ...place }, now),
    namespaces,
  };
}
