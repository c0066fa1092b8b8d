/** Proves that keys wait first come first served, and that with owners each has a turn, however many keys others have. */
import { expect } from "chai";
import fc from "fast-check";
import { createLine, type Line, type OwnerOf } from "../../../operator/cluster/lines.ts";

/** Keys are `<person>/<namespace>/<number>`. */
const part =
  (index: number): OwnerOf =>
  (key) =>
    key.split("/")[index] ?? "";
const PERSON = part(0);
const NAMESPACE = part(1);

function filled(owners: readonly OwnerOf[], ...keys: readonly string[]): Line {
  const line = createLine(owners);
  for (const key of keys) line.add(key);
  return line;
}

function drained(line: Line): readonly string[] {
  const keys: string[] = [];
  for (let key = line.shift(); key !== undefined; key = line.shift()) keys.push(key);
  return keys;
}

const act = {
  add: (line: Line, model: Set<string>, key: string) => [line.add(key), model.add(key)],
  delete: (line: Line, model: Set<string>, key: string) => [line.delete(key), model.delete(key)],
  shift: (line: Line, model: Set<string>) => {
    const taken = line.shift();
    expect(taken === undefined ? model.size === 0 : model.delete(taken)).to.equal(true);
  },
};

describe("a line", () => {
  it("without owners is first come first served", () => {
    expect(drained(filled([], "b", "a", "b", "c"))).to.deep.equal(["b", "a", "c"]);
  });

  it("gives each owner a turn, in the order in which they came", () => {
    const line = filled([PERSON], "mallory//1", "mallory//2", "mallory//3", "jane//1", "jane//2", "lea//1");
    expect(drained(line)).to.deep.equal(["mallory//1", "jane//1", "lea//1", "mallory//2", "jane//2", "mallory//3"]);
  });

  it("lets whoever comes while others are in the middle of many wait for one turn of each", () => {
    const line = filled([PERSON], "mallory//1", "mallory//2", "mallory//3", "mallory//4");
    expect([line.shift(), line.shift()]).to.deep.equal(["mallory//1", "mallory//2"]);
    line.add("jane//1");
    expect(drained(line)).to.deep.equal(["mallory//3", "jane//1", "mallory//4"]);
  });

  it("gives a person no more turns for having many namespaces, and each namespace of theirs one", () => {
    const line = filled([PERSON, NAMESPACE], "mallory/a/1", "mallory/a/2", "mallory/b/1", "jane/a/1", "jane/a/2");
    expect(drained(line)).to.deep.equal(["mallory/a/1", "jane/a/1", "mallory/b/1", "jane/a/2", "mallory/a/2"]);
  });

  it("passes over owners who are not free, and comes back to them", () => {
    const line = filled([PERSON], "mallory//1", "mallory//2", "jane//1", "jane//2");
    const onlyJane = (owner: string): boolean => owner === "jane";
    expect([line.shift(onlyJane), line.shift(onlyJane), line.shift(onlyJane)]).to.deep.equal(["jane//1", "jane//2", undefined]);
    expect(drained(line)).to.deep.equal(["mallory//1", "mallory//2"]);
  });

  it("forgets what is taken out, and whose it was", () => {
    const line = filled([PERSON], "mallory//1", "mallory//2", "jane//1");
    line.delete("mallory//1");
    line.delete("jane//1");
    line.delete("jane//1");
    line.add("lea//1");
    expect([line.size, line.has("mallory//1"), line.has("lea//1")]).to.deep.equal([2, false, true]);
    expect(drained(line)).to.deep.equal(["mallory//2", "lea//1"]);
  });

  it("keeps a key in its place although it belongs to somebody else by now", () => {
    let owner = "jane";
    const line = filled([() => owner], "a");
    owner = "lea";
    line.add("a");
    line.delete("a");
    expect([line.size, line.shift()]).to.deep.equal([0, undefined]);
  });

  it("has each key once, and owners take turns, whatever is added and taken in whatever order", () => {
    const key = fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("x", "y"), fc.integer({ min: 0, max: 4 }));
    const deed = fc.record({ verb: fc.constantFrom("add" as const, "add" as const, "delete" as const, "shift" as const), key });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 80 }), (acts) => {
        const line = createLine([PERSON, NAMESPACE]);
        const model = new Set<string>();
        for (const each of acts) {
          act[each.verb](line, model, each.key.join("/"));
          expect(line.size).to.equal(model.size);
        }
        const order = drained(line).map(PERSON);
        expect(new Set(order.slice(0, new Set(order).size)).size).to.equal(new Set(order).size);
        expect(order).to.have.length(model.size);
      }),
      { numRuns: 200 },
    );
  });
});
