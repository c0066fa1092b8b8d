/** Proves the pacing of repairs: ten a minute at once, then one per pause, doubling to five minutes, over after ten quiet ones. */
import { expect } from "chai";
import type { Drift } from "../../../operator/plan/types.ts";
import { Disputes } from "../../../operator/reconcile/disputes.ts";

const drift: Drift = {
  control: "network",
  ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
  type: "Modified",
  fields: ["spec.ingress"],
  manager: "argocd",
};
const other: Drift = { ...drift, ref: { ...drift.ref, name: "allow-dns" } };

/** Eleven repairs within a minute, the last at 50 s. */
function contested(): Disputes {
  const pacing = new Disputes();
  for (let index = 0; index <= 10; index += 1) pacing.repaired("payments", drift, index * 5_000);
  return pacing;
}

describe("disputes about an object", () => {
  it("does not slow down ten repairs in a minute", () => {
    const pacing = new Disputes();
    for (let index = 0; index < 10; index += 1) pacing.repaired("payments", drift, index * 1_000);
    expect(pacing.waitFor("payments", drift, 10_000)).to.equal(0);
    expect(pacing.contested("payments", 10_000).size).to.equal(0);
  });

  it("does not slow down eleven repairs in more than a minute", () => {
    const pacing = new Disputes();
    for (let index = 0; index <= 10; index += 1) pacing.repaired("payments", drift, index * 6_001);
    expect(pacing.waitFor("payments", drift, 60_010)).to.equal(0);
  });

  it("calls the eleventh repair in a minute a dispute and waits 30 s for the next", () => {
    expect(contested().waitFor("payments", drift, 50_000)).to.equal(30_000);
    expect(contested().waitFor("payments", drift, 79_000)).to.equal(1_000);
    expect([...contested().contested("payments", 50_000)]).to.deep.equal([["network", ["NetworkPolicy default-deny"]]]);
  });

  it("slows down that object alone", () => {
    expect(contested().waitFor("payments", other, 50_000)).to.equal(0);
    expect(contested().waitFor("shop", drift, 50_000)).to.equal(0);
  });

  it("waits no longer than the section of the object bears, at first and later", () => {
    const pacing = new Disputes((control) => (control === "network" ? 1_000 : undefined));
    const elsewhere: Drift = { ...drift, control: "access" };
    const repairedBoth = (from: number, to: number): void => {
      for (let second = from; second <= to; second += 1) {
        for (const each of [drift, elsewhere]) pacing.repaired("payments", each, second * 1_000);
      }
    };
    repairedBoth(0, 10);
    expect([drift, elsewhere].map((each) => pacing.waitFor("payments", each, 10_000))).to.deep.equal([1_000, 30_000]);
    repairedBoth(11, 20);
    expect([drift, elsewhere].map((each) => pacing.waitFor("payments", each, 20_000))).to.deep.equal([1_000, 300_000]);
    expect([...pacing.contested("payments", 20_000).keys()]).to.have.members(["network", "access"]);
  });

  it("doubles the pause up to five minutes", () => {
    const pacing = contested();
    const pauses = [80_000, 140_000, 260_000, 500_000, 800_000].map((time) => {
      pacing.repaired("payments", drift, time);
      return pacing.waitFor("payments", drift, time);
    });
    expect(pauses).to.deep.equal([60_000, 120_000, 240_000, 300_000, 300_000]);
  });

  it("ends a dispute after ten quiet minutes and asks to be looked at then", () => {
    const pacing = contested();
    expect(pacing.nextCheck("payments", 50_000)).to.equal(600_000);
    expect(pacing.contested("payments", 649_999).size).to.equal(1);
    expect(pacing.contested("payments", 650_000).size).to.equal(0);
    expect(pacing.nextCheck("payments", 650_000)).to.equal(undefined);
    expect(pacing.waitFor("payments", drift, 650_000)).to.equal(0);
  });
});
