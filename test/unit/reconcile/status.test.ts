/** Proves the status document: what each state of the sections reads like, and that nothing new means no document. */
import { expect } from "chai";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { SectionOutcome } from "../../../operator/reconcile/conditions.ts";
import { mergeDrift, type SeenDrift } from "../../../operator/reconcile/drift-log.ts";
import { happeningsBetween } from "../../../operator/reconcile/happenings.ts";
import { logOf, nextStatus, refusedStatus, type ToldOfCluster } from "../../../operator/reconcile/status.ts";

const T0 = "2026-11-23T10:00:00Z";
const T1 = "2026-11-23T10:05:00Z";

function section(over: Partial<SectionOutcome> = {}): SectionOutcome {
  return {
    control: "network",
    condition: "NetworkReady",
    standards: ["CIS-5.3.2"],
    mode: "Enforce",
    managed: 5,
    inSync: 5,
    drifted: [],
    problem: undefined,
    ...over,
  };
}

const repaired: SeenDrift = {
  drift: {
    control: "network",
    ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
    type: "Modified",
    fields: ["spec.ingress"],
    manager: "kubectl-edit",
  },
  repaired: true,
};

interface Look {
  readonly previous?: SecurityBaselineStatus;
  readonly sections?: readonly SectionOutcome[];
  readonly seen?: readonly SeenDrift[];
  readonly inventory?: readonly string[];
  readonly notUnderstood?: string;
  readonly cluster?: ToldOfCluster;
  readonly now?: string;
}

function look({
  previous,
  sections = [section()],
  seen = [],
  inventory = [],
  notUnderstood,
  cluster,
  now = T0,
}: Look): SecurityBaselineStatus | undefined {
  const inUse = new Set(sections.map(({ control }) => control));
  return nextStatus({
    previous,
    generation: 3,
    sections,
    log: mergeDrift(logOf(previous), seen, { inUse, sees: () => true }, now),
    findings: { entries: [], open: 0, remarks: [] },
    inventory,
    about: { notUnderstood },
    cluster,
    now,
  });
}

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

describe("happenings", () => {
  const before = look({}) as SecurityBaselineStatus;
  const after = look({ previous: before, seen: [repaired], now: T1 }) as SecurityBaselineStatus;

  it("tells a repair with what was changed and by whom", () => {
    expect(happeningsBetween(before, after)).to.deep.equal([
      {
        type: "Normal",
        reason: "DriftRepaired",
        action: "Repair",
        note: "NetworkPolicy default-deny: spec.ingress was changed by kubectl-edit, put back",
      },
    ]);
  });

  const notes: readonly { reason: string; drift: Partial<SeenDrift["drift"]>; open: string; ended: string }[] = [
    {
      reason: "several fields, of which status lists all",
      drift: { fields: ["spec.egress", "spec.ingress", "spec.podSelector", "spec.policyTypes", "spec.x"] },
      open: "NetworkPolicy default-deny: spec.egress, spec.ingress, spec.podSelector and 2 more were changed by kubectl-edit",
      ended: "put back",
    },
    {
      reason: "nobody knows who removed it",
      drift: { type: "Missing", fields: [], manager: undefined },
      open: "NetworkPolicy default-deny is missing",
      ended: "made again",
    },
    {
      reason: "the manager of an object that is not asked for",
      drift: { type: "Unmanaged", fields: [] },
      open: "NetworkPolicy default-deny carries our label but is not asked for (kubectl-edit)",
      ended: "removed",
    },
    {
      reason: "the manager of somebody else's object",
      drift: { type: "Conflict", fields: [] },
      open: "NetworkPolicy default-deny exists and somebody else made it (kubectl-edit)",
      ended: "no longer so",
    },
  ];
  for (const { reason, drift, open, ended } of notes) {
    it(`tells ${reason}`, () => {
      const seen = (isRepaired: boolean): SeenDrift => ({
        drift: { ...repaired.drift, ...drift } as SeenDrift["drift"],
        repaired: isRepaired,
      });
      const standing = look({ previous: before, seen: [seen(false)], now: T1 }) as SecurityBaselineStatus;
      const gone = look({ previous: standing, seen: [seen(true)], now: T1 }) as SecurityBaselineStatus;
      expect(happeningsBetween(before, standing).map(({ note }) => note)).to.deep.equal([open]);
      expect(happeningsBetween(standing, gone).map(({ note }) => note)).to.deep.equal([`${open}, ${ended}`]);
    });
  }

  it("tells drift that stays as a warning, and nothing twice", () => {
    const open = look({ previous: before, seen: [{ ...repaired, repaired: false }], now: T1 }) as SecurityBaselineStatus;
    expect(happeningsBetween(before, open).map(({ type, reason }) => [type, reason])).to.deep.equal([["Warning", "DriftDetected"]]);
    expect(happeningsBetween(open, open)).to.deep.equal([]);
  });
});

