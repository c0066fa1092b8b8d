/** Proves what a report says of the lists that it is made of: every figure, worked out by hand. */
import { expect } from "chai";
import type { FindingEntry } from "../../../operator/api/baseline-status.ts";
import type { Posture } from "../../../operator/api/postures.ts";
import type { Lists } from "../../../operator/cli/report/lists.ts";
import { makeReport } from "../../../operator/cli/report/make-report.ts";
import { baseline, condition, control, difference, EVERYWHERE, finding, INVENTED, MAKING, reportOf } from "../../support/report-lists.ts";

const named = (...names: readonly string[]) => names.map((name) => ({ metadata: { name } }));

describe("a report", () => {
  it("reads like this: one namespace that is kept, one without a baseline", () => {
    const shop = baseline("shop", {
      conditions: [condition("Compliant", "True"), condition("NetworkReady", "True"), condition("Ready", "True")],
      controls: [control("network", "Enforce", [5, 5])],
    });
    const unused = (name: string, standards: readonly string[]) => ({
      name,
      inPlace: 0,
      drifted: 0,
      notReady: 0,
      reporting: 0,
      unused: 2,
      standards,
    });
    expect(reportOf({ namespaces: named("shop", "attic", "kube-system"), baselines: [shop] })).to.deep.equal({
      version: 1,
      cluster: "kube.example.com:6443",
      namespace: null,
      madeAt: "2026-11-23T10:00:00Z",
      program: "securitybaseline 0.1.0 (commit 0123456)",
      notKnown: [],
      coverage: { total: 2, enforced: 1, reporting: 0, notInEffect: 0, off: 0, without: 1, system: 1 },
      sections: [
        unused("access", ["CIS-5.1.2", "CIS-5.1.3", "CIS-5.1.8", "NSA-authorization"]),
        unused("admission", ["CIS-5.5.1", "NSA-pod-security"]),
        unused("breakGlass", ["CIS-5.1.1", "CIS-5.1.7", "NSA-authorization"]),
        unused("images", ["CIS-5.5.1", "NSA-pod-security"]),
        unused("mesh", ["NSA-network-separation"]),
        {
          name: "network",
          inPlace: 1,
          drifted: 0,
          notReady: 0,
          reporting: 0,
          unused: 1,
          standards: ["CIS-5.3.2", "NSA-network-separation"],
        },
        unused("podSecurity", ["CIS-5.2.1", "NSA-pod-security"]),
        unused("runtime", ["NSA-threat-detection"]),
        unused("secrets", ["CIS-5.4.2", "NSA-secrets"]),
        unused("serviceAccounts", ["CIS-5.1.5", "CIS-5.1.6", "NSA-service-account-tokens"]),
      ],
      drift: { open: [], unlisted: 0 },
      findings: { open: [], bySeverity: { Critical: 0, High: 0, Medium: 0, Low: 0 }, unlisted: 0 },
      exceptions: [],
      emergencyAccess: { days: 30, requests: [], active: 0, reviewsOwed: 0 },
      namespaces: [
        {
          name: "attic",
          isSystem: false,
          coverage: "Without",
          compliant: null,
          standing: null,
          sections: [],
          drift: null,
          findings: null,
        },
        {
          name: "kube-system",
          isSystem: true,
          coverage: "Without",
          compliant: null,
          standing: null,
          sections: [],
          drift: null,
          findings: null,
        },
        {
          name: "shop",
          isSystem: false,
          coverage: "Enforced",
          compliant: "True",
          standing: null,
          sections: [{ name: "network", mode: "Enforce", state: "InPlace" }],
          drift: 0,
          findings: 0,
        },
      ],
    });
  });

  it("does not depend on the order of the lists", () => {
    const turned = Object.fromEntries(
      Object.entries(INVENTED).map(([name, list]) => [name, Array.isArray(list) ? list.toReversed() : list]),
    ) as unknown as Lists;
    expect(makeReport(turned, EVERYWHERE, MAKING)).to.deep.equal(makeReport(INVENTED, EVERYWHERE, MAKING));
  });

  it("is told apart from nothing where nothing is known", () => {
    const unknown = { namespaces: undefined, baselines: undefined, clusterBaselines: undefined, requests: undefined, entries: undefined };
    const { coverage, sections, drift, findings, exceptions, emergencyAccess, namespaces } = reportOf(unknown);
    expect({ sections, drift, findings, exceptions, emergencyAccess, namespaces }).to.deep.equal({
      sections: null,
      drift: null,
      findings: null,
      exceptions: null,
      emergencyAccess: null,
      namespaces: null,
    });
    expect(Object.values(coverage)).to.deep.equal([null, null, null, null, null, null, null]);
  });

  it("counts no namespace as without a baseline where nobody says which there are", () => {
    const { coverage, sections } = reportOf({ namespaces: undefined, baselines: [baseline("shop", {})] });
    expect(coverage).to.deep.include({ total: null, without: null, system: null, notInEffect: 1 });
    expect(sections?.map(({ unused }) => unused)).to.deep.equal([null, null, null, null, null, null, null, null, null, null]);
  });

  it("knows the namespaces, and not what covers them, where baselines may not be read", () => {
    const { coverage, namespaces } = reportOf({ namespaces: named("shop"), baselines: undefined });
    expect(coverage).to.deep.include({ total: 1, enforced: null, without: null });
    expect(namespaces?.[0]?.coverage).to.equal(null);
  });
});

