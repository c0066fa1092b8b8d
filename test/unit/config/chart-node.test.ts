/** Proves that merging two texts into a template loses neither, however often it is done. */
import { expect } from "chai";
import fc from "fast-check";
import { merged, type Node, templateText } from "../../../hack/config/chart/node.ts";

/** What Helm prints where these conditions hold. */
function printed(nodes: readonly Node[], holds: ReadonlySet<string>): readonly string[] {
  return nodes.flatMap((node) => (typeof node === "string" ? [node] : printed(holds.has(node.when) ? node.whenSo : node.otherwise, holds)));
}

const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 });

describe("merged templates", () => {
  it("print each of four texts under the conditions that it was made with", () => {
    fc.assert(
      fc.property(lines, lines, lines, lines, (both, one, other, none) => {
        const template = merged("one", merged("other", both, one), merged("other", other, none));
        expect(printed(template, new Set(["one", "other"]))).to.deep.equal(both);
        expect(printed(template, new Set(["one"]))).to.deep.equal(one);
        expect(printed(template, new Set(["other"]))).to.deep.equal(other);
        expect(printed(template, new Set())).to.deep.equal(none);
      }),
    );
  });

  it("say once what is the same", () => {
    expect(templateText(merged(".Values.x", ["kind: A", "more", "end"], ["kind: A", "end"]))).to.equal(
      "kind: A\n{{- if .Values.x }}\nmore\n{{- end }}\nend\n",
    );
  });

  it("ask the other way round where there is nothing to say when it is so", () => {
    expect(templateText(merged(".Values.x", ["a"], ["a", "b"]))).to.equal("a\n{{- if not (.Values.x) }}\nb\n{{- end }}\n");
  });

  it("ask nothing where there is no difference", () => {
    expect(templateText(merged(".Values.x", ["a"], ["a"]))).to.equal("a\n");
  });
});