describe("recent", () => {
  const before = look({}) as SecurityBaselineStatus;
  const drifting = (name: string): SeenDrift => ({ ...repaired, drift: { ...repaired.drift, ref: { ...repaired.drift.ref, name } } });

  it("tells what happened with its time of day, newest first", () => {
    const first = look({ previous: before, seen: [repaired], now: T0 }) as SecurityBaselineStatus;
    const second = look({ previous: first, seen: [repaired], now: T1 }) as SecurityBaselineStatus;
    expect(second.recent).to.deep.equal([
      "10:05:00 NetworkPolicy default-deny: spec.ingress was changed by kubectl-edit, put back",
      "10:00:00 NetworkPolicy default-deny: spec.ingress was changed by kubectl-edit, put back",
    ]);
  });

  it("stays when something else is told, and is no news by itself", () => {
    const first = look({ previous: before, seen: [repaired] }) as SecurityBaselineStatus;
    expect(look({ previous: first, now: T1 })).to.equal(undefined);
    expect(look({ previous: first, sections: [section({ managed: 6, inSync: 6 })], now: T1 })?.recent).to.deep.equal(first.recent);
    const problem = { reason: "ReservedNamespace", message: "reserved" } as const;
    expect(refusedStatus({ previous: first, generation: 4, now: T1, problem })?.recent).to.deep.equal(first.recent);
  });

  it("keeps the last ten sentences", () => {
    const seen = Array.from({ length: 12 }, (_, index) => drifting(`policy-${String(index).padStart(2, "0")}`));
    const status = look({ previous: before, seen });
    expect(status?.recent).to.have.length(10);
    expect(status?.recent?.[0]).to.equal("10:00:00 NetworkPolicy policy-00: spec.ingress was changed by kubectl-edit, put back");
  });

  it("takes no line from the name of an object", () => {
    const status = look({ previous: before, seen: [drifting("a\n  10:00:00 all is well")] });
    expect(status?.recent).to.deep.equal([
      "10:00:00 NetworkPolicy a\\u{a}  10:00:00 all is well: spec.ingress was changed by kubectl-edit, put back",
    ]);
    expect(status?.drift?.[0]?.ref.name).to.equal("a\\u{a}  10:00:00 all is well");
  });

  it("is cut where a name is longer than a sentence may be", () => {
    const seen = [{ ...repaired, drift: { ...repaired.drift, fields: ["p".repeat(512)] } }];
    expect(look({ previous: before, seen })?.recent?.[0]).to.have.length(512);
  });
});

describe("status of a namespace while the whole cluster is weakened", () => {
  const told = (open: number, { due = true, listed = true } = {}): ToldOfCluster => ({ news: { open, listed }, due });
  const before = look({}) as SecurityBaselineStatus;
  const sentence = (status: SecurityBaselineStatus | undefined): string | undefined =>
    status?.conditions?.find(({ type }) => type === "ClusterWeakened")?.message;
  const SEE = "see status.findings of ClusterSecurityBaseline cluster";

  it("says how much, and stays compliant itself", () => {
    const next = look({ previous: before, cluster: told(2), now: T1 });
    expect(next?.conditions?.map(({ type, status, reason }) => [type, status, reason])).to.deep.equal([
      ["ClusterWeakened", "True", "Weakened"],
      ["Compliant", "True", "InPlace"],
      ["NetworkReady", "True", "InPlace"],
      ["Ready", "True", "InPlace"],
    ]);
    expect(sentence(next)).to.equal(`2 findings of the whole cluster reach this namespace, too: ${SEE}`);
    expect(sentence(look({ previous: before, cluster: told(1) }))).to.equal(
      `1 finding of the whole cluster reaches this namespace, too: ${SEE}`,
    );
  });

  it("says what to do where nothing lists them", () => {
    expect(sentence(look({ previous: before, cluster: told(2, { listed: false }) }))).to.equal(
      "2 findings of the whole cluster reach this namespace, too: apply a ClusterSecurityBaseline to see which",
    );
  });

  it("costs no write before its turn, and none if it says so already", () => {
    expect(look({ previous: before, cluster: told(2, { due: false }) })).to.equal(undefined);
    const next = look({ previous: before, cluster: told(2) }) as SecurityBaselineStatus;
    expect(look({ previous: next, cluster: told(2), now: T1 })).to.equal(undefined);
    expect(look({ previous: next, cluster: told(3, { due: false }), now: T1 })).to.equal(undefined);
  });

  it("is told with whatever else is written", () => {
    const next = look({ previous: before, cluster: told(2, { due: false }), sections: [section({ managed: 6, inSync: 6 })] });
    expect(sentence(next)).to.contain("2 findings");
  });

  it("ends at its turn, and stays while it is not known", () => {
    const next = look({ previous: before, cluster: told(2) }) as SecurityBaselineStatus;
    expect(look({ previous: next, cluster: told(0, { due: false }) })).to.equal(undefined);
    expect(sentence(look({ previous: next, cluster: told(0) }))).to.equal(undefined);
    expect(look({ previous: next, cluster: told(0) })).not.to.equal(undefined);
    expect(look({ previous: next })).to.equal(undefined);
    expect(sentence(look({ previous: next, sections: [section({ managed: 6, inSync: 6 })] }))).to.contain("2 findings");
  });
});