describe("coverage in a report", () => {
  const cases: readonly { reason: string; stated: Posture; is: string; standing?: string }[] = [
    {
      reason: "one section that is enforced is enough",
      stated: baseline("shop", {
        conditions: [condition("AccessReady", "True"), condition("NetworkReady", "True")],
        controls: [control("access", "Report", [1, 1]), control("network", "Enforce", [1, 1])],
      }),
      is: "Enforced",
    },
    {
      reason: "sections that only report keep nothing",
      stated: baseline("shop", { conditions: [condition("AccessReady", "True")], controls: [control("access", "Report", [1, 1])] }),
      is: "Reporting",
    },
    {
      reason: "a baseline that asks for nothing is off",
      stated: baseline("shop", { conditions: [condition("Ready", "True", "NothingAsked")] }),
      is: "Off",
    },
    {
      reason: "one that nobody has looked at covers nothing",
      stated: { ...baseline("shop", {}), status: { observedGeneration: -1 } },
      is: "NotInEffect",
      standing: "the operator has not looked at it yet",
    },
    {
      reason: "one without a status neither",
      stated: { apiVersion: "v1", kind: "SecurityBaseline", metadata: { name: "baseline", namespace: "shop" } },
      is: "NotInEffect",
      standing: "the operator has not looked at it yet",
    },
    {
      reason: "one that is refused covers nothing, although its status still lists what was in place",
      stated: baseline("shop", {
        conditions: [condition("Ready", "False", "ReservedNamespace", "move it")],
        controls: [control("network", "Enforce", [5, 5])],
      }),
      is: "NotInEffect",
      standing: "ReservedNamespace: move it",
    },
    {
      reason: "one that was edited since says so",
      stated: {
        ...baseline("shop", {}),
        metadata: { name: "baseline", namespace: "shop", generation: 4 },
        status: {
          observedGeneration: 3,
          conditions: [condition("NetworkReady", "True")],
          controls: [control("network", "Enforce", [5, 5])],
        },
      },
      is: "Enforced",
      standing: "edited since the operator looked",
    },
  ];
  for (const { reason, stated, is, standing = null } of cases) {
    it(reason, () => {
      const [row] = reportOf({ namespaces: named("shop"), baselines: [stated] }).namespaces ?? [];
      expect(row).to.deep.include({ coverage: is, standing });
    });
  }

  it("sets apart the namespaces of the system by their names, not by how these begin", () => {
    const { coverage } = reportOf({
      namespaces: named(
        "kube-system",
        "kube-public",
        "kube-node-lease",
        "securitybaseline-system",
        "securitybaseline-breakglass",
        "kube-hidden",
      ),
    });
    expect(coverage).to.deep.include({ total: 1, without: 1, system: 5 });
  });
});

