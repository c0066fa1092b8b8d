/** Proves that what was seen is told, whatever happened to the status meanwhile, and that the status is put back to what we wrote. */
import { expect } from "chai";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import { EMPTY_INVENTORY } from "../../../operator/plan/inventory.ts";
import type { Action, Drift, Plan } from "../../../operator/plan/types.ts";
import { type Conclusion, conclude, type LookedAtBaseline } from "../../../operator/reconcile/conclusion.ts";
import type { SectionOutcome } from "../../../operator/reconcile/conditions.ts";
import { defaultDeny } from "../plan/baseline-objects.ts";

const SECTION: SectionOutcome = {
  control: "network",
  condition: "NetworkReady",
  standards: [],
  mode: "Enforce",
  managed: 1,
  inSync: 1,
  drifted: [],
  problem: undefined,
};
const DRIFT: Drift = {
  control: "network",
  ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
  type: "Modified",
  fields: ["spec.ingress"],
  manager: "insider",
};
const REPAIR: Action = { verb: "apply", desired: defaultDeny(), uid: "u", drift: DRIFT };

const planWith = (drift: readonly Drift[]): Plan => ({
  batches: [],
  settled: [],
  sections: [{ control: "network", mode: "Enforce", managed: 1, inSync: 1, ending: [], conflicts: [], awaiting: [], drift }],
});
const QUIET = { plan: planWith([]), results: [] };
const REPAIRED = { plan: planWith([DRIFT]), results: [{ action: REPAIR, error: undefined, differs: [] }] };

function look(fields: Partial<LookedAtBaseline>): Conclusion {
  return conclude({
    standing: undefined,
    ours: undefined,
    unwritten: undefined,
    generation: 1,
    about: {},
    sections: [SECTION],
    found: { findings: [], idle: [], due: undefined, unseen: new Set() },
    withheld: [],
    inventory: EMPTY_INVENTORY,
    contested: new Map(),
    now: "2026-11-23T10:00:00Z",
    ...QUIET,
    ...fields,
  });
}

const WRITTEN = look({}).status as SecurityBaselineStatus;

describe("the end of a look", () => {
  it("has nothing to write where the status says it all", () => {
    expect(look({ standing: WRITTEN }).status).to.equal(undefined);
  });

  it("tells a repair once its status can be written, and an Event with it", () => {
    const first = look({ standing: WRITTEN, ...REPAIRED });
    expect(first.status?.drift?.map(({ count, state }) => [count, state])).to.deep.equal([[1, "Repaired"]]);
    const later = look({ standing: WRITTEN, unwritten: first.log });
    expect(later.status?.drift).to.deep.equal(first.status?.drift);
    expect(later.tells.map(({ reason }) => reason)).to.deep.equal(["DriftRepaired"]);
  });

  it("counts what happened again before it could be told", () => {
    const first = look({ standing: WRITTEN, ...REPAIRED });
    const second = look({ standing: WRITTEN, unwritten: first.log, ...REPAIRED });
    expect(second.status?.drift?.map(({ count }) => count)).to.deep.equal([2]);
  });

  it("puts back a status that somebody else changed, to the last field", () => {
    const forged = { ...WRITTEN, summary: { managed: 1, inSync: 1, drifted: 7 }, droppedDrift: 9 };
    expect(look({ standing: forged, ours: WRITTEN }).status).to.deep.equal(WRITTEN);
    expect(look({ standing: {}, ours: WRITTEN }).status).to.deep.equal(WRITTEN);
  });

  it("believes no drift that somebody else wrote, and loses none that was taken out", () => {
    const ours = look({ standing: WRITTEN, ...REPAIRED }).status as SecurityBaselineStatus;
    const { drift: _drift, ...without } = ours;
    expect(look({ standing: without, ours }).status).to.deep.equal(ours);
  });

  describe("with a difference that stands open", () => {
    const open = look({ standing: WRITTEN, plan: planWith([DRIFT]), sections: [{ ...SECTION, inSync: 0, drifted: ["x"] }] });
    const standing = open.status as SecurityBaselineStatus;
    const states = (end: Conclusion) => (end.status ?? standing).drift?.map(({ state }) => state);

    it("tells it as repaired once it is not seen any more", () => {
      expect(states(look({ standing }))).to.deep.equal(["Repaired"]);
    });

    it("keeps it open, without an Event, while its section cannot be looked at", () => {
      const end = look({ standing, plan: { ...planWith([]), sections: [] } });
      expect([states(end), end.tells]).to.deep.equal([["Open"], []]);
    });

    it("keeps it open while the kind of its object cannot be looked at", () => {
      const end = look({ standing, withheld: [defaultDeny()] });
      expect([states(end), end.tells]).to.deep.equal([["Open"], []]);
    });
  });

  it("writes nothing where somebody wrote what stood there anyway", () => {
    expect(look({ standing: WRITTEN, ours: WRITTEN }).status).to.equal(undefined);
  });

  describe("for Prometheus", () => {
    const contested = new Map([["network", ["NetworkPolicy default-deny"]]]);
    const gauges = (fields: Partial<LookedAtBaseline>) => {
      const { notReady, notCompliant, contested: disputes } = look(fields).state;
      return { notReady, notCompliant, contested: [...disputes.keys()] };
    };

    it("has nothing to say of a namespace in which all is well", () => {
      expect(gauges({})).to.deep.equal({ notReady: undefined, notCompliant: undefined, contested: [] });
    });

    it("says why Ready and Compliant are not True, also where the status stands already", () => {
      const refused: SectionOutcome = { ...SECTION, inSync: 0, problem: { reason: "Forbidden", message: "a quota refuses it" } };
      const standing = look({ sections: [refused] }).status as SecurityBaselineStatus;
      for (const before of [undefined, standing]) {
        expect(gauges({ standing: before, sections: [refused] })).to.include({ notReady: "Forbidden", notCompliant: "Drifted" });
      }
    });

    it("does not believe reasons that somebody else wrote into the status", () => {
      const forged = { ...WRITTEN, conditions: [{ ...WRITTEN.conditions?.[0], type: "Ready", status: "False", reason: "eve" }] };
      expect(gauges({ standing: forged as SecurityBaselineStatus })).to.include({ notReady: undefined });
    });

    it("names a contested section although another problem of it is told in its place", () => {
      const conflict: SectionOutcome = { ...SECTION, problem: { reason: "Conflict", message: "somebody else made it" } };
      expect(gauges({ sections: [conflict], contested }))
        .to.include({ notReady: "Conflict" })
        .and.to.deep.include({ contested: ["network"] });
    });

    it("forgets the dispute of a section that is no longer in use", () => {
      expect(gauges({ sections: [{ ...SECTION, control: "access", condition: "AccessReady" }], contested }).contested).to.deep.equal([]);
    });
  });
});
