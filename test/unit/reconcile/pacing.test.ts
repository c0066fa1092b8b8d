/** Proves which writes of a plan go out now: what fails waits, an edit ends that, and the mark stays while anything waits for it. */
import { expect } from "chai";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Action, Plan } from "../../../operator/plan/types.ts";
import { Pacing } from "../../../operator/reconcile/pacing.ts";
import { allowDNS, defaultDeny, input, logReader, paymentsNamespace, retired } from "../plan/baseline-objects.ts";
import { ModelCluster } from "../plan/model-cluster.ts";

const refused = new ApiError({ status: 500, reason: "InternalError", message: "no" });
const MARK = ["metadata", "labels", "securitybaseline.dev/enforced"];

/** What ends sections that are not in use any more: two deletions, then the mark. */
function removal(): Plan["batches"] {
  const model = new ModelCluster();
  for (const desired of [defaultDeny(), allowDNS(), logReader()]) model.apply(desired);
  model.set(paymentsNamespace().kind, "payments", { path: MARK, value: "true" });
  return planBaseline(input({ marks: true, retired: [retired("network"), retired("access")], live: model.live() })).batches;
}

const words = (batches: Plan["batches"]): string[] => batches.flat().map(worded);

function worded(action: Action): string {
  if (action.verb === "mark") return `mark ${action.enforced}`;
  return `${action.verb} ${"live" in action ? action.live.name : action.desired.name}`;
}

/** Notes what became of everything that was due: what `fails` names failed. */
function go(pacing: Pacing, planned: Plan["batches"], now: number, fails: readonly string[] = []): string[] {
  const { batches } = pacing.due("payments", planned, now);
  const results = batches.flat().map((action) => ({ action, error: fails.includes(worded(action)) ? refused : undefined, differs: [] }));
  pacing.note("payments", planned, results, now);
  return words(batches);
}

describe("the pace of writes", () => {
  let pacing: Pacing;

  beforeEach(() => {
    pacing = new Pacing(() => 0.999_999);
  });

  it("lets everything go that never failed, the end of the mark last", () => {
    const all = go(pacing, removal(), 0);
    expect(all).to.have.members(["delete allow-dns", "delete default-deny", "delete log-reader", "mark false"]);
    expect(all.at(-1)).to.equal("mark false");
  });

  it("keeps the mark while a removal waits for its next try, whatever else brings a look", () => {
    const planned = removal();
    go(pacing, planned, 0, ["delete default-deny", "mark false"]);
    const left = planned.map((batch) => batch.filter((action) => ["delete default-deny", "mark false"].includes(worded(action))));
    expect(words(pacing.due("payments", left, 100).batches)).to.deep.equal([]);
    const later = new Pacing(() => 0.999_999);
    later.note(
      "payments",
      planned,
      planned
        .flat()
        .filter((one) => worded(one) === "delete default-deny")
        .map((action) => ({ action, error: refused, differs: [] })),
      0,
    );
    expect(words(later.due("payments", left, 100).batches)).to.deep.equal([]);
    expect(words(later.due("payments", left, 1000).batches)).to.deep.equal(["delete default-deny", "mark false"]);
  });

  it("lets what failed wait, and tries it at once after an edit of the baseline", () => {
    const planned = removal();
    go(pacing, planned, 0, ["delete log-reader"]);
    expect(go(pacing, planned, 100)).to.not.include("delete log-reader");
    pacing.editedSpec("payments");
    expect(go(pacing, planned, 100)).to.include("delete log-reader");
  });
});
