/** Declares the report on a cluster's security posture: the value that `report -o json` prints and that the page is drawn from. */
import type { DriftType, FindingSeverity } from "../../api/baseline-status.ts";
import type { SectionMode } from "../../api/shared-types.ts";

/**
 * What was known when the report was made. `null` stands for what is not known, never for nothing: `notKnown` says why. Times are RFC 3339 in UTC. Lists are
 * sorted, so that two reports of the same state are equal but for `madeAt`. Fields may be added under the same `version`.
 */
export interface Report {
  readonly version: 1;
  /** Host and port of the API server. */
  readonly cluster: string;
  /** The one namespace that it is about; null: all of them. */
  readonly namespace: string | null;
  /** By the API server's clock. */
  readonly madeAt: string;
  /** Version of the program that made it. */
  readonly program: string;
  /** One sentence about each thing that the caller may not read, or that the cluster does not have. */
  readonly notKnown: readonly string[];
  readonly coverage: Coverage;
  /** How each section fares, by name; null where no baseline may be read. */
  readonly sections: readonly SectionRow[] | null;
  readonly drift: DriftPart | null;
  readonly findings: FindingPart | null;
  /** Accepted findings, those that end first at the top; null where no baseline may be read. */
  readonly exceptions: readonly ExceptionRow[] | null;
  readonly emergencyAccess: EmergencyPart | null;
  /** By name; null where neither namespaces nor baselines may be read. */
  readonly namespaces: readonly NamespaceRow[] | null;
}

/**
 * What a baseline does for its namespace. `Enforced`: at least one section is kept as it says. `Reporting`: all of its sections only report. `NotInEffect`: it
 * asks for something, and the operator has not looked at it or refuses it. `Off`: it asks for nothing. `Without`: there is none.
 */
export type CoverageState = "Enforced" | "Reporting" | "NotInEffect" | "Off" | "Without";

/** Namespaces by what their baselines do for them, those of the system apart. */
export interface Coverage {
  readonly total: number | null;
  readonly enforced: number | null;
  readonly reporting: number | null;
  readonly notInEffect: number | null;
  readonly off: number | null;
  readonly without: number | null;
  /** Namespaces of Kubernetes and of this installation; they are in no other number. */
  readonly system: number | null;
}

/** `NotReady` also where the operator has not looked yet. */
export type SectionState = "InPlace" | "Drifted" | "NotReady";

/** One section in all namespaces that use it. */
export interface SectionRow {
  readonly name: string;
  readonly inPlace: number;
  readonly drifted: number;
  readonly notReady: number;
  /** How many of these only report. */
  readonly reporting: number;
  /** Namespaces that do not use it, those of the system apart; null where not all namespaces are known. */
  readonly unused: number | null;
  readonly standards: readonly string[];
}

/** An object; its namespace stands beside it. */
export interface ReportedObject {
  readonly kind: string;
  readonly name: string;
}

/** What differs from the baselines now. */
export interface DriftPart {
  /** The oldest first. */
  readonly open: readonly DriftRow[];
  /** Entries that did not fit into their status; at most so many more are open. */
  readonly unlisted: number;
}

export interface DriftRow {
  /** Null for the ClusterSecurityBaseline. */
  readonly namespace: string | null;
  readonly section: string;
  readonly type: DriftType;
  readonly object: ReportedObject;
  readonly fields: readonly string[];
  /** Field manager; null where the API server does not tell. */
  readonly manager: string | null;
  readonly since: string;
  readonly count: number;
}

/** Findings that nobody accepted. */
export interface FindingPart {
  /** The worst first, then the oldest. */
  readonly open: readonly FindingRow[];
  /** How many of the listed ones there are of each severity. */
  readonly bySeverity: Readonly<Record<FindingSeverity, number>>;
  /** Findings that did not fit into their status. */
  readonly unlisted: number;
}

export interface FindingRow {
  /** Null for the ClusterSecurityBaseline. */
  readonly namespace: string | null;
  readonly section: string;
  readonly rule: string;
  readonly severity: FindingSeverity;
  readonly object: ReportedObject;
  /** What it does, and what to do about it. */
  readonly message: string;
  readonly since: string;
  readonly standards: readonly string[];
}

export interface ExceptionRow {
  /** Null for the ClusterSecurityBaseline. */
  readonly namespace: string | null;
  readonly rule: string;
  /** Null for a rule that this version does not know. */
  readonly severity: FindingSeverity | null;
  readonly section: string | null;
  readonly object: ReportedObject;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  /** `EndsSoon`: within 14 days. */
  readonly state: "Expired" | "EndsSoon" | "Valid";
  /** Whether there is such a finding; null where the status may not list all. */
  readonly inUse: boolean | null;
}

export interface EmergencyPart {
  /** Requests of so many days are listed, and older ones that are open or wait for a review. */
  readonly days: 30;
  /** The newest first. */
  readonly requests: readonly EmergencyRow[];
  /** Requests that can be used now. */
  readonly active: number;
  readonly reviewsOwed: number;
}

export interface EmergencyRow {
  /** Where the request is; of access to the whole cluster the break-glass namespace. */
  readonly namespace: string;
  readonly isForCluster: boolean;
  readonly request: string;
  readonly who: string;
  /** Null while it is not known. */
  readonly role: string | null;
  readonly profile: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly asked: string;
  /** From when on it could be used; null if never. */
  readonly from: string | null;
  /** When it ended or ends by itself; null before it is granted. */
  readonly to: string | null;
  readonly approvedBy: readonly string[];
  readonly bypass: boolean;
  readonly drill: boolean;
  readonly phase: string;
  readonly isReviewOwed: boolean;
  readonly reviewedBy: string | null;
  /** Only the ledger tells of it: the request is gone. */
  readonly isRequestGone: boolean;
}

export interface NamespaceRow {
  readonly name: string;
  readonly isSystem: boolean;
  /** Null where baselines may not be read. */
  readonly coverage: CoverageState | null;
  /** Condition `Compliant`; null without a baseline. */
  readonly compliant: "True" | "False" | "Unknown" | null;
  /** Why it is not Ready, or that it was edited since the operator looked; null if there is nothing to say. */
  readonly standing: string | null;
  readonly sections: readonly SectionOfNamespace[];
  /** Objects that differ now; null without a baseline. */
  readonly drift: number | null;
  /** Findings that nobody accepted; null without a baseline. */
  readonly findings: number | null;
}

export interface SectionOfNamespace {
  readonly name: string;
  readonly mode: SectionMode;
  readonly state: SectionState;
}
