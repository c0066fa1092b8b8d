/** Proves that a policy report says what the status says, each thing once, and never that something passes of which that is not known. */
import { expect } from "chai";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { Posture } from "../../../operator/api/postures.ts";
import type { Condition } from "../../../operator/api/shared-types.ts";
import { reportOf } from "../../../operator/policyreports/report.ts";

const AT = "2026-11-23T10:00:00Z";
const SECONDS = 1_795_428_000;

const METADATA = { namespace: "shop", name: "baseline", uid: "uid-1", resourceVersion: "7", generation: 3 };
const BASELINE = {
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "SecurityBaseline",
  namespace: "shop",
  name: "baseline",
  uid: "uid-1",
};

function condition(type: string, status: Condition["status"], reason: string, message = "so it is"): Condition {
  return { type, status, reason, message, observedGeneration: 3, lastTransitionTime: AT };
}

const READY = condition("Ready", "True", "InPlace");

function section(name: string, mode: "Enforce" | "Report" = "Enforce") {
  return { name, mode, managed: 2, inSync: 2 } as const;
}

/** A baseline whose status speaks of it as it is, unless `metadata` says otherwise. */
function baseline(status: SecurityBaselineStatus | undefined, metadata: object = {}): Posture {
  return {
    apiVersion: BASELINE.apiVersion,
    kind: BASELINE.kind,
    metadata: { ...METADATA, ...metadata },
    ...(status !== undefined && { status: { observedGeneration: 3, ...status } }),
  };
}

const report = (posture: Posture, home = "shop"): JsonObject => reportOf("wgpolicyk8s.io", { baseline: posture, home });

const resultsOf = (posture: Posture, home?: string): JsonObject[] => report(posture, home)["results"] as JsonObject[];

/** As `policy rule result: message`. */
const lines = (posture: Posture, home?: string): string[] =>
  resultsOf(posture, home).map(({ policy, rule, result, message }) => `${policy} ${rule} ${result}: ${message}`);

const DRIFT = {
  control: "network",
  ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
  type: "Modified",
  fields: ["spec.ingress"],
  manager: "kubectl-patch",
  firstSeen: "2026-11-23T09:00:00Z",
  lastSeen: AT,
  count: 2,
  state: "Open",
} as const;

const FINDING = {
  control: "access",
  rule: "UserSubject",
  severity: "High",
  ref: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name: "bob" },
  message: "grants view to User bob: delete the binding",
  firstSeen: AT,
} as const;

