/** Proves how the API server's time is read from its answers, which show whole seconds and arrive late. */
import { expect } from "chai";
import { createServerClock, type ServerClock } from "../../../operator/cluster/server-clock.ts";

/** Noon of some day, in milliseconds since the epoch. */
const NOON = 1_795_435_200_000;

describe("the server clock", () => {
  let elapsed: number;
  let wall: number;
  let clock: ServerClock;

  beforeEach(() => {
    elapsed = 5_000;
    wall = NOON;
    clock = createServerClock({ monotonic: () => elapsed, wall: () => wall });
  });

  it("knows nothing before the first answer, nor from answers without a date", () => {
    clock.saw(undefined);
    expect(clock.now()).to.equal(undefined);
    expect(clock.skew()).to.equal(undefined);
  });

  it("goes on by the monotonic clock, whatever the wall clock does", () => {
    clock.saw(NOON);
    elapsed += 61_500;
    wall -= 86_400_000;
    expect(clock.now()).to.equal(NOON + 61_500);
  });

  const answers: readonly { title: string; after: number; date: number; expected: number }[] = [
    { title: "the same second again: its cut-off part is not lost", after: 900, date: NOON, expected: NOON + 900 },
    { title: "the next second begins: the estimate is sharper", after: 200, date: NOON + 1_000, expected: NOON + 1_000 },
    { title: "an answer that took a second and a half", after: 2_000, date: NOON, expected: NOON + 2_000 },
    { title: "a server whose clock was set back by an hour", after: 1_000, date: NOON - 3_600_000, expected: NOON - 3_600_000 },
    { title: "a server whose clock was set on by an hour", after: 1_000, date: NOON + 3_600_000, expected: NOON + 3_600_000 },
  ];
  for (const { title, after, date, expected } of answers) {
    it(`reads a second answer: ${title}`, () => {
      clock.saw(NOON);
      elapsed += after;
      clock.saw(date);
      expect(clock.now()).to.equal(expected);
    });
  }

  it("tells by how much this machine's clock is off, in either direction", () => {
    clock.saw(NOON);
    wall = NOON + 45_000;
    expect(clock.skew()).to.equal(45_000);
    wall = NOON - 31_000;
    expect(clock.skew()).to.equal(31_000);
  });
});
