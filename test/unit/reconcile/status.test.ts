/** Proves the status document: what each state of the sections reads like, and that nothing new means no document. */
import { expect } from "chai";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { SectionOutcome } from "../../../operator/reconcile/conditions.ts";
import { refusedStatus } from "../../../operator/reconcile/status.ts";
import { look, repaired, section, T0, T1 } from "./told-status.ts";

/** The conditions of a look as `type=status reason: message`. */
function told(sections: readonly SectionOutcome[]): string[] {
  return (look({ sections })?.conditions ?? []).map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);
}

describe("status", () => {
  it("tells a namespace that is in place", () => {
    expect(look({})).to.deep.equal({
      observedGeneration: 3,
      summary: { managed: 5, inSync: 5, drifted: 0, findings: 0 },
      conditions: [
        {
          type: "Compliant",
          status: "True",
          reason: "InPlace",
          message: "the namespace is as the baseline says",
          observedGeneration: 3,
          lastTransitionTime: T0,
        },
        {
          type: "NetworkReady",
          status: "True",
          reason: "InPlace",
          message: "everything is as the baseline says",
          observedGeneration: 3,
          lastTransitionTime: T0,
        },
        {
          type: "Ready",
          status: "True",
          reason: "InPlace",
          message: "every section is in place",
          observedGeneration: 3,
          lastTransitionTime: T0,
        },
      ],
      controls: [{ name: "network", mode: "Enforce", managed: 5, inSync: 5, standards: ["CIS-5.3.2"] }],
    });
  });

  it("lists how the objects of a section fare where they have a backend", () => {
    const entries = [{ kind: "SealedSecret", name: "smtp", state: "Pending", reason: "AwaitingBackend" }] as const;
    const controls = look({ sections: [section({ entries }), section({ control: "secrets", entries: [] })] })?.controls;
    expect(controls?.map((control) => control.entries)).to.deep.equal([entries, []]);
    expect(look({ sections: [section({ entries: undefined })] })?.controls?.[0]).not.to.have.property("entries");
  });

  it("tells how many pods mount a token, which is no fault of the section, and tells anew where the number changes", () => {
    const tokenPods = { count: 4, names: ["api", "web-1", "web-2"] };
    const counted = look({ sections: [section({ tokenPods })] });
    expect(counted?.controls?.[0]?.tokenPods).to.deep.equal(tokenPods);
    expect(counted?.conditions).to.deep.equal(look({})?.conditions);
    expect(look({ previous: counted as SecurityBaselineStatus, sections: [section({ tokenPods })], now: T1 })).to.equal(undefined);
    const fewer = { ...tokenPods, count: 3 };
    expect(look({ previous: counted as SecurityBaselineStatus, sections: [section({ tokenPods: fewer })], now: T1 })).to.not.equal(
      undefined,
    );
    expect(look({ previous: counted as SecurityBaselineStatus, now: T1 })?.controls?.[0]).to.not.have.property("tokenPods");
  });

  it("says nothing when nothing is new, also later", () => {
    expect(look({ previous: look({}) as SecurityBaselineStatus, now: T1 })).to.equal(undefined);
  });

  it("has no list that is empty: the API server would not store it", () => {
    expect(look({ sections: [] })).to.have.all.keys("observedGeneration", "summary", "conditions");
  });

  it("does not write because an entry has become old, and drops it when it writes", () => {
    const previous = look({ seen: [repaired] }) as SecurityBaselineStatus;
    expect(previous.drift).to.have.length(1);
    expect(look({ previous, now: "2026-11-30T10:00:00Z" })).to.equal(undefined);
    expect(look({ previous, now: "2026-11-30T10:00:00Z", sections: [section({ managed: 6, inSync: 6 })] })).not.to.have.property("drift");
  });

  it("keeps the transition time of a condition that stays, moves it for one that turns", () => {
    const previous = look({}) as SecurityBaselineStatus;
    const problem = { reason: "Forbidden", message: "NetworkPolicy default-deny was refused: no" } as const;
    const next = look({ previous, sections: [section({ inSync: 4, problem })], now: T1 });
    expect(next?.conditions?.map(({ type, status, lastTransitionTime }) => [type, status, lastTransitionTime])).to.deep.equal([
      ["Compliant", "False", T1],
      ["NetworkReady", "False", T1],
      ["Ready", "False", T1],
      ["Stalled", "True", T1],
    ]);
    const [compliant] = next?.conditions ?? [];
    expect(compliant?.message).to.equal("network: NetworkPolicy default-deny was refused: no");
  });

  const conditions: readonly { reason: string; sections: readonly SectionOutcome[]; expected: readonly string[] }[] = [
    {
      reason: "drift in a Report section leaves Ready alone",
      sections: [section({ mode: "Report", inSync: 4, drifted: ["NetworkPolicy default-deny"] })],
      expected: [
        "Compliant=False Drifted: network: differs from the baseline: NetworkPolicy default-deny (mode Report changes nothing)",
        "NetworkReady=False Drifted: differs from the baseline: NetworkPolicy default-deny (mode Report changes nothing)",
        "Ready=True InPlace: every section only reports",
      ],
    },
    {
      reason: "an object that is not asked for makes an Enforce section not compliant, though ready",
      sections: [section({ drifted: ["NetworkPolicy forged"] })],
      expected: [
        "Compliant=False Drifted: network: differs from the baseline: NetworkPolicy forged",
        "NetworkReady=False Drifted: differs from the baseline: NetworkPolicy forged",
        "Ready=True InPlace: every section is in place",
      ],
    },
    {
      reason: "the worst problem of the sections is the one that Ready tells",
      sections: [
        section({ problem: { reason: "Progressing", message: "not yet" } }),
        section({ control: "access", condition: "AccessReady", problem: { reason: "Forbidden", message: "Role x was refused" } }),
      ],
      expected: [
        "AccessReady=False Forbidden: Role x was refused",
        "Compliant=False Drifted: access: Role x was refused; network: not yet",
        "NetworkReady=False Progressing: not yet",
        "Ready=False Forbidden: access: Role x was refused",
        "Stalled=True Forbidden: access: Role x was refused",
      ],
    },
    {
      reason: "what may pass by itself stalls nothing",
      sections: [section({ problem: { reason: "BackendUnavailable", message: "not served" } })],
      expected: [
        "Compliant=False Drifted: network: not served",
        "NetworkReady=False BackendUnavailable: not served",
        "Ready=False BackendUnavailable: network: not served",
      ],
    },
    {
      reason: "nor does a conflict of a section that only reports: nobody waits for its writes",
      sections: [section({ mode: "Report", inSync: 4, problem: { reason: "Conflict", message: "Role x exists" } })],
      expected: [
        "Compliant=False Drifted: network: Role x exists",
        "NetworkReady=False Conflict: Role x exists",
        "Ready=True InPlace: every section only reports",
      ],
    },
    {
      reason: "what a section does not do is told where all is well",
      sections: [section({ caveats: ["preset KubeAPI is left closed"] })],
      expected: [
        "Compliant=True InPlace: the namespace is as the baseline says",
        "NetworkReady=True InPlace: everything is as the baseline says; preset KubeAPI is left closed",
        "Ready=True InPlace: every section is in place",
      ],
    },
    {
      reason: "and after a problem, which matters more",
      sections: [
        section({
          caveats: ["preset KubeAPI is left closed"],
          problem: { reason: "BackendUnavailable", message: "SealedSecret a: No" },
        }),
      ],
      expected: [
        "Compliant=False Drifted: network: SealedSecret a: No",
        "NetworkReady=False BackendUnavailable: SealedSecret a: No; preset KubeAPI is left closed",
        "Ready=False BackendUnavailable: network: SealedSecret a: No",
      ],
    },
    {
      reason: "and after what differs",
      sections: [section({ caveats: ["preset KubeAPI is left closed"], drifted: ["NetworkPolicy default-deny"], mode: "Report" })],
      expected: [
        "Compliant=False Drifted: network: differs from the baseline: NetworkPolicy default-deny (mode Report changes nothing)",
        "NetworkReady=False Drifted: differs from the baseline: NetworkPolicy default-deny (mode Report changes nothing); preset KubeAPI is left closed",
        "Ready=True InPlace: every section only reports",
      ],
    },
    {
      reason: "a problem of a section that only reports is its own, not Ready's",
      sections: [section({ mode: "Report", problem: { reason: "BackendUnavailable", message: "SealedSecret a: No" } })],
      expected: [
        "Compliant=False Drifted: network: SealedSecret a: No",
        "NetworkReady=False BackendUnavailable: SealedSecret a: No",
        "Ready=True InPlace: every section only reports",
      ],
    },
    {
      reason: "what is not in place is not compliant, whatever else is told of it",
      sections: [section({ mode: "Report", inSync: 4 })],
      expected: [
        "Compliant=False Drifted: network: not everything is in place",
        "NetworkReady=True InPlace: everything is as the baseline says",
        "Ready=True InPlace: every section only reports",
      ],
    },
    {
      reason: "nothing asked is ready and compliant, and says so",
      sections: [],
      expected: ["Compliant=True NothingAsked: no section is in use", "Ready=True NothingAsked: no section is in use"],
    },
  ];
  for (const { reason, sections, expected } of conditions) it(reason, () => expect(told(sections)).to.deep.equal(expected));

  it("is neither ready nor compliant where something of the baseline is not understood, and says what", () => {
    const conditions = look({ notUnderstood: "this version does not know spec.admission" })?.conditions ?? [];
    expect(conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)).to.deep.equal([
      "Compliant=False InvalidSpec: this version does not know spec.admission",
      "NetworkReady=True InPlace: everything is as the baseline says",
      "Ready=False InvalidSpec: this version does not know spec.admission",
      "Stalled=True InvalidSpec: this version does not know spec.admission",
    ]);
  });

  it("adds what is not understood to a problem that is there anyway", () => {
    const problem = { reason: "Forbidden", message: "NetworkPolicy x was refused" } as const;
    const conditions = look({ sections: [section({ problem })], notUnderstood: "spec.admission is not known" })?.conditions;
    expect(conditions?.find(({ type }) => type === "Ready")).to.include({
      status: "False",
      reason: "Forbidden",
      message: "network: NetworkPolicy x was refused; spec.admission is not known",
    });
  });

  it("is stalled by what is not understood, also while something else is on its way", () => {
    const problem = { reason: "Progressing", message: "not yet" } as const;
    const conditions = look({ sections: [section({ problem })], notUnderstood: "spec.admission is not known" })?.conditions;
    expect(conditions?.find(({ type }) => type === "Stalled")).to.include({
      status: "True",
      reason: "InvalidSpec",
      message: "spec.admission is not known",
    });
  });

  it("lists what is in place, and no more of it than the schema takes", () => {
    const inventory = Array.from({ length: 1025 }, (_, index) => `roles.rbac.authorization.k8s.io r${index} uid`);
    expect(look({ inventory: ["serviceaccounts api 1"] })?.inventory).to.deep.equal(["serviceaccounts api 1"]);
    expect(look({ inventory })?.inventory).to.have.length(1024);
  });

  it("tells a refused baseline in Ready and Compliant and keeps what is known", () => {
    const previous = look({ seen: [repaired] }) as SecurityBaselineStatus;
    const problem = { reason: "ReservedNamespace", message: "namespace kube-system is reserved" } as const;
    const next = refusedStatus({ previous, generation: 4, now: T1, problem }) as SecurityBaselineStatus;
    expect(next.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).to.deep.equal([
      "Compliant=False ReservedNamespace",
      "Ready=False ReservedNamespace",
      "Stalled=True ReservedNamespace",
    ]);
    expect(next.drift).to.deep.equal(previous.drift);
    expect(refusedStatus({ previous: next, generation: 4, now: T1, problem })).to.equal(undefined);
  });
});