describe("the report of a baseline", () => {
  it("is this, as a whole", () => {
    const status = { conditions: [READY, condition("NetworkReady", "True", "InPlace")], controls: [section("network")], drift: [DRIFT] };
    expect(report(baseline(status))).to.deep.equal({
      apiVersion: "wgpolicyk8s.io/v1alpha2",
      kind: "PolicyReport",
      metadata: {
        name: "securitybaseline",
        namespace: "shop",
        labels: { "app.kubernetes.io/managed-by": "securitybaseline", "securitybaseline.dev/policy-report": "true" },
        ownerReferences: [
          {
            apiVersion: "securitybaseline.dev/v1alpha1",
            kind: "SecurityBaseline",
            name: "baseline",
            uid: "uid-1",
            blockOwnerDeletion: false,
          },
        ],
      },
      summary: { pass: 2, fail: 1, warn: 0, error: 0, skip: 0 },
      results: [
        {
          source: "securitybaseline",
          category: "Baseline",
          policy: "baseline",
          rule: "Ready",
          result: "pass",
          message: "InPlace: so it is",
          resources: [BASELINE],
          timestamp: { seconds: SECONDS, nanos: 0 },
        },
        {
          source: "securitybaseline",
          category: "Section",
          policy: "network",
          rule: "NetworkReady",
          result: "pass",
          message: "InPlace: so it is",
          resources: [BASELINE],
          timestamp: { seconds: SECONDS, nanos: 0 },
        },
        {
          source: "securitybaseline",
          category: "Drift",
          policy: "network",
          rule: "Modified",
          result: "fail",
          message: "NetworkPolicy default-deny: spec.ingress was changed by kubectl-patch",
          resources: [{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "shop", name: "default-deny" }],
          timestamp: { seconds: SECONDS, nanos: 0 },
        },
      ],
    });
  });

  it("is of the other group what that group calls it, and names its source once more", () => {
    const posture = baseline({ conditions: [READY] });
    const [one, other] = [report(posture), reportOf("openreports.io", { baseline: posture, home: "shop" })];
    expect(other).to.deep.equal({ ...one, apiVersion: "openreports.io/v1alpha1", kind: "Report", source: "securitybaseline" });
  });

  it("is of the cluster for the ClusterSecurityBaseline, whose objects are in the break-glass namespace", () => {
    const posture: Posture = {
      apiVersion: BASELINE.apiVersion,
      kind: "ClusterSecurityBaseline",
      metadata: { name: "cluster", uid: "uid-2", generation: 1 },
      status: {
        observedGeneration: 1,
        conditions: [READY, condition("Confined", "False", "BackendUnavailable", "a policy is missing")],
        drift: [{ ...DRIFT, control: "breakGlass", ref: { ...FINDING.ref, name: "break-glass-request-incident" } }],
        findings: [{ ...FINDING, ref: { ...FINDING.ref, kind: "ClusterRoleBinding" } }],
      },
    };
    const made = report(posture, "glass");
    expect(made).to.include({ kind: "ClusterPolicyReport" });
    expect(made["metadata"]).to.not.have.property("namespace");
    expect(resultsOf(posture, "glass").map(({ rule, result, resources }) => [rule, result, resources])).to.deep.equal([
      ["Ready", "pass", [{ apiVersion: BASELINE.apiVersion, kind: "ClusterSecurityBaseline", name: "cluster", uid: "uid-2" }]],
      ["Confined", "fail", [{ apiVersion: BASELINE.apiVersion, kind: "ClusterSecurityBaseline", name: "cluster", uid: "uid-2" }]],
      ["Modified", "fail", [{ ...FINDING.ref, name: "break-glass-request-incident", namespace: "glass" }]],
      ["UserSubject", "fail", [{ ...FINDING.ref, kind: "ClusterRoleBinding" }]],
    ]);
    expect(reportOf("openreports.io", { baseline: posture, home: "glass" })).to.include({ kind: "ClusterReport" });
  });

  describe("says of a section what its condition says", () => {
    const states = [
      { status: "True", reason: "InPlace", mode: "Enforce", result: "pass" },
      { status: "True", reason: "InPlace", mode: "Report", result: "pass" },
      { status: "False", reason: "Drifted", mode: "Enforce", result: "fail" },
      { status: "False", reason: "Drifted", mode: "Report", result: "warn" },
      { status: "False", reason: "Conflict", mode: "Enforce", result: "fail" },
      { status: "False", reason: "Contested", mode: "Enforce", result: "fail" },
      { status: "False", reason: "Forbidden", mode: "Enforce", result: "fail" },
      { status: "False", reason: "Held", mode: "Enforce", result: "fail" },
      { status: "False", reason: "InvalidSpec", mode: "Enforce", result: "fail" },
      { status: "False", reason: "InvalidSpec", mode: "Report", result: "warn" },
      { status: "False", reason: "Progressing", mode: "Enforce", result: "error" },
      { status: "False", reason: "BackendUnavailable", mode: "Report", result: "error" },
      { status: "Unknown", reason: "InPlace", mode: "Enforce", result: "error" },
    ] as const;
    for (const { status, reason, mode, result } of states) {
      it(`${status} ${reason} in mode ${mode}: ${result}`, () => {
        const conditions = [READY, condition("AccessReady", status, reason)];
        expect(lines(baseline({ conditions, controls: [section("access", mode)] }))).to.deep.equal([
          "baseline Ready pass: InPlace: so it is",
          `access AccessReady ${result}: ${reason}: so it is`,
        ]);
      });
    }

    it("without a condition, or of a section that this version does not know: that it is not known", () => {
      expect(lines(baseline({ conditions: [READY], controls: [section("access"), section("<new>")] }))).to.deep.equal([
        "baseline Ready pass: InPlace: so it is",
        "access Ready error: not known: the status does not say how it stands",
        "<new> Ready error: not known: the status does not say how it stands",
      ]);
    });
  });

  it("says so when the baseline is refused as a whole, and when findings of the cluster reach it", () => {
    const conditions = [
      condition("Compliant", "False", "ReservedNamespace"),
      condition("Ready", "False", "ReservedNamespace", "remove this object"),
      condition("Stalled", "True", "ReservedNamespace"),
      condition("ClusterWeakened", "True", "Weakened", "1 finding"),
    ];
    expect(lines(baseline({ conditions }))).to.deep.equal([
      "baseline Ready fail: ReservedNamespace: remove this object",
      "baseline ClusterWeakened warn: Weakened: 1 finding",
    ]);
  });

  it("lists drift that is open, as a warning where its section only reports", () => {
    const drift = [
      DRIFT,
      { ...DRIFT, state: "Repaired" },
      { ...DRIFT, control: "access", type: "Missing", fields: [], ref: { ...FINDING.ref, name: "gone" } },
    ] as const;
    const controls = [section("access", "Report")];
    expect(lines(baseline({ conditions: [READY, condition("AccessReady", "False", "Drifted")], controls, drift })).slice(2)).to.deep.equal([
      "network Modified fail: NetworkPolicy default-deny: spec.ingress was changed by kubectl-patch",
      "access Missing warn: RoleBinding gone is missing (kubectl-patch)",
    ]);
  });

  it("lists findings with their severity, and skips accepted ones with who accepts them", () => {
    const accepted = { reason: "until the migration", owner: "team-a", expires: "2027-01-01T00:00:00Z" };
    const findings = [FINDING, { ...FINDING, severity: "Critical", accepted }, { ...FINDING, severity: "Low" }] as const;
    const told = resultsOf(baseline({ conditions: [READY], findings, summary: { managed: 0, inSync: 0, drifted: 0, findings: 2 } })).slice(
      1,
    );
    expect(told.map(({ result, severity }) => [result, severity])).to.deep.equal([
      ["fail", "high"],
      ["skip", "critical"],
      ["fail", "low"],
    ]);
    expect(told.map(({ message }) => message)).to.deep.equal([
      "RoleBinding bob: grants view to User bob: delete the binding",
      "accepted until 2027-01-01T00:00:00Z by team-a (until the migration): RoleBinding bob: grants view to User bob: delete the binding",
      "RoleBinding bob: grants view to User bob: delete the binding",
    ]);
  });

  it("counts what has no room in the status", () => {
    const status = {
      conditions: [READY],
      findings: [FINDING],
      droppedDrift: 4,
      summary: { managed: 0, inSync: 0, drifted: 9, findings: 3 },
    };
    expect(lines(baseline(status)).slice(2)).to.deep.equal([
      "baseline NotListed error: 4 more drift entries have no room in the status",
      "baseline NotListed error: 2 more findings have no room in the status",
    ]);
  });

  describe("of a status that does not speak of the present", () => {
    const status = {
      conditions: [READY, condition("NetworkReady", "True", "InPlace"), condition("Confined", "True", "InPlace")],
      controls: [section("network")],
      drift: [DRIFT],
      findings: [FINDING],
    };

    it("lets no section pass, and leaves what was seen", () => {
      expect(lines(baseline(status, { generation: 4 }))).to.deep.equal([
        "baseline Ready error: not known: edited since the operator looked",
        "baseline Confined error: not known: edited since the operator looked",
        "network NetworkReady error: not known: edited since the operator looked",
        "network Modified fail: NetworkPolicy default-deny: spec.ingress was changed by kubectl-patch",
        "access UserSubject fail: RoleBinding bob: grants view to User bob: delete the binding",
      ]);
    });

    for (const [reason, unseen] of [
      ["there is none", undefined],
      ["nobody has looked", { ...status, drift: [], findings: [], conditions: [], controls: [], observedGeneration: -1 }],
    ] as const) {
      it(`says that nobody has looked: ${reason}`, () => {
        expect(lines(baseline(unseen))).to.deep.equal(["baseline Ready error: not known: the operator has not looked at it yet"]);
      });
    }
  });

  it("writes out what a terminal would obey, and cuts what is longer than anybody reads", () => {
    const name = `x\n\u001b[2J\u202e${"y".repeat(10_000)}`;
    const conditions = [READY, condition("AccessReady", "False", "Drifted", `line\nline ${"z".repeat(20_000)}`)];
    const drift = [{ ...DRIFT, manager: "a\u0007b", ref: { ...DRIFT.ref, name } }];
    const made = JSON.stringify(report(baseline({ conditions, controls: [section("access")], drift })));
    for (const obeyed of ["\\n", "\\u001b", "\\u0007", "\u202e"]) expect(made).to.not.contain(obeyed);
    expect(made).to.contain("x\\\\u{a}\\\\u{1b}[2J\\\\u{202e}y");
    expect(made.length).to.be.lessThan(5_000);
    for (const { message } of resultsOf(baseline({ conditions, controls: [section("access")], drift })))
      expect(String(message).length).to.be.at.most(1024);
  });

  it("has no time for what has none, or one that is no time", () => {
    const odd = { ...READY, lastTransitionTime: "yesterday" };
    expect(resultsOf(baseline({ conditions: [odd] }))[0]).to.not.have.property("timestamp");
  });

  it("is the same for the same status, whatever else of the baseline changes", () => {
    const status = { conditions: [READY], drift: [DRIFT], findings: [FINDING], recent: ["10:00:00 something happened"] };
    const edited = { ...baseline({ ...status, recent: [] }, { resourceVersion: "9", labels: { a: "b" } }), spec: { network: {} } };
    expect(report(edited)).to.deep.equal(report(baseline(status)));
  });
});
