/** Names the kinds of policy reports, which two API groups have alike: one for a namespace, one for the cluster. */

/** API group of the reports that an installation wants written. */
export type ReportGroup = "wgpolicyk8s.io" | "openreports.io";

/** What an installation may want of reports, as its flag names it. */
export type PolicyReports = ReportGroup | "Off";

/** One kind of report. */
export interface ReportKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name as in URLs. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** The two kinds of a group. */
export interface ReportKinds {
  readonly inNamespace: ReportKind;
  readonly ofCluster: ReportKind;
  /** A report says once who made all of its results, beside what each of them says. */
  readonly hasSource: boolean;
}

const WG = "wgpolicyk8s.io/v1alpha2";
const OPEN = "openreports.io/v1alpha1";

export const REPORT_KINDS: Readonly<Record<ReportGroup, ReportKinds>> = {
  "wgpolicyk8s.io": {
    inNamespace: { apiVersion: WG, kind: "PolicyReport", resource: "policyreports", namespaced: true },
    ofCluster: { apiVersion: WG, kind: "ClusterPolicyReport", resource: "clusterpolicyreports", namespaced: false },
    hasSource: false,
  },
  "openreports.io": {
    inNamespace: { apiVersion: OPEN, kind: "Report", resource: "reports", namespaced: true },
    ofCluster: { apiVersion: OPEN, kind: "ClusterReport", resource: "clusterreports", namespaced: false },
    hasSource: true,
  },
};

/** Every choice, as the flag takes it. */
export const POLICY_REPORTS: readonly PolicyReports[] = ["Off", ...(Object.keys(REPORT_KINDS) as ReportGroup[])];
