/** Proves that the difference between two installations is told whole, or not at all. */
import { expect } from "chai";
import { difference } from "../../../hack/config/patches.ts";

function object(name: string, spec: object, more: object = {}) {
  return { apiVersion: "v1", kind: "Policy", metadata: { name }, spec: { ...spec }, ...more };
}

describe("the difference between two installations", () => {
  it("replaces whole fields of what changed, and adds what is new", () => {
    const { added, patches } = difference(
      [object("a", { x: [1], y: 1 }), object("b", { x: 1 })],
      [object("a", { x: [2], y: 1 }), object("b", { x: 1 }), object("c", {})],
    );
    expect(added).to.deep.equal([object("c", {})]);
    expect(patches).to.deep.equal([
      { target: { kind: "Policy", name: "a" }, patch: "- op: replace\n  path: /spec/x\n  value:\n    - 2\n" },
    ]);
  });

  const impossible: readonly (readonly [string, object[], string])[] = [
    ["an object that goes", [], "Policy a is in no variant of the installation"],
    ["another change than of the spec", [object("a", {}, { rules: [] })], "Policy a differs in more than its spec"],
  ];
  for (const [reason, after, message] of impossible) {
    it(`throws at ${reason}, which no patch here can say`, () => {
      expect(() => difference([object("a", {})], after as never)).to.throw(message);
    });
  }
});
