/** Proves when a namespace is marked: before anything is written to it, and until nothing of a baseline is left to be enforced or removed. */
import { expect } from "chai";
import type { PlanInput } from "../../../operator/plan/input.ts";
import { planBaseline, planRelease } from "../../../operator/plan/plan.ts";
import { defaultDeny, input, logReader, paymentsNamespace, retired, section } from "./baseline-objects.ts";
import { ModelCluster } from "./model-cluster.ts";

const MARK = ["metadata", "labels", "securitybaseline.dev/enforced"];

/** A namespace of which the operator holds no field. */
function bare(mark: string, ...made: readonly ReturnType<typeof logReader>[]): ModelCluster {
  const model = new ModelCluster();
  for (const desired of made) model.apply(desired);
  model.set(paymentsNamespace().kind, "payments", { path: MARK, value: mark });
  return model;
}

function cluster(mark?: string, ...made: readonly ReturnType<typeof logReader>[]): ModelCluster {
  const model = new ModelCluster();
  model.apply(paymentsNamespace());
  for (const desired of made) model.apply(desired);
  if (mark !== undefined) model.set(paymentsNamespace().kind, "payments", { path: MARK, value: mark });
  return model;
}

const ENFORCED = { sections: [section("network", [defaultDeny()])] };
const REPORTED = { sections: [section("network", [defaultDeny()], "Report")] };
const OFF = { retired: [retired("access")] };
const BLOCKED = { blocked: [retired("network")] };

const cases: readonly {
  readonly reason: string;
  readonly world: ModelCluster;
  readonly wants: Partial<PlanInput>;
  readonly steps: readonly string[];
}[] = [
  { reason: "before the first write", world: cluster(), wants: ENFORCED, steps: ["mark true", "apply"] },
  { reason: "again where the second step was lost", world: cluster("requested"), wants: ENFORCED, steps: ["mark true", "apply"] },
  {
    reason: "again where somebody took it away, also with nothing else to write",
    world: cluster(undefined, defaultDeny()),
    wants: ENFORCED,
    steps: ["mark true"],
  },
  { reason: "not where it is marked", world: cluster("true", defaultDeny()), wants: ENFORCED, steps: [] },
  { reason: "not where only reporting is asked: nothing is written there", world: cluster(), wants: REPORTED, steps: [] },
  {
    reason: "no longer once only reporting is asked and nothing of ours is left",
    world: bare("true"),
    wants: REPORTED,
    steps: ["mark false"],
  },
  {
    reason: "as it was while something of ours stays: to remove it later takes the mark",
    world: cluster("true"),
    wants: REPORTED,
    steps: [],
  },
  { reason: "until what a section had made is removed", world: bare("true", logReader()), wants: OFF, steps: ["delete", "mark false"] },
  {
    reason: "still, where it is to be retained",
    world: bare("true", logReader()),
    wants: { ...OFF, deletionPolicy: "Retain" },
    steps: ["retain"],
  },
  { reason: "as it was while a section is blocked", world: cluster("true"), wants: BLOCKED, steps: [] },
];

describe("a namespace is marked", () => {
  for (const { reason, world, wants, steps } of cases) {
    it(reason, () => {
      const plan = planBaseline(input({ live: world.live(), marks: true, ...wants }));
      const taken = plan.batches.flat().map((action) => (action.verb === "mark" ? `mark ${action.enforced}` : action.verb));
      expect(taken).to.deep.equal(steps);
    });
  }

  it("never where the posture of the cluster rules", () => {
    const plan = planBaseline(input({ live: cluster().live(), marks: false, ...ENFORCED }));
    expect(plan.batches.flat().map(({ verb }) => verb)).to.deep.equal(["apply"]);
  });

  it("no longer once its baseline is gone, after what is shared was released", () => {
    const steps = planRelease(cluster("true").live()).flat();
    expect(steps.map(({ verb }) => verb)).to.deep.equal(["release", "mark"]);
    expect(planRelease(new ModelCluster().live())).to.deep.equal([]);
  });
});
