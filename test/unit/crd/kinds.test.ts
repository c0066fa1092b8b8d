/** Proves that each of our kinds besides SecurityBaseline is judged by its own schema, and completed by it. */
import { expect } from "chai";
import { type Problem, printPath } from "../../../operator/api/problem.ts";
import { OUR_KINDS, ourKind, validate, withDefaults } from "../../../operator/api/validate.ts";
import { KIND_TABLES, objectOf } from "./kind-tables.ts";

const printed = (problems: readonly Problem[]) => problems.map((problem) => `${printPath(problem.path)}: ${problem.message}`);

describe("our kinds", () => {
  it("are those with a table, and SecurityBaseline", () => {
    expect(["SecurityBaseline", ...KIND_TABLES.map(({ kind }) => kind)]).to.have.members(OUR_KINDS);
  });

  for (const table of KIND_TABLES) {
    describe(table.kind, () => {
      for (const { reason, bad, good, at, says } of table.cases) {
        it(`refuses: ${reason}`, () => {
          const problems = printed(validate(table.kind, objectOf(table, bad)));
          expect(problems).to.have.length(1);
          expect(problems[0]).to.include(says);
          expect(problems[0]?.startsWith(`${at}: `), problems[0]).to.equal(true);
        });

        it(`accepts the neighbour: ${reason}`, () => {
          expect(printed(validate(table.kind, objectOf(table, good)))).to.deep.equal([]);
        });
      }

      for (const { reason, spec } of table.accepted) {
        it(`accepts: ${reason}`, () => expect(printed(validate(table.kind, objectOf(table, spec)))).to.deep.equal([]));
      }

      it("is completed as the API server completes it", () => {
        const { given, completed, status } = table.defaulted;
        expect(withDefaults(objectOf(table, given))).to.deep.equal({ ...objectOf(table, completed), ...(status && { status }) });
      });
    });
  }

  it("have the name that their schema asks for", () => {
    expect(printed(validate("ClusterSecurityBaseline", objectOf({ kind: "ClusterSecurityBaseline", name: "other" }, {})))).to.deep.equal([
      ': a cluster has one ClusterSecurityBaseline: set metadata.name to "cluster"',
    ]);
  });

  it("are told by their name, and what is none of ours is not completed", () => {
    const foreign = { apiVersion: "v1", kind: "ConfigMap", spec: {} };
    expect(OUR_KINDS.map((kind) => ourKind({ kind }))).to.deep.equal(OUR_KINDS);
    expect([foreign, { kind: "toString" }, {}, null, "SecurityBaseline"].map(ourKind)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(withDefaults(foreign)).to.deep.equal(foreign);
  });
});
