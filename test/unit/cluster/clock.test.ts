/** Proves that waiting ends in time or on request and leaves nothing behind. */
import { getEventListeners } from "node:events";
import { expect } from "chai";
import { sleep, systemClock } from "../../../operator/cluster/clock.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";

describe("sleep", () => {
  let clock: ManualClock;
  let stop: AbortController;
  let awake: boolean;

  const begin = async (ms: number): Promise<void> => {
    void sleep(clock, ms, stop.signal).then(() => {
      awake = true;
    });
    await settle();
  };

  beforeEach(() => {
    clock = new ManualClock();
    stop = new AbortController();
    awake = false;
  });

  afterEach(() => {
    expect(clock.pending, "timers left").to.equal(0);
    expect(getEventListeners(stop.signal, "abort"), "listeners left").to.deep.equal([]);
  });

  it("ends in time", async () => {
    await begin(1000);
    await clock.advance(999);
    expect(awake).to.equal(false);
    await clock.advance(1);
    expect(awake).to.equal(true);
  });

  it("ends when it is aborted", async () => {
    await begin(1000);
    stop.abort();
    await settle();
    expect(awake).to.equal(true);
  });

  it("does not begin when it was aborted before", async () => {
    stop.abort();
    await begin(1000);
    expect(awake).to.equal(true);
  });

  for (const ms of [0, -5]) {
    it(`takes no time for ${ms} ms`, async () => {
      await begin(ms);
      expect(awake).to.equal(true);
    });
  }
});

describe("systemClock", () => {
  it("does not mistake a month for no time at all", async () => {
    let fired = false;
    const cancel = systemClock.after(31 * 24 * 3_600_000, () => {
      fired = true;
    });
    await new Promise<void>((resolve) => {
      systemClock.after(5, resolve);
    });
    cancel();
    expect(fired).to.equal(false);
  });

  it("never goes backwards", () => {
    const earlier = systemClock.now();
    expect(systemClock.now()).to.be.at.least(earlier);
  });
});
