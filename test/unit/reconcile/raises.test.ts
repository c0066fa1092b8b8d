/** Proves when the API server is asked about running pods, how seldom, and that a level rises on a fresh answer alone. */
import { expect } from "chai";
import type { RunningPods, SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { OnViolation } from "../../../operator/api/shared-types.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { parseStandard, readStandard } from "../../../operator/kinds/pod-security-standard.ts";
import type { Raise } from "../../../operator/plan/raise.ts";
import type { BaselineEntry } from "../../../operator/reconcile/caches.ts";
import { Raises, type Settled } from "../../../operator/reconcile/raises.ts";

const BREAK = 'existing pods in namespace "shop" violate the new PodSecurity enforce level "restricted:latest"';
const VIOLATED = [BREAK, "web (and 1 other pod): privileged"];
const CONFINED = "ValidatingAdmissionPolicy 'securitybaseline-operator-pod-security' with binding 'x' denied request: refused";

class World {
  now = 1_000_000;
  /** Whether a watch would tell that a pod went. */
  tells = true;
  /** What the API server answers. */
  answer: readonly string[] | ApiError = VIOLATED;
  asked = 0;
  readonly watched = new Set<string>();
  record: RunningPods | undefined;
  live = "baseline";
  wanted = "restricted:latest";
  onViolation: OnViolation = "Hold";
  mode: Raise["mode"] = "Enforce";
  readonly raises = new Raises({
    watches: {
      follow: (namespace) => void this.watched.add(namespace),
      leave: (namespace) => void this.watched.delete(namespace),
      leaveAll: () => this.watched.clear(),
      tells: () => this.tells,
    },
    monotonic: () => this.now,
    random: () => 0,
  });

  get entry(): BaselineEntry {
    const status: SecurityBaselineStatus =
      this.record === undefined
        ? {}
        : { controls: [{ name: "podSecurity", mode: "Enforce", managed: 1, inSync: 0, runningPods: this.record }] };
    return { home: "shop", uid: "b1", baseline: { status } } as unknown as BaselineEntry;
  }

  raise(): Raise {
    const [level, version] = this.live.split(":");
    const asked = parseStandard(this.wanted) ?? expect.fail(this.wanted);
    const levels = { asked, live: readStandard(level, version), floor: this.raises.floorOf(this.entry) };
    return { levels, mode: this.mode, onViolation: this.onViolation } as unknown as Raise;
  }

  /** One look, after so many milliseconds. */
  async look(after = 0): Promise<Settled> {
    this.now += after;
    const ask = async (): Promise<readonly string[]> => {
      this.asked += 1;
      if (this.answer instanceof ApiError) throw this.answer;
      return this.answer;
    };
    const settled = await this.raises.settle(this.entry, this.raise(), ask);
    if (settled.decision.do === "set") this.live = this.wanted;
    this.record = this.raises.conclude(this.entry, this.raise(), { settled, now: "2026-11-23T10:00:00Z" });
    return settled;
  }
}

const refusal = (message: string): ApiError => new ApiError({ status: 403, reason: "Forbidden", message });

describe("a Pod Security level that rises", () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  it("is asked about once, where it does not wait, and rises whatever the answer", async () => {
    world.onViolation = "Enforce";
    expect((await world.look()).decision.do).to.equal("set");
    await world.look(1);
    await world.look(1_000_000);
    expect([world.asked, world.watched.size]).to.deep.equal([1, 0]);
    expect(world.record).to.deep.equal({
      asked: "restricted:latest",
      pods: [{ name: "web", others: 1, reasons: "privileged" }],
      since: "2026-11-23T10:00:00Z",
    });
  });

  it("rises without a question where somebody had lowered it", async () => {
    world.onViolation = "Enforce";
    world.answer = [];
    await world.look();
    world.live = "privileged";
    expect((await world.look(10)).decision.do).to.equal("set");
    expect(world.asked).to.equal(1);
  });

  describe("and waits", () => {
    it("is asked about again no sooner than its net, unless a pod goes", async () => {
      const { decision, wait } = await world.look();
      expect([decision.do, wait, world.watched.has("shop")]).to.deep.equal(["hold", 300_000, true]);
      for (let look = 0; look < 29; look += 1) await world.look(10_000);
      expect(world.asked).to.equal(1);
      await world.look(10_000);
      expect(world.asked).to.equal(2);
    });

    it("is asked about as soon as a pod goes, at most once in five seconds, and again for what the API server had not seen", async () => {
      await world.look();
      world.now += 60_000;
      world.raises.podsChanged("shop");
      expect((await world.look()).wait).to.equal(5000);
      for (let look = 0; look < 4; look += 1) {
        world.raises.podsChanged("shop");
        await world.look(1000);
      }
      expect(world.asked).to.equal(2);
      world.answer = [];
      expect((await world.look(1000)).decision.do).to.equal("set");
      expect([world.asked, world.watched.size]).to.deep.equal([3, 0]);
      expect(world.record).to.deep.equal({ floor: "restricted:latest" });
    });

    it("calls for one look between two questions, however many pods go", async () => {
      await world.look();
      world.now += 60_000;
      expect([1, 2, 3].map(() => world.raises.podsChanged("shop"))).to.deep.equal([true, false, false]);
      await world.look();
      expect(world.raises.podsChanged("shop")).to.equal(false);
      await world.look(5000);
      world.now += 2000;
      expect([1, 2].map(() => world.raises.podsChanged("shop"))).to.deep.equal([true, false]);
      expect(world.raises.podsChanged("elsewhere")).to.equal(false);
    });

    it("is asked about every 20 seconds where no watch tells of its pods", async () => {
      world.tells = false;
      expect((await world.look()).wait).to.equal(20_000);
      await world.look(19_999);
      expect(world.asked).to.equal(1);
      await world.look(1);
      expect(world.asked).to.equal(2);
    });

    it("waits where it is not known, and is asked about with growing pauses", async () => {
      world.answer = refusal("no");
      const waits = [];
      for (let look = 0; look < 8; look += 1) {
        const { decision, answer, wait = 0 } = await world.look(waits.at(-1) ?? 0);
        expect([decision.do, answer]).to.deep.equal(["hold", { unknown: "Forbidden: no", status: 403 }]);
        waits.push(wait);
      }
      expect(waits).to.deep.equal([5000, 5000, 5000, 8000, 16_000, 30_000, 30_000, 30_000]);
      expect([world.asked, world.live]).to.deep.equal([8, "baseline"]);
      world.answer = [];
      expect((await world.look(30_000)).decision.do).to.equal("set");
    });

    it("waits as long as the API server asks for", async () => {
      world.answer = new ApiError({ status: 429, reason: "TooManyRequests", message: "later", retryAfter: 90_000 });
      expect((await world.look()).wait).to.equal(90_000);
    });

    it("does not tell of a refusal by our own confinement that passes", async () => {
      world.answer = refusal(CONFINED);
      expect((await world.look()).answer).to.equal(undefined);
      for (let look = 0; look < 3; look += 1) await world.look(60_000);
      expect((await world.look()).answer).to.deep.equal({ unknown: `Forbidden: ${CONFINED}`, status: 403 });
    });

    it("does not rise on an answer that is old", async () => {
      world.answer = [];
      const ask = async () => [];
      expect((await world.raises.settle(world.entry, world.raise(), ask)).decision.do).to.equal("set");
      // The write failed: the level stands where it stood, and pods may have come.
      world.answer = VIOLATED;
      expect((await world.look(1)).decision.do).to.equal("hold");
      expect((await world.look(5000)).decision.do).to.equal("hold");
      expect(world.asked).to.equal(1);
    });

    it("keeps what stood there when it began, also over a restart, and never less", async () => {
      await world.look();
      world.raises.clear();
      world.live = "privileged";
      const { decision } = await world.look();
      expect(decision).to.deep.equal({ do: "hold", labels: { level: "baseline", version: "latest" } });
      expect(world.record?.floor).to.equal("baseline:latest");
    });

    it("believes no record that is no standard", async () => {
      world.record = { floor: "nonsense" };
      expect((await world.look()).decision).to.deep.equal({ do: "hold", labels: { level: "baseline" } });
    });

    it("lowers its floor when the baseline asks for less", async () => {
      world.answer = [];
      await world.look();
      world.wanted = "baseline:latest";
      await world.look();
      expect(world.record).to.deep.equal({ floor: "baseline:latest" });
    });

    it("throws where this instance may not write", async () => {
      const fenced = new ApiError({ status: 0, reason: "Fenced", message: "not sent" });
      world.answer = fenced;
      expect(await world.look().catch((error: unknown) => error)).to.equal(fenced);
    });

    it("is no longer waited for, nor watched, in mode Report, which puts nothing in place", async () => {
      await world.look();
      world.mode = "Report";
      expect((await world.look(5000)).decision.do).to.equal("tell");
      expect([world.asked, world.watched.size, world.record?.held, world.record?.floor]).to.deep.equal([2, 0, undefined, undefined]);
      world.mode = "Enforce";
      world.live = "privileged";
      expect((await world.look(5000)).decision).to.deep.equal({ do: "hold", labels: { level: "privileged" } });
    });

    it("watches nothing any more when this instance does not lead, and when the baseline goes", async () => {
      await world.look();
      world.raises.clear();
      expect(world.watched.size).to.equal(0);
      await world.look();
      world.raises.leave("shop");
      expect(world.watched.size).to.equal(0);
    });
  });

  describe("and is only told of", () => {
    beforeEach(() => {
      world.mode = "Report";
    });

    it("is asked about every ten minutes, as pods come and go, and no watch is needed", async () => {
      const { decision, wait } = await world.look();
      expect([decision, wait, world.live, world.watched.size]).to.deep.equal([{ do: "tell" }, 600_000, "baseline", 0]);
      for (let look = 0; look < 59; look += 1) await world.look(10_000);
      expect(world.asked).to.equal(1);
      world.answer = [];
      await world.look(10_000);
      expect([world.asked, world.record]).to.deep.equal([2, undefined]);
      world.answer = VIOLATED;
      await world.look(600_000);
      expect(world.record).to.deep.equal({
        asked: "restricted:latest",
        pods: [{ name: "web", others: 1, reasons: "privileged" }],
        since: "2026-11-23T10:00:00Z",
      });
    });

    it("is not asked about where the level stands, or another one is asked for that does", async () => {
      world.live = "restricted:latest";
      expect((await world.look()).wait).to.equal(undefined);
      world.wanted = "baseline:latest";
      await world.look(600_000);
      expect([world.asked, world.record]).to.deep.equal([0, undefined]);
    });

    it("is asked about at once when another level is asked for", async () => {
      world.live = "privileged";
      await world.look();
      world.wanted = "baseline:latest";
      await world.look(5000);
      expect(world.asked).to.equal(2);
    });

    it("is not known where the question is refused, which is asked with growing pauses", async () => {
      world.answer = refusal("no");
      const waits: number[] = [];
      for (let look = 0; look < 12; look += 1) waits.push((await world.look(waits.at(-1) ?? 0)).wait ?? 0);
      expect(waits.slice(-4)).to.deep.equal([256_000, 300_000, 300_000, 300_000]);
      expect(world.record?.unknown).to.equal("Forbidden: no");
    });

    it("is asked about anew before it rises, when the baseline is enforced", async () => {
      await world.look();
      world.mode = "Enforce";
      world.onViolation = "Enforce";
      world.answer = [];
      expect((await world.look(10)).decision.do).to.equal("set");
      expect([world.asked, world.record]).to.deep.equal([2, undefined]);
    });
  });
});
