/** Holds the lists of an invented cluster, written by hand, for tests of the report and for the picture in its documentation. */
import type { FindingException } from "../../operator/api/baseline.ts";
import type { ControlStatus, DriftEntry, FindingEntry, SecurityBaselineStatus } from "../../operator/api/baseline-status.ts";
import type { LedgerEntry, LedgerEntryType } from "../../operator/api/break-glass-audit-entry.ts";
import type { Posture } from "../../operator/api/postures.ts";
import type { Condition } from "../../operator/api/shared-types.ts";
import type { StoredBreakGlassRequest } from "../../operator/cli/break-glass/objects.ts";
import type { Lists, Place } from "../../operator/cli/report/lists.ts";
import { type Making, makeReport } from "../../operator/cli/report/make-report.ts";
import type { Report } from "../../operator/cli/report/report.ts";
import { requestObject } from "./request-objects.ts";

export const MAKING: Making = {
  cluster: "kube.example.com:6443",
  now: Date.parse("2026-11-23T10:00:00Z"),
  program: "securitybaseline 0.1.0 (commit 0123456)",
};

export const EVERYWHERE: Place = { namespace: undefined, breakGlassNamespace: "securitybaseline-breakglass" };

/** A condition of generation 3. */
export function condition(type: string, status: Condition["status"], reason = "InPlace", message = "as the baseline says"): Condition {
  return { type, status, reason, message, observedGeneration: 3, lastTransitionTime: "2026-11-20T08:00:00Z" };
}

/** The state of a section in a status. */
export function control(name: string, mode: ControlStatus["mode"], [inSync, managed]: readonly [number, number]): ControlStatus {
  return { name, mode, managed, inSync };
}

/** A baseline that the operator has looked at, with this status. */
export function baseline(
  namespace: string,
  status: Omit<SecurityBaselineStatus, "observedGeneration">,
  exceptions: readonly FindingException[] = [],
): Posture {
  const counts = { managed: 0, inSync: 0, drifted: 0, findings: 0 };
  return {
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "SecurityBaseline",
    metadata: { name: "baseline", namespace, generation: 3 },
    spec: { exceptions },
    status: { observedGeneration: 3, ...status, summary: { ...counts, ...status.summary } },
  };
}

const RBAC = "rbac.authorization.k8s.io/v1";
const NETWORKING = "networking.k8s.io/v1";

/** An open finding. */
export function finding(entry: Partial<FindingEntry> & Pick<FindingEntry, "rule" | "severity" | "message">, name: string): FindingEntry {
  return {
    control: "access",
    ref: { apiVersion: RBAC, kind: "RoleBinding", name },
    firstSeen: "2026-11-12T09:30:00Z",
    ...entry,
  };
}

/** An open difference of a NetworkPolicy. */
export function difference(entry: Partial<DriftEntry>, name = "default-deny"): DriftEntry {
  return {
    control: "network",
    ref: { apiVersion: NETWORKING, kind: "NetworkPolicy", name },
    type: "Modified",
    firstSeen: "2026-11-21T16:40:00Z",
    lastSeen: "2026-11-21T16:40:00Z",
    count: 1,
    state: "Open",
    ...entry,
  };
}

const ALL_IN_PLACE: Omit<SecurityBaselineStatus, "observedGeneration"> = {
  conditions: ["AccessReady", "Compliant", "NetworkReady", "PodSecurityReady", "Ready", "ServiceAccountsReady"].map((type) =>
    condition(type, "True"),
  ),
  controls: [
    control("access", "Enforce", [4, 4]),
    control("network", "Enforce", [5, 5]),
    control("podSecurity", "Enforce", [1, 1]),
    control("serviceAccounts", "Enforce", [2, 2]),
  ],
};

const AUTOMOUNTED = {
  rule: "AutomountedToken",
  severity: "Low",
  control: "serviceAccounts",
  ref: { apiVersion: "v1", kind: "ServiceAccount", name: "metrics" },
} as const;

