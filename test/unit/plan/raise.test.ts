/** Proves in which looks a Pod Security level is asked for that the operator may set, and what is applied while it is held. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import type { Standard } from "../../../operator/kinds/pod-security-standard.ts";
import { EMPTY_INVENTORY } from "../../../operator/plan/inventory.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import { isOutOfSight, type Raise, raiseIn, withHold } from "../../../operator/plan/raise.ts";
import { type Section, type Snapshot, sectionsOf } from "../../../operator/plan/snapshot.ts";
import { inEffect } from "../../support/in-effect.ts";

const PREFIX = "pod-security.kubernetes.io/";

interface Scene {
  readonly spec: SecurityBaselineSpec;
  /** What stands on the Namespace; undefined where it is not there. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The Namespace can be looked at. */
  readonly known?: boolean;
}

function look({ spec, labels = {}, known = true }: Scene, floor?: Standard): { sections: readonly Section[]; raise: Raise | undefined } {
  const metadata = { name: "payments", uid: "n1", resourceVersion: "7", labels };
  const snapshot: Snapshot = {
    baseline: inEffect({
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata: { name: "baseline", namespace: "payments", uid: "b1" },
      spec,
    }),
    facts: OFFLINE,
    kinds: new Map(ownedKinds.map((kind) => [kind, { known: kind !== namespace || known, served: true, problem: undefined }])),
    live: known ? [projectLive(namespace, { apiVersion: "v1", kind: "Namespace", metadata })] : [],
    inventory: EMPTY_INVENTORY,
    marks: true,
  };
  const sections = sectionsOf(snapshot);
  return { sections, raise: raiseIn(sections, snapshot.live, floor) };
}

const HOLD: SecurityBaselineSpec = { podSecurity: { enforce: "restricted", version: "v1.36", onViolation: "Hold" } };

describe("a Pod Security level in a look", () => {
  it("is asked for with its version, beside what stands", () => {
    const { raise } = look({ spec: HOLD, labels: { [`${PREFIX}enforce`]: "baseline", [`${PREFIX}enforce-version`]: "v1.30" } });
    expect([raise?.levels, raise?.onViolation]).to.deep.equal([
      { asked: { level: "restricted", version: "v1.36" }, live: { level: "baseline", version: "v1.30" }, floor: undefined },
      "Hold",
    ]);
  });

  it("holds only where that is asked for", () => {
    expect(look({ spec: { podSecurity: { enforce: "restricted" } } }).raise?.onViolation).to.equal("Enforce");
  });

  it("is only told of in mode Report, where nothing was put in place before", () => {
    const floor = { level: "baseline", version: "latest" } as const;
    const { raise } = look({ spec: { ...HOLD, mode: "Report" } }, floor);
    expect([raise?.mode, raise?.levels.floor]).to.deep.equal(["Report", undefined]);
    const { raise: enforced } = look({ spec: HOLD }, floor);
    expect([enforced?.mode, enforced?.levels.floor]).to.deep.equal(["Enforce", floor]);
  });

  it("counts nothing that the API server would not take", () => {
    const { raise } = look({ spec: HOLD, labels: { [`${PREFIX}enforce`]: "strict", [`${PREFIX}enforce-version`]: "v9" } });
    expect(raise?.levels.live).to.deep.equal({});
  });

  const none: readonly { readonly reason: string; readonly scene: Scene; readonly outOfSight?: true }[] = [
    { reason: "without a section", scene: { spec: {} } },
    { reason: "where only audit and warn are named", scene: { spec: { podSecurity: { warn: "restricted" } } } },
    { reason: "where the section is Off", scene: { spec: { ...HOLD, mode: "Off" } } },
    { reason: "where the section is invalid", scene: { spec: { podSecurity: { enforce: "strict" } } as never } },
    { reason: "while the Namespace cannot be looked at", scene: { spec: HOLD, known: false }, outOfSight: true },
  ];
  for (const { reason, scene, outOfSight = false } of none) {
    it(`is not asked for ${reason}`, () => {
      const { raise, sections } = look(scene);
      expect([raise, isOutOfSight(sections)]).to.deep.equal([undefined, outOfSight]);
    });
  }

  const held: readonly {
    readonly reason: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly kept: Readonly<Record<string, string>>;
  }[] = [
    {
      reason: "a level and its version",
      labels: { level: "baseline", version: "v1.30" },
      kept: { enforce: "baseline", "enforce-version": "v1.30" },
    },
    { reason: "a level alone", labels: { level: "baseline" }, kept: { enforce: "baseline" } },
    { reason: "nothing", labels: {}, kept: {} },
    { reason: "no version without a level", labels: { version: "v1.30" }, kept: {} },
  ];
  for (const { reason, labels, kept } of held) {
    it(`is held at ${reason}, and audit and warn rise`, () => {
      const { sections } = look({ spec: { ...HOLD, serviceAccounts: {} } });
      const problem = { reason: "Held", message: "why" } as const;
      const [after] = withHold(sections, labels, problem).filter(({ control }) => control.name === "podSecurity");
      const expected = { audit: "restricted", "audit-version": "v1.36", warn: "restricted", "warn-version": "v1.36", ...kept };
      for (const desired of [after?.desired, after?.present]) {
        expect(desired?.[0]?.manifest)
          .to.have.nested.property("metadata.labels")
          .that.to.deep.equal(Object.fromEntries(Object.entries(expected).map(([key, value]) => [PREFIX + key, value])));
        expect(desired?.[0]?.held).to.equal(true);
      }
      expect(after?.problems).to.deep.equal([problem]);
      const others = ({ control }: Section): boolean => control.name !== "podSecurity";
      expect(withHold(sections, labels, problem).filter(others)).to.deep.equal(sections.filter(others));
    });
  }
});
