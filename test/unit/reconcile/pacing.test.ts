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

  it("tries what the API server called invalid again at once when the object has changed, not before", () => {
    const invalid = new ApiError({ status: 422, reason: "Invalid", message: "SecretStore is invalid: spec.provider: Too many" });
    const planned = (version: string): Plan["batches"] => [[{ verb: "apply", desired: logReader(), uid: "u", version, drift: undefined }]];
    for (let failures = 0; failures < 20; failures += 1) {
      const results = (planned("7")[0] ?? []).map((action) => ({ action, error: invalid, differs: [] }));
      pacing.note("payments", planned("7"), results, 0);
    }
    const tenMinutes = 600_000;
    expect(words(pacing.due("payments", planned("7"), tenMinutes).batches)).to.deep.equal([]);
    expect(words(pacing.due("payments", planned("8"), tenMinutes).batches)).to.deep.equal(["apply log-reader"]);
  });

  it("does not take the word of a webhook or policy for that: it may change its mind", () => {
    const message = 'admission webhook "w" denied the request: no';
    const byOthers = new ApiError({ status: 422, reason: "Invalid", message });
    const planned: Plan["batches"] = [[{ verb: "apply", desired: logReader(), uid: "u", version: "7", drift: undefined }]];
    for (let failures = 0; failures < 20; failures += 1) {
      pacing.note(
        "payments",
        planned,
        planned.flat().map((action) => ({ action, error: byOthers, differs: [] })),
        0,
      );
    }
    expect(words(pacing.due("payments", planned, 600_000).batches)).to.deep.equal(["apply log-reader"]);
  });

  it("lets what failed wait, and tries it at once after an edit of the baseline", () => {
    const planned = removal();
    go(pacing, planned, 0, ["delete log-reader"]);
    expect(go(pacing, planned, 100)).to.not.include("delete log-reader");
    pacing.editedSpec("payments");
    expect(go(pacing, planned, 100)).to.include("delete log-reader");
  });
});