const PAYMENTS = baseline(
  "payments",
  {
    ...ALL_IN_PLACE,
    conditions: [
      condition("AccessReady", "True"),
      condition("BreakGlassReady", "True"),
      condition("Compliant", "False", "Weakened", "objects of others weaken the namespace"),
      condition("NetworkReady", "True"),
      condition("PodSecurityReady", "True"),
      condition("Ready", "True"),
      condition("ServiceAccountsReady", "True"),
    ],
    controls: [...(ALL_IN_PLACE.controls ?? []), control("breakGlass", "Enforce", [4, 4])],
    summary: { managed: 16, inSync: 16, drifted: 0, findings: 2 },
    findings: [
      finding(
        {
          rule: "ClusterAdminBinding",
          severity: "Critical",
          firstSeen: "2026-11-22T23:05:00Z",
          message:
            "grants every right in the namespace, cluster-admin, to User bob: delete the binding, and give a role with the rights that are needed by spec.access",
        },
        "bob-admin",
      ),
      finding(
        {
          rule: "UserSubject",
          severity: "High",
          message: "grants view to User carol: delete the binding, and give the role to a group by spec.access",
        },
        "carol-view",
      ),
      finding(
        { ...AUTOMOUNTED, message: "mounts its token", accepted: { reason: "", owner: "", expires: "2026-12-01T00:00:00Z" } },
        "metrics",
      ),
    ],
  },
  [
    {
      rule: "AutomountedToken",
      ref: { kind: "ServiceAccount", name: "metrics" },
      reason: "the agent reads the API until its next release",
      owner: "observability",
      expires: "2026-12-01T00:00:00Z",
    },
  ],
);

const CHECKOUT = baseline(
  "checkout",
  {
    conditions: [
      condition("AccessReady", "True"),
      condition("Compliant", "False", "Drifted", "not everything is in place"),
      condition("NetworkReady", "False", "Drifted", "differs from the baseline"),
      condition("PodSecurityReady", "False", "Drifted", "differs from the baseline"),
      condition("Ready", "True"),
    ],
    controls: [control("access", "Report", [2, 2]), control("network", "Report", [3, 5]), control("podSecurity", "Report", [0, 1])],
    summary: { managed: 8, inSync: 5, drifted: 3, findings: 1 },
    drift: [
      difference({ fields: ["spec.ingress"], manager: "kubectl-edit" }),
      difference({ type: "Missing", firstSeen: "2026-11-18T07:12:00Z", lastSeen: "2026-11-18T07:12:00Z" }, "allow-dns"),
      difference({
        control: "podSecurity",
        ref: { apiVersion: "v1", kind: "Namespace", name: "checkout" },
        fields: ['metadata.labels["pod-security.kubernetes.io/enforce"]'],
        manager: "helm",
        firstSeen: "2026-11-14T13:00:00Z",
      }),
      difference({ state: "Repaired", firstSeen: "2026-11-01T00:00:00Z" }, "allow-egress-to-postgres"),
    ],
    findings: [
      finding(
        {
          rule: "PermissiveNetworkPolicy",
          severity: "High",
          control: "network",
          ref: { apiVersion: NETWORKING, kind: "NetworkPolicy", name: "allow-all" },
          firstSeen: "2026-11-19T11:20:00Z",
          message:
            "opens ingress from any address to every pod, which spec.network denies: delete it, and open what is needed by spec.network.ingress",
        },
        "allow-all",
      ),
    ],
  },
  [
    {
      rule: "SecretAccess",
      ref: { kind: "RoleBinding", name: "auditors" },
      reason: "yearly audit of stored credentials",
      owner: "platform security",
      expires: "2027-03-31T00:00:00Z",
    },
  ],
);

const LEDGER = baseline(
  "ledger",
  {
    conditions: [
      condition("Compliant", "False", "Conflict", "not everything is in place"),
      condition("NetworkReady", "False", "Conflict", "NetworkPolicy default-deny was made by somebody else"),
      condition("PodSecurityReady", "True"),
      condition("Ready", "False", "Conflict", "network: NetworkPolicy default-deny was made by somebody else: rename or delete it"),
    ],
    controls: [control("network", "Enforce", [4, 5]), control("podSecurity", "Enforce", [1, 1])],
    summary: { managed: 6, inSync: 5, drifted: 1, findings: 1 },
    drift: [difference({ type: "Conflict", firstSeen: "2026-11-20T09:00:00Z" })],
    findings: [
      finding(
        {
          rule: "ExecAccess",
          severity: "Medium",
          firstSeen: "2026-11-09T15:00:00Z",
          message: "lets Group contractors run commands in pods: delete the binding, or ask for emergency access when it is needed",
        },
        "contractors-debug",
      ),
    ],
  },
  [
    {
      rule: "LegacyServiceAccountToken",
      ref: { kind: "ServiceAccount", name: "batch" },
      reason: "the old scheduler needs it until it is switched off",
      owner: "payments platform",
      expires: "2026-11-20T00:00:00Z",
    },
  ],
);

const SEARCH = baseline("search", {
  conditions: [condition("Compliant", "True", "NothingAsked"), condition("Ready", "True", "NothingAsked", "no section is in use")],
});

const ORDERS: Posture = {
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "SecurityBaseline",
  metadata: { name: "baseline", namespace: "orders", generation: 1 },
  spec: {},
  status: { observedGeneration: -1 },
};

