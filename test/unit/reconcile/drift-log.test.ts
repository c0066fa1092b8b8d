/** Proves how drift entries merge: one entry per difference, counted once per happening, bounded and stable. */
import { expect } from "chai";
import type { DriftEntry } from "../../../operator/api/baseline-status.ts";
import type { Drift } from "../../../operator/plan/types.ts";
import { type DriftLog, type Judged, mergeDrift, pruneDrift } from "../../../operator/reconcile/drift-log.ts";

const EMPTY: DriftLog = { entries: [], dropped: 0 };
const NETWORK: Judged = { inUse: new Set(["network"]), sees: () => true };
const T0 = "2026-11-23T10:00:00Z";
const T1 = "2026-11-23T10:05:00Z";

function drift(name: string, fields: readonly string[] = ["spec.ingress"], manager: string | undefined = "kubectl-edit"): Drift {
  return {
    control: "network",
    ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name },
    type: "Modified",
    fields,
    manager,
  };
}

function entry(over: Partial<DriftEntry> = {}): DriftEntry {
  return {
    control: "network",
    ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
    type: "Modified",
    fields: ["spec.ingress"],
    manager: "kubectl-edit",
    firstSeen: T0,
    lastSeen: T0,
    count: 1,
    state: "Repaired",
    ...over,
  };
}

describe("drift log", () => {
  const cases: readonly { reason: string; before: DriftLog; repaired: boolean | undefined; after: readonly DriftEntry[] }[] = [
    { reason: "a new difference that was repaired is one entry", before: EMPTY, repaired: true, after: [entry()] },
    { reason: "a new difference that stays is open", before: EMPTY, repaired: false, after: [entry({ state: "Open" })] },
    {
      reason: "seen again after a repair: counts up, first time stays",
      before: { entries: [entry()], dropped: 0 },
      repaired: true,
      after: [entry({ count: 2, lastSeen: T1 })],
    },
    {
      reason: "still open: the same happening, so nothing counts",
      before: { entries: [entry({ state: "Open" })], dropped: 0 },
      repaired: false,
      after: [entry({ state: "Open" })],
    },
    {
      reason: "an open entry that is put right later is the same happening",
      before: { entries: [entry({ state: "Open" })], dropped: 0 },
      repaired: true,
      after: [entry()],
    },
    {
      reason: "an open entry that is gone without us is Repaired",
      before: { entries: [entry({ state: "Open" })], dropped: 0 },
      repaired: undefined,
      after: [entry()],
    },
  ];
  for (const { reason, before, repaired, after } of cases) {
    it(reason, () => {
      const seen = repaired === undefined ? [] : [{ drift: drift("default-deny"), repaired }];
      const now = before === EMPTY ? T0 : T1;
      expect(mergeDrift(before, seen, NETWORK, now)).to.deep.equal({ entries: after, dropped: 0 });
    });
  }

  it("keeps the manager once known when a later look cannot tell", () => {
    const before = { entries: [entry({ state: "Open" })], dropped: 0 };
    const unknown: Drift = { ...drift("default-deny"), manager: undefined };
    expect(mergeDrift(before, [{ drift: unknown, repaired: true }], NETWORK, T1).entries[0]?.manager).to.equal("kubectl-edit");
  });

  it("drops open entries of a section that is no longer in use, keeps repaired ones", () => {
    const before = { entries: [entry({ state: "Open" }), entry({ fields: ["spec.egress"] })], dropped: 0 };
    expect(mergeDrift(before, [], { ...NETWORK, inUse: new Set() }, T1).entries).to.deep.equal([entry({ fields: ["spec.egress"] })]);
  });

  it("lists the newest first and counts what does not fit", () => {
    const before = mergeDrift(EMPTY, [{ drift: drift("older"), repaired: true }], NETWORK, T0);
    const seen = Array.from({ length: 50 }, (_, index) => ({ drift: drift(`p${String(index).padStart(2, "0")}`), repaired: true }));
    const after = mergeDrift(before, seen, NETWORK, T1);
    expect(after.entries).to.have.length(50);
    expect(after.entries[0]?.ref.name).to.equal("p00");
    expect(after.entries.map(({ ref }) => ref.name)).not.to.include("older");
    expect(after.dropped).to.equal(1);
  });

  it("is stable while more is open than fits", () => {
    const seen = Array.from({ length: 60 }, (_, index) => ({ drift: drift(`p${String(index).padStart(2, "0")}`), repaired: false }));
    const first = mergeDrift(EMPTY, seen, NETWORK, T0);
    expect(mergeDrift(first, seen, NETWORK, T1)).to.deep.equal(first);
    expect(first.dropped).to.equal(10);
  });

  it("is stable while more was repaired than fits", () => {
    const seen = Array.from({ length: 60 }, (_, index) => ({ drift: drift(`p${index}`), repaired: true }));
    const first = mergeDrift(EMPTY, seen, NETWORK, T0);
    expect(mergeDrift(first, [], NETWORK, T1)).to.deep.equal(first);
  });

  it("forgets repaired entries after a day, open ones never", () => {
    const log = { entries: [entry({ state: "Open" }), entry({ fields: ["spec.egress"] })], dropped: 0 };
    expect(pruneDrift(log, "2026-11-24T10:00:01Z").entries).to.deep.equal([entry({ state: "Open" })]);
    expect(pruneDrift(log, "2026-11-24T09:59:59Z").entries).to.have.length(2);
  });
});
