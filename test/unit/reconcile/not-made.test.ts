/** Proves which objects a look leaves unmade, so that making them later is told as no drift. */
import { expect } from "chai";

import { ApiError } from "../../../operator/cluster/errors.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import { podSecurity } from "../../../operator/controls/pod-security/pod-security.ts";
import type { Live } from "../../../operator/plan/types.ts";
import type { ActionResult } from "../../../operator/reconcile/execute.ts";
import { notMade } from "../../../operator/reconcile/outcomes.ts";
import type { Section } from "../../../operator/reconcile/snapshot.ts";
import { defaultDeny, paymentsNamespace } from "../plan/baseline-objects.ts";

const sectionOf = (desired: Desired): Section => ({
  control: podSecurity,
  mode: "Enforce",
  desired: [desired],
  present: [desired],
  lacking: undefined,
  problem: undefined,
  blocked: undefined,
});

const live = ({ kind, name }: Desired, marks: Pick<Live, "labelled" | "managed">): Live => ({
  ...marks,
  kind,
  name,
  namespace: kind.namespaced ? "payments" : "",
  uid: "1",
  resourceVersion: "1",
  hash: "",
  terminating: false,
  control: undefined,
  deletionPolicy: undefined,
  immutable: undefined,
  ownerIndexes: [],
  facts: undefined,
  satisfies: undefined,
  detail: undefined,
});

const applied = (desired: Desired, status?: number): ActionResult => ({
  action: { verb: "apply", desired, uid: undefined, drift: undefined },
  error: status === undefined ? undefined : new ApiError({ status, reason: "Refused", message: "refused" }),
  differs: [],
});

const OURS = { labelled: true, managed: true };
const FOREIGN = { labelled: false, managed: false };

const CASES: readonly {
  readonly reason: string;
  readonly desired: Desired;
  readonly found?: Pick<Live, "labelled" | "managed">;
  readonly results?: readonly ActionResult[];
  readonly made: boolean;
}[] = [
  { reason: "what is there and ours is made", desired: defaultDeny(), found: OURS, made: true },
  { reason: "what was just written is made", desired: defaultDeny(), found: OURS, results: [applied(defaultDeny())], made: true },
  { reason: "what was not there and was just written is made", desired: defaultDeny(), results: [applied(defaultDeny())], made: true },
  { reason: "what is not there is not", desired: defaultDeny(), made: false },
  {
    reason: "a shared object that the cache does not know yet is not, though nobody tried to write it",
    desired: paymentsNamespace(),
    made: false,
  },
  {
    reason: "a shared object carries no label of ours and counts when it is there",
    desired: paymentsNamespace(),
    found: FOREIGN,
    made: true,
  },
  { reason: "somebody else's object of the same name is not", desired: defaultDeny(), found: FOREIGN, made: false },
];

describe("what a look leaves unmade", () => {
  for (const { reason, desired, found, results = [], made } of CASES) {
    it(reason, () => {
      const there = found === undefined ? [] : [live(desired, found)];
      expect(notMade([sectionOf(desired)], there, results)).to.deep.equal(made ? [] : [desired]);
    });
  }

  it("what was refused is not made, also when something of that name is there", () => {
    const desired = paymentsNamespace();
    expect(notMade([sectionOf(desired)], [live(desired, OURS)], [applied(desired, 403)])).to.deep.equal([desired]);
  });
});
