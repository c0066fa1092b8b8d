/** Proves which findings are worth an Event: new ones, those that are gone or accepted, and none that was only pushed off a full list. */
import { expect } from "chai";
import type { FindingEntry, SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import { happeningsBetween } from "../../../operator/reconcile/happenings.ts";

const entry = (name: string, fields: Partial<FindingEntry> = {}): FindingEntry => ({
  control: "access",
  rule: "UserSubject",
  severity: "High",
  ref: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name },
  message: `grants view to ${name}`,
  firstSeen: "2026-11-23T10:00:00Z",
  ...fields,
});

const policy = (apiVersion: string): FindingEntry =>
  entry("web", { rule: "PermissiveNetworkPolicy", ref: { apiVersion, kind: "NetworkPolicy", name: "web" }, message: "opens everything" });

const status = (open: number, ...findings: readonly FindingEntry[]): SecurityBaselineStatus => ({
  summary: { managed: 0, inSync: 0, drifted: 0, findings: open },
  findings,
});

const ACCEPTED = { accepted: { reason: "until March", owner: "payments", expires: "2027-03-31T00:00:00Z" } };

describe("findings in Events", () => {
  const cases: readonly {
    reason: string;
    before: SecurityBaselineStatus | undefined;
    after: SecurityBaselineStatus;
    told: readonly string[];
  }[] = [
    {
      reason: "what is new is told with its remedy",
      before: undefined,
      after: status(1, entry("bob")),
      told: ["FindingDetected RoleBinding bob: UserSubject, grants view to bob"],
    },
    { reason: "what stays is not told again", before: status(1, entry("bob")), after: status(1, entry("bob")), told: [] },
    {
      reason: "what is gone is told",
      before: status(1, entry("bob")),
      after: status(0),
      told: ["FindingGone RoleBinding bob: UserSubject is no longer found, or accepted"],
    },
    {
      reason: "what was accepted is told, and is no news while it is",
      before: status(1, entry("bob")),
      after: status(0, entry("bob", ACCEPTED), entry("ann", ACCEPTED)),
      told: ["FindingGone RoleBinding bob: UserSubject is no longer found, or accepted"],
    },
    {
      reason: "what comes back when its exception ends is told",
      before: status(0, entry("bob", ACCEPTED)),
      after: status(1, entry("bob")),
      told: ["FindingDetected RoleBinding bob: UserSubject, grants view to bob"],
    },
    {
      reason: "what was only pushed off a full list is not said to be gone",
      before: status(1, entry("bob")),
      after: status(2, entry("ann", { severity: "Critical" })),
      told: ["FindingDetected RoleBinding ann: UserSubject, grants view to ann"],
    },
    {
      reason: "a kind of the same name in another group is told, and by its group",
      before: status(1, policy("networking.k8s.io/v1")),
      after: status(2, policy("networking.k8s.io/v1"), policy("projectcalico.org/v3")),
      told: ["FindingDetected NetworkPolicy.projectcalico.org web: PermissiveNetworkPolicy, opens everything"],
    },
  ];
  for (const { reason, before, after, told } of cases) {
    it(reason, () => {
      expect(happeningsBetween(before, after).map(({ reason: word, note }) => `${word} ${note}`)).to.deep.equal(told);
    });
  }
});
