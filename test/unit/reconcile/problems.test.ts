/** Proves in which words and under which reason a refusal is told, whoever refused and with whatever status; the messages are those of real API servers. */
import { expect } from "chai";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { passesByItself, problemOf } from "../../../operator/reconcile/problems.ts";

interface Case {
  readonly what: string;
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  /** Reason and sentence; undefined: it passes and is not told. */
  readonly told: readonly [string, string] | undefined;
}

const BY_WEBHOOK = 'admission webhook "guard.example.com" denied the request: roles need a cost centre';
const BY_POLICY =
  "roles.rbac.authorization.k8s.io \"reader\" is forbidden: ValidatingAdmissionPolicy 'cost-centre' with binding 'everywhere' denied request: roles need a cost centre";
const QUOTA =
  'roles.rbac.authorization.k8s.io "reader" is forbidden: exceeded quota: objects, requested: count/roles=1, used: 0, limited: 0';
const DOWN =
  'Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: Post "https://guard:443/": dial tcp: refused';
const refusedAs = (detail: string) => ["Forbidden", `Role reader was refused: ${detail}`] as const;

const cases: readonly Case[] = [
  ...[400, 401, 403, 404, 409, 422, 500].map((status) => ({
    what: `a webhook that answers ${status}`,
    status,
    reason: "Whatever",
    message: BY_WEBHOOK,
    told: refusedAs(BY_WEBHOOK),
  })),
  ...[401, 403, 413, 422].map((status) => ({
    what: `a policy that answers ${status}`,
    status,
    reason: "Whatever",
    message: BY_POLICY,
    told: refusedAs(BY_POLICY),
  })),
  { what: "a quota", status: 403, reason: "Forbidden", message: QUOTA, told: refusedAs(QUOTA) },
  {
    what: "a webhook that cannot be asked, without what differs each time",
    status: 500,
    reason: "InternalError",
    message: DOWN,
    told: ["Progressing", 'Role reader is not written yet: the API server cannot call admission webhook "guard.example.com"'],
  },
  { what: "somebody else's change in between", status: 409, reason: "Conflict", message: "the object has been modified", told: undefined },
  {
    what: "the schema",
    status: 422,
    reason: "Invalid",
    message: "rules: Required value",
    told: ["InvalidSpec", "Role reader was refused: rules: Required value"],
  },
  {
    what: "a server that is busy",
    status: 500,
    reason: "InternalError",
    message: "x",
    told: ["Progressing", "Role reader is not written yet: InternalError"],
  },
];

describe("what is told of a refused write", () => {
  for (const { what, status, reason, message, told } of cases) {
    it(`by ${what}`, () => {
      const error = new ApiError({ status, reason, message });
      const problem = problemOf({ object: "Role reader", error });
      expect(problem && [problem.reason, problem.message]).to.deep.equal(told);
      expect(passesByItself(error)).to.equal(told === undefined);
    });
  }

  it("by our own confinement is told, and should pass", () => {
    const message =
      "forbidden: ValidatingAdmissionPolicy 'securitybaseline-operator-roles' with binding 'securitybaseline-operator-roles' denied request: no";
    const error = new ApiError({ status: 403, reason: "Forbidden", message });
    expect(problemOf({ object: "Role reader", error })?.reason).to.equal("Forbidden");
    expect(passesByItself(error)).to.equal(true);
  });
});