/** One link of the ledger. */
export function entry(seq: number, type: LedgerEntryType, time: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const zeros = "0".repeat(64);
  return { v: 1, chain: "ledger", seq, prevHash: zeros, hash: zeros, time, type, actor: "operator", requestUID: "uid-none", ...more };
}

const INCIDENT = { namespace: "payments", profile: "incident", role: "sb-incident-admin" };

/** A request that was approved, used and not reviewed; one by bypass that is in use; and one whose request somebody deleted. */
const ENTRIES: readonly LedgerEntry[] = [
  entry(1, "Requested", "2026-11-08T02:10:00Z", {
    requestUID: "uid-deleted",
    actor: "mallory",
    details: { ...INCIDENT, request: "incident-deleted", reason: "node pool does not drain, pods are stuck" },
  }),
  entry(2, "Approved", "2026-11-08T02:14:00Z", { requestUID: "uid-deleted", actor: "lee", details: { ...INCIDENT, approvers: '["lee"]' } }),
  entry(3, "Issuing", "2026-11-08T02:14:05Z", { requestUID: "uid-deleted", deadline: "2026-11-08T02:44:05Z", details: INCIDENT }),
  entry(4, "Active", "2026-11-08T02:14:06Z", { requestUID: "uid-deleted", deadline: "2026-11-08T02:44:05Z", details: INCIDENT }),
  entry(5, "Revoked", "2026-11-08T02:20:00Z", {
    requestUID: "uid-deleted",
    details: { ...INCIDENT, request: "incident-deleted", endReason: "RequestDeleted" },
  }),
];

const REQUESTS = [
  requestObject("incident-night", {
    createdAt: "2026-11-16T01:00:00Z",
    spec: { ticket: "INC-4711", requester: { username: "jane@example.com" } },
    status: {
      phase: "Expired",
      resolved: {
        baselineUID: "b",
        profileHash: "f00d",
        role: "sb-incident-admin",
        roleUID: "r",
        roleRulesHash: "beef",
        expiryGuarantee: "APIServer",
      },
      decisions: [{ name: "d", uid: "d", decision: "Approve", approver: "lee@example.com", counts: true }],
      issuedAt: "2026-11-16T01:06:00Z",
      deadline: "2026-11-16T01:36:00Z",
      endedAt: "2026-11-16T01:36:00Z",
      history: [
        { phase: "Active", time: "2026-11-16T01:06:00Z" },
        { phase: "Expired", time: "2026-11-16T01:36:00Z" },
      ],
      review: { reviewer: "lee@example.com", time: "2026-11-16T09:00:00Z" },
    },
  }),
  requestObject("incident-now", {
    namespace: "checkout",
    createdAt: "2026-11-23T09:40:00Z",
    spec: {
      bypass: true,
      ticket: "INC-4733",
      requester: { username: "sam@example.com" },
      reason: "all payments fail since the certificate was renewed",
    },
    status: {
      phase: "Active",
      resolved: {
        baselineUID: "b",
        profileHash: "f00d",
        role: "sb-incident-admin",
        roleUID: "r",
        roleRulesHash: "beef",
        expiryGuarantee: "APIServer",
      },
      issuedAt: "2026-11-23T09:41:00Z",
      deadline: "2026-11-23T10:11:00Z",
      history: [{ phase: "Active", time: "2026-11-23T09:41:00Z" }],
    },
  }),
] as unknown as readonly StoredBreakGlassRequest[];

const NAMES = [
  "analytics",
  "checkout",
  "default",
  "frontend",
  "identity",
  "kube-node-lease",
  "kube-public",
  "kube-system",
  "ledger",
  "orders",
  "payments",
  "search",
  "securitybaseline-breakglass",
  "securitybaseline-system",
];

/** A cluster of fourteen namespaces, in which everything that a report tells of is there once. */
export const INVENTED: Lists = {
  namespaces: NAMES.map((name) => ({ metadata: { name } })),
  baselines: [PAYMENTS, CHECKOUT, LEDGER, SEARCH, ORDERS, baseline("frontend", ALL_IN_PLACE), baseline("identity", ALL_IN_PLACE)],
  clusterBaselines: [],
  requests: REQUESTS,
  entries: ENTRIES,
  notKnown: [],
};

const EMPTY: Lists = { namespaces: [], baselines: [], clusterBaselines: [], requests: [], entries: [], notKnown: [] };

/** The report on these lists, the others being empty; of all namespaces, or of one. */
export function reportOf(lists: Partial<Lists>, namespace?: string): Report {
  return makeReport({ ...EMPTY, ...lists }, { ...EVERYWHERE, namespace }, MAKING);
}
