/** Proves when a Pod Security level rises, waits, or is put back, whatever stands on the Namespace. */
import { expect } from "chai";
import fc from "fast-check";
import { type Decision, decide, isRaise, type Levels, nextFloor, type Verdict } from "../../../operator/controls/pod-security/enforce.ts";
import {
  compareStandards,
  parseStandard,
  printStandard,
  readStandard,
  type Standard,
  type StandardLabels,
  standardOf,
} from "../../../operator/kinds/pod-security-standard.ts";

/** `restricted:v1.30`, or `baseline` where only the level stands there; "" for nothing. */
function labels(text: string): StandardLabels {
  const [level, version] = text.split(":");
  return readStandard(level, version);
}

const levels = (live: string, asked: string, floor = ""): Levels => ({
  live: labels(live),
  asked: parseStandard(asked) ?? expect.fail(asked),
  floor: standardOf(labels(floor)),
});

const SET: Decision = { do: "set" };
const ASK: Decision = { do: "ask" };
const held = (text: string): Decision => ({ do: "hold", labels: labels(text) });

describe("the order of Pod Security standards", () => {
  const ascending = ["", "baseline:v1.0", "baseline:v1.9", "baseline:v1.36", "baseline:latest", "restricted:v1.0", "restricted:latest"];
  for (const [index, higher] of ascending.entries()) {
    for (const lower of ascending.slice(0, index)) {
      it(`${higher} is above ${lower || "the cluster's default"}`, () => {
        const [a, b] = [standardOf(labels(lower)), standardOf(labels(higher))];
        expect([Math.sign(compareStandards(a, b)), Math.sign(compareStandards(b, a)), compareStandards(b, b)]).to.deep.equal([-1, 1, 0]);
      });
    }
  }

  it("privileged is what nobody has set, in every version", () => {
    const all = ["", "privileged", "privileged:v1.0", "privileged:latest"].map((text) => standardOf(labels(text)));
    for (const one of all) for (const other of all) expect(compareStandards(one, other)).to.equal(0);
  });

  it("a level without a version is the latest one", () => {
    expect(compareStandards(standardOf(labels("baseline")), standardOf(labels("baseline:latest")))).to.equal(0);
  });

  for (const text of [
    "strict",
    "Restricted",
    "",
    "restricted:v2.0",
    "restricted:v1.0001",
    "restricted:v1.01",
    "restricted:1.30",
    "__proto__:latest",
  ]) {
    it(`"${text}" is no standard that can be read back`, () => expect(parseStandard(text)).to.equal(undefined));
  }

  it("what is printed is read back", () => {
    const standard: Standard = { level: "restricted", version: "v1.36" };
    expect(parseStandard(printStandard(standard))).to.deep.equal(standard);
  });
});

describe("the label enforce", () => {
  const cases: readonly {
    readonly reason: string;
    readonly levels: Levels;
    readonly hold?: boolean;
    readonly verdict?: Verdict;
    readonly decision: Decision;
  }[] = [
    { reason: "is set where it stands already", levels: levels("restricted:latest", "restricted:latest"), hold: true, decision: SET },
    { reason: "is set where it goes down", levels: levels("restricted:latest", "baseline:latest"), hold: true, decision: SET },
    { reason: "is set where the version goes down", levels: levels("restricted:latest", "restricted:v1.30"), hold: true, decision: SET },
    { reason: "rises after a question", levels: levels("", "restricted:latest"), decision: ASK },
    { reason: "rises whatever runs", levels: levels("baseline", "restricted:latest"), verdict: "violated", decision: SET },
    { reason: "rises also where nothing is known", levels: levels("baseline", "restricted:latest"), verdict: "unknown", decision: SET },
    { reason: "waits for a question", levels: levels("baseline", "restricted:latest"), hold: true, decision: held("baseline") },
    {
      reason: "waits for pods",
      levels: levels("baseline:v1.30", "restricted:latest"),
      hold: true,
      verdict: "violated",
      decision: held("baseline:v1.30"),
    },
    { reason: "waits while it is not known", levels: levels("", "baseline:latest"), hold: true, verdict: "unknown", decision: held("") },
    {
      reason: "rises when no pod is in the way",
      levels: levels("baseline", "restricted:latest"),
      hold: true,
      verdict: "clean",
      decision: SET,
    },
    {
      reason: "waits with a later version, too",
      levels: levels("restricted:v1.20", "restricted:latest"),
      hold: true,
      verdict: "violated",
      decision: held("restricted:v1.20"),
    },
    {
      reason: "is put back at once where it was in place, whatever runs",
      levels: levels("privileged", "restricted:latest", "restricted:latest"),
      hold: true,
      verdict: "violated",
      decision: SET,
    },
    {
      reason: "is put back to the floor while it waits",
      levels: levels("privileged", "restricted:latest", "baseline:latest"),
      hold: true,
      decision: held("baseline:latest"),
    },
    {
      reason: "is put back where it was taken away",
      levels: levels("", "restricted:latest", "baseline:v1.30"),
      hold: true,
      decision: held("baseline:v1.30"),
    },
    {
      reason: "is put back where an earlier version was chosen",
      levels: levels("baseline:v1.0", "restricted:latest", "baseline:latest"),
      hold: true,
      decision: held("baseline:latest"),
    },
    {
      reason: "is put back in the version of the floor, whatever version was chosen",
      levels: levels("privileged:latest", "restricted:latest", "baseline:v1.30"),
      hold: true,
      decision: held("baseline:v1.30"),
    },
    {
      reason: "is put back where a later version of a lower level was chosen",
      levels: levels("baseline:latest", "restricted:v1.36", "restricted:v1.30"),
      hold: true,
      decision: held("restricted:v1.30"),
    },
  ];
  for (const { reason, levels: given, hold = false, verdict, decision } of cases) {
    it(reason, () => expect(decide(given, hold ? "Hold" : "Enforce", verdict)).to.deep.equal(decision));
  }

  const level = fc.constantFrom("privileged" as const, "baseline" as const, "restricted" as const);
  const version = fc.constantFrom("latest", "v1.0", "v1.30", "v1.36");
  const standard = fc.record({ level, version });
  const maybe = fc.option(standard, { nil: undefined });
  const live = fc.oneof(fc.constant({}), fc.record({ level }), fc.record({ version }), standard);

  it("never falls below the floor, below what stands, or above what is asked for, while it waits", () => {
    fc.assert(
      fc.property(live, standard, maybe, (standing, asked, floor) => {
        const given: Levels = { live: standing, asked, floor };
        const decision = decide(given, "Hold", "violated");
        if (decision.do !== "hold") return !isRaise(given);
        const kept = standardOf(decision.labels);
        return [standardOf(standing), floor].every((one) => compareStandards(kept, one) >= 0) && compareStandards(kept, asked) < 0;
      }),
    );
  });

  it("has a floor that is never above what is asked for, and rises with what stands", () => {
    fc.assert(
      fc.property(live, standard, maybe, (standing, asked, floor) => {
        const next = nextFloor({ live: standing, asked, floor });
        const least = [standardOf(standing), floor].map((one) => (compareStandards(one, asked) > 0 ? asked : one));
        return compareStandards(next, asked) <= 0 && least.every((one) => compareStandards(next, one) >= 0);
      }),
    );
  });
});
