/** Lists our kinds besides SecurityBaseline, each with the table of its specs that lint and a real API server judge alike. */
import type { OurKind } from "../../../operator/api/validate.ts";
import { CLUSTER_BASELINE_CASES, FULL_CLUSTER } from "./break-glass-cases.ts";
import type { Case } from "./case.ts";
import {
  CHECKPOINT_CASES,
  DECISION_CASES,
  ENTRY_CASES,
  FULL_CHECKPOINT,
  FULL_DECISION,
  FULL_ENTRY,
  FULL_REQUEST,
  REQUEST_CASES,
} from "./request-cases.ts";

export interface KindTable {
  readonly kind: OurKind;
  /** Plural name as in URLs. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Name that an object of the kind may have. */
  readonly name: string;
  readonly cases: readonly Case[];
  /** Specs that must be accepted as they are. */
  readonly accepted: readonly { readonly reason: string; readonly spec: object }[];
  /** A spec as its author wrote it, as the API server stores it, and the status before anybody has looked. */
  readonly defaulted: { readonly given: object; readonly completed: object; readonly status?: object };
}

const ASKED = { profile: "incident", duration: "1h30m", reason: "The database does not answer." };
const DECIDED = { requestRef: { name: "payments-1", uid: "u" }, profile: "incident", decision: "Withdraw" };
const LINK = { v: 1, chain: "c1", seq: 1, prevHash: "0".repeat(64), hash: "1".repeat(64) };
const HAPPENED = { ...LINK, time: "2026-11-23T10:00:00Z", type: "Requested", actor: "alice", requestUID: "u" };
const PROFILE = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 2 },
  maxDuration: "1h",
};

export const KIND_TABLES: readonly KindTable[] = [
  {
    kind: "ClusterSecurityBaseline",
    resource: "clustersecuritybaselines",
    namespaced: false,
    name: "cluster",
    cases: CLUSTER_BASELINE_CASES,
    accepted: [
      { reason: "nothing is needed", spec: {} },
      { reason: "a section without profiles", spec: { breakGlass: {} } },
      { reason: "every field at once", spec: FULL_CLUSTER },
    ],
    defaulted: {
      given: { breakGlass: { profiles: [PROFILE] } },
      completed: {
        mode: "Enforce",
        adoptExisting: false,
        deletionPolicy: "Delete",
        breakGlass: { profiles: [{ ...PROFILE, approvalTimeout: "30m", blockNextUntilReviewed: false }] },
      },
      status: { observedGeneration: -1 },
    },
  },
  {
    kind: "BreakGlassRequest",
    resource: "breakglassrequests",
    namespaced: true,
    name: "payments-1",
    cases: REQUEST_CASES,
    accepted: [
      { reason: "what a person writes", spec: ASKED },
      { reason: "every field at once", spec: FULL_REQUEST },
    ],
    defaulted: { given: ASKED, completed: { ...ASKED, bypass: false, drill: false } },
  },
  {
    kind: "BreakGlassDecision",
    resource: "breakglassdecisions",
    namespaced: true,
    name: "payments-1-bob",
    cases: DECISION_CASES,
    accepted: [
      { reason: "what a person writes", spec: DECIDED },
      { reason: "every field at once", spec: FULL_DECISION },
    ],
    defaulted: { given: DECIDED, completed: DECIDED },
  },
  {
    kind: "BreakGlassAuditEntry",
    resource: "breakglassauditentries",
    namespaced: true,
    name: "c0123456789-000000000001",
    cases: ENTRY_CASES,
    accepted: [
      { reason: "the least that is told", spec: HAPPENED },
      { reason: "every field at once", spec: FULL_ENTRY },
    ],
    defaulted: { given: HAPPENED, completed: HAPPENED },
  },
  {
    kind: "BreakGlassCheckpoint",
    resource: "breakglasscheckpoints",
    namespaced: true,
    name: "ledger",
    cases: CHECKPOINT_CASES,
    accepted: [{ reason: "every field at once", spec: FULL_CHECKPOINT }],
    defaulted: { given: FULL_CHECKPOINT, completed: FULL_CHECKPOINT },
  },
];

/** An object of the table's kind with this spec. */
export function objectOf({ kind, name }: Pick<KindTable, "kind" | "name">, spec: object): object {
  return { apiVersion: "securitybaseline.dev/v1alpha1", kind, metadata: { name }, spec };
}
