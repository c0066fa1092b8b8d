/** Proves that lint draws the line where the table of cases says. */
import { expect } from "chai";
import { type Problem, printPath } from "../../../operator/api/problem.ts";
import { validate, withDefaults } from "../../../operator/api/validate.ts";
import { baseline } from "./case.ts";
import { ACCEPTED, CASES, DEFAULTED } from "./cases.ts";
import { STATUS_CASES } from "./status-cases.ts";

const printed = (problems: readonly Problem[]) => problems.map((problem) => `${printPath(problem.path)}: ${problem.message}`);

const OBJECT_CASES = [
  ...CASES.map((row) => ({ ...row, bad: baseline(row.bad), good: baseline(row.good) })),
  ...STATUS_CASES.map((row) => ({ ...row, bad: { ...baseline({}), status: row.bad }, good: { ...baseline({}), status: row.good } })),
];

describe("validate", () => {
  for (const { reason, bad, good, at, says } of OBJECT_CASES) {
    it(`refuses: ${reason}`, () => {
      const problems = printed(validate("SecurityBaseline", bad));
      expect(problems).to.have.length(1);
      expect(problems[0]).to.include(says);
      expect(problems[0]?.startsWith(`${at}: `), problems[0]).to.equal(true);
    });

    it(`accepts the neighbour: ${reason}`, () => {
      expect(printed(validate("SecurityBaseline", good))).to.deep.equal([]);
    });
  }

  for (const { reason, spec } of ACCEPTED) {
    it(`accepts: ${reason}`, () => {
      expect(printed(validate("SecurityBaseline", baseline(spec)))).to.deep.equal([]);
    });
  }

  for (const { reason, object, problems } of frames()) {
    it(`judges the frame of the object: ${reason}`, () => {
      expect(printed(validate("SecurityBaseline", object))).to.deep.equal(problems);
    });
  }

  it("reports every problem, each with its place", () => {
    const spec = { mode: "x", podSecurity: {}, access: { roles: [{ name: "app-viewer", groups: ["system:a", "b", "system:c"] }] } };
    expect(validate("SecurityBaseline", baseline(spec)).map((problem) => printPath(problem.path))).to.have.members([
      "spec.mode",
      "spec.podSecurity",
      "spec.access.roles[0].groups[0]",
      "spec.access.roles[0].groups[2]",
    ]);
  });

  it("judges a rule in spite of a problem in a field that the rule does not read", () => {
    const { metadata: _, ...rest } = baseline({ mode: "x" }) as { metadata: object };
    expect(printed(validate("SecurityBaseline", { ...rest, metadata: { name: "mine" } }))).to.deep.equal([
      'spec.mode: "x" is not allowed: write Enforce, or Report, or Off',
      ': a namespace has one SecurityBaseline: set metadata.name to "baseline"',
    ]);
  });

  it("does not repeat a value that may be plain text", () => {
    const spec = { secrets: { sealedSecrets: [{ name: "smtp", encryptedData: { password: "hunter2" } }] } };
    expect(printed(validate("SecurityBaseline", baseline(spec))).join())
      .to.include("seal it with kubeseal")
      .and.not.include("hunter2");
  });

  it("does not read a field that has a problem in a rule", () => {
    const spec = { access: { roles: [{ name: "custom", groups: ["a"], rules: "all" }] } };
    expect(printed(validate("SecurityBaseline", baseline(spec)))).to.deep.equal([
      "spec.access.roles[0].rules: must be a list, not a string",
    ]);
  });
});

describe("withDefaults", () => {
  it("fills in what the API server fills in, and leaves the original alone", () => {
    const given = baseline(DEFAULTED.given);
    const before = JSON.stringify(given);
    expect(withDefaults(given)).to.deep.equal({ ...baseline(DEFAULTED.completed), status: DEFAULTED.status });
    expect(JSON.stringify(given)).to.equal(before);
  });

  it("gives a baseline without a spec one", () => {
    const { spec: _, ...bare } = baseline({}) as { spec: object };
    expect(withDefaults(bare)).to.have.deep.property("spec", { mode: "Enforce", adoptExisting: false, deletionPolicy: "Delete" });
  });

  it("hands on what is no object", () => {
    expect([withDefaults(null), withDefaults("x"), withDefaults(1)]).to.deep.equal([null, "x", 1]);
  });
});

function frames() {
  const identity = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline" };
  const named = { name: "baseline" };
  return [
    { reason: "a namespace is welcome", object: { ...identity, metadata: { ...named, namespace: "payments" } }, problems: [] },
    {
      reason: "one per namespace",
      object: { ...identity, metadata: { name: "other" } },
      problems: [': a namespace has one SecurityBaseline: set metadata.name to "baseline"'],
    },
    { reason: "no name", object: { ...identity, metadata: {} }, problems: ["metadata.name: required: add name"] },
    { reason: "no metadata", object: identity, problems: ["metadata: required: add metadata"] },
    { reason: "metadata of a later API server", object: { ...identity, metadata: { ...named, uid: "u", newField: {} } }, problems: [] },
    {
      reason: "annotations are strings",
      object: { ...identity, metadata: { ...named, annotations: { "a.b/c": 1 } } },
      problems: [
        'metadata.annotations["a.b/c"]: must be a string, not a number: write it with quotes (YAML takes a bare Off, on, no or yes for a boolean)',
      ],
    },
    {
      reason: "another version",
      object: { ...identity, apiVersion: "securitybaseline.dev/v1", metadata: named },
      problems: ['apiVersion: "securitybaseline.dev/v1" is not allowed: write securitybaseline.dev/v1alpha1'],
    },
    { reason: "no object at all", object: "text", problems: [": must be a map, not a string"] },
  ];
}