describe("sections in a report", () => {
  const cases = [
    { reason: "in place", told: condition("NetworkReady", "True"), objects: [5, 5], is: { inPlace: 1, drifted: 0, notReady: 0 } },
    {
      reason: "drifted",
      told: condition("NetworkReady", "False", "Drifted"),
      objects: [4, 5],
      is: { inPlace: 0, drifted: 1, notReady: 0 },
    },
    {
      reason: "drifted by the count alone",
      told: condition("NetworkReady", "True"),
      objects: [4, 5],
      is: { inPlace: 0, drifted: 1, notReady: 0 },
    },
    {
      reason: "not ready",
      told: condition("NetworkReady", "False", "Forbidden"),
      objects: [5, 5],
      is: { inPlace: 0, drifted: 0, notReady: 1 },
    },
    { reason: "not looked at", told: condition("Ready", "False"), objects: [5, 5], is: { inPlace: 0, drifted: 0, notReady: 1 } },
  ] as const;
  for (const { reason, told, objects, is } of cases) {
    it(`are ${reason}`, () => {
      const stated = baseline("shop", { conditions: [told], controls: [control("network", "Enforce", objects)] });
      const rows = reportOf({ namespaces: named("shop"), baselines: [stated] }).sections ?? [];
      expect(rows.find(({ name }) => name === "network")).to.deep.include(is);
    });
  }
});

describe("drift in a report", () => {
  it("is what is open, the oldest first, with who did it", () => {
    const { drift } = reportOf({
      baselines: [
        baseline("b", { drift: [difference({ firstSeen: "2026-11-02T00:00:00Z", fields: ["spec.egress"], manager: "argocd" })] }),
        baseline("a", { drift: [difference({ state: "Repaired" }, "allow-dns"), difference({ firstSeen: "2026-11-01T00:00:00Z" })] }),
      ],
    });
    const object = { kind: "NetworkPolicy", name: "default-deny" };
    expect(drift?.open).to.deep.equal([
      { namespace: "a", section: "network", type: "Modified", object, fields: [], manager: null, since: "2026-11-01T00:00:00Z", count: 1 },
      {
        namespace: "b",
        section: "network",
        type: "Modified",
        object,
        fields: ["spec.egress"],
        manager: "argocd",
        since: "2026-11-02T00:00:00Z",
        count: 1,
      },
    ]);
  });

  it("says how many did not fit, unless those had been put back", () => {
    const full = baseline("a", { drift: [difference({})], droppedDrift: 7 });
    const repaired = baseline("b", { drift: [difference({}), difference({ state: "Repaired" }, "allow-dns")], droppedDrift: 9 });
    expect(reportOf({ baselines: [full, repaired] }).drift).to.have.property("unlisted", 7);
  });
});

describe("findings in a report", () => {
  const high = { rule: "UserSubject", severity: "High", message: "delete it" } as const;
  const critical = { rule: "ClusterAdminBinding", severity: "Critical", message: "delete it" } as const;
  const accepted = { reason: "for now it has to be", owner: "platform", expires: "2026-12-01T00:00:00Z" };

  it("are those that nobody accepted, the worst first, with the standards of their rule", () => {
    const { findings } = reportOf({
      baselines: [
        baseline("a", {
          findings: [finding(high, "carol"), finding({ ...critical, accepted }, "amy")],
          summary: { managed: 0, inSync: 0, drifted: 0, findings: 1 },
        }),
        baseline("b", { findings: [finding(critical, "bob")], summary: { managed: 0, inSync: 0, drifted: 0, findings: 61 } }),
      ],
    });
    expect(findings?.open.map(({ namespace, severity, object, standards }) => [namespace, severity, object.name, standards])).to.deep.equal(
      [
        ["b", "Critical", "bob", ["CIS-5.1.1"]],
        ["a", "High", "carol", ["CIS-5.1.1", "NSA-authorization"]],
      ],
    );
    expect(findings).to.deep.include({ bySeverity: { Critical: 1, High: 1, Medium: 0, Low: 0 }, unlisted: 60 });
  });

  it("of the cluster itself stand without a namespace", () => {
    const { metadata: _metadata, ...posture } = baseline("", { findings: [finding(critical, "bob")] });
    const { findings } = reportOf({ clusterBaselines: [{ ...posture, metadata: { name: "cluster" } }] });
    expect(findings?.open.map(({ namespace, object }) => [namespace, object.name])).to.deep.equal([[null, "bob"]]);
  });
});

