/** Proves that a write that fails is tried again in its own time, whatever else happens in the namespace. */
import { expect } from "chai";
import { Refusals } from "../../../operator/reconcile/refusals.ts";

const TOLD = { control: "network", problem: { reason: "Forbidden", message: "no" } } as const;
const KEY = "networkpolicies.networking.k8s.io default-deny";

/** Without jitter to speak of: the whole pause. */
const refusals = (): Refusals => new Refusals(() => 0.999_999);

function failedTimes(count: number, more: { readonly changed?: boolean } = {}): Refusals {
  const paced = refusals();
  for (let failures = 0; failures < count; failures += 1) paced.failed("payments", KEY, 0, { told: TOLD, ...more });
  return paced;
}

describe("refused writes", () => {
  const pauses: readonly { readonly failures: number; readonly seconds: number; readonly changed?: boolean }[] = [
    { failures: 1, seconds: 1 },
    { failures: 2, seconds: 2 },
    { failures: 5, seconds: 16 },
    { failures: 20, seconds: 300 },
    { failures: 20, seconds: 30, changed: true },
  ];
  for (const { failures, seconds, changed = false } of pauses) {
    it(`wait ${seconds} s after ${failures} failures${changed ? " of being changed on the way" : ""}`, () => {
      const wait = failedTimes(failures, { changed }).waitFor("payments", KEY, 0) / 1000;
      expect(wait).to.be.within(seconds * 0.99, seconds);
    });
  }

  it("wait as long as the server asked, if that is longer", () => {
    const paced = refusals();
    paced.failed("payments", KEY, 1_000, { atLeast: 60_000, told: TOLD });
    expect(paced.waitFor("payments", KEY, 1_000)).to.equal(60_000);
    expect(paced.next("payments", 31_000)).to.equal(30_000);
  });

  it("that are invalid wait twice as long each time, as long as the object stays as it is", () => {
    const paced = refusals();
    for (let failures = 0; failures < 20; failures += 1) paced.failed("payments", KEY, 0, { told: TOLD, invalidIn: "7" });
    const hours = (milliseconds: number | undefined): number => Math.round((milliseconds ?? 0) / 3_600_000);
    expect(hours(paced.waitFor("payments", KEY, 0, "7"))).to.equal(146);
    expect(hours(paced.next("payments", 0))).to.equal(146);
    expect(Math.round(paced.waitFor("payments", KEY, 0, "8") / 1000)).to.equal(300);
    paced.failed("payments", KEY, 0, { told: TOLD });
    expect(Math.round(paced.waitFor("payments", KEY, 0, "7") / 1000)).to.equal(300);
  });

  it("that are invalid never wait for longer than a timer can", () => {
    const paced = refusals();
    for (let failures = 0; failures < 100; failures += 1) paced.failed("payments", KEY, 0, { told: TOLD, invalidIn: "7" });
    expect(paced.next("payments", 0)).to.be.within(2_000_000_000, 2_147_483_647);
  });

  it("hold up no other object and no other namespace", () => {
    const paced = failedTimes(9);
    expect(paced.waitFor("payments", "serviceaccounts api", 0)).to.equal(0);
    expect(paced.waitFor("shop", KEY, 0)).to.equal(0);
  });

  it("are told until they succeed", () => {
    const paced = failedTimes(3);
    expect(paced.told("payments")).to.deep.equal([TOLD]);
    paced.succeeded("payments", KEY);
    expect(paced.told("payments")).to.deep.equal([]);
    expect(paced.next("payments", 0)).to.equal(undefined);
  });

  it("pass by themselves until they have failed four times, or something else fails", () => {
    const pass = (failures: number, others: readonly boolean[] = []): boolean => {
      const paced = refusals();
      for (let count = 0; count < failures; count += 1) paced.failed("payments", KEY, 0, { passing: true, told: TOLD });
      others.forEach((passing, index) => {
        paced.failed("payments", `roles ${index}`, 0, { passing, told: TOLD });
      });
      return paced.pass("payments");
    };
    expect([pass(0), pass(1), pass(3), pass(4)]).to.deep.equal([false, true, true, false]);
    expect([pass(1, [true]), pass(1, [false]), pass(4, [true])]).to.deep.equal([true, false, false]);
  });

  it("are forgotten when they are no longer wanted, and when what is asked for is another thing", () => {
    const unwanted = failedTimes(3);
    unwanted.keep("payments", new Set(["serviceaccounts api"]));
    expect(unwanted.waitFor("payments", KEY, 0)).to.equal(0);
    const edited = failedTimes(3);
    edited.forget("payments");
    expect(edited.waitFor("payments", KEY, 0)).to.equal(0);
  });
});