describe("exceptions in a report", () => {
  const exception = (name: string, expires: string) => ({
    rule: "UserSubject",
    ref: { kind: "RoleBinding", name },
    reason: "for now it has to be",
    owner: "platform",
    expires,
  });
  const cases = [
    { reason: "is over at its very time", expires: "2026-11-23T10:00:00Z", is: "Expired" },
    { reason: "ends soon within 14 days", expires: "2026-12-07T10:00:00Z", is: "EndsSoon" },
    { reason: "is valid a second later", expires: "2026-12-07T10:00:01Z", is: "Valid" },
    { reason: "accepts nothing where its end is no time", expires: "soon", is: "Expired" },
  ] as const;
  for (const { reason, expires, is } of cases) {
    it(`one ${reason}`, () => {
      const { exceptions } = reportOf({ baselines: [baseline("a", {}, [exception("carol", expires)])] });
      expect(exceptions?.map(({ state }) => state)).to.deep.equal([is]);
    });
  }

  it("come by their end, and say whether they are about anything", () => {
    const found = finding({ rule: "UserSubject", severity: "High", message: "delete it" }, "carol");
    const stated = baseline("a", { findings: [found] }, [
      exception("nobody", "2027-01-01T00:00:00Z"),
      exception("carol", "2026-12-01T00:00:00Z"),
    ]);
    expect(
      reportOf({ baselines: [stated] }).exceptions?.map(({ object, severity, inUse }) => [object.name, severity, inUse]),
    ).to.deep.equal([
      ["carol", "High", true],
      ["nobody", "High", false],
    ]);
  });

  it("are about the kind of their group, and are shown with it where Kubernetes has one of that name", () => {
    const ref = { apiVersion: "projectcalico.org/v3", kind: "NetworkPolicy", name: "web" };
    const found: FindingEntry = { ...finding({ rule: "PermissiveNetworkPolicy", severity: "High", message: "narrow it" }, "web"), ref };
    const about = { ...exception("web", "2027-01-01T00:00:00Z"), rule: "PermissiveNetworkPolicy" };
    const stated = baseline("a", { findings: [found] }, [
      { ...about, ref },
      { ...about, ref: { kind: ref.kind, name: ref.name }, expires: "2027-01-02T00:00:00Z" },
    ]);
    const { exceptions, findings } = reportOf({ baselines: [stated] });
    expect(exceptions?.map(({ object, inUse }) => [object.kind, inUse])).to.deep.equal([
      ["NetworkPolicy.projectcalico.org", true],
      ["NetworkPolicy", false],
    ]);
    expect(findings?.open.map(({ object }) => object.kind)).to.deep.equal(["NetworkPolicy.projectcalico.org"]);
  });

  it("are not called idle where the status may not list all findings", () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      finding({ rule: "ExecAccess", severity: "Medium", message: "delete it" }, `b${index}`),
    );
    const stated = baseline("a", { findings: many }, [exception("carol", "2027-01-01T00:00:00Z")]);
    expect(reportOf({ baselines: [stated] }).exceptions?.[0]?.inUse).to.equal(null);
  });
});
