/** Proves that warnings of the API server are read whole, whatever their text. */
import { expect } from "chai";
import { warningTexts } from "../../../operator/cluster/warnings.ts";

describe("warning headers", () => {
  const cases: readonly {
    readonly reason: string;
    readonly header: string | readonly string[] | undefined;
    readonly texts: readonly string[];
  }[] = [
    { reason: "none", header: undefined, texts: [] },
    { reason: "an empty one", header: "", texts: [] },
    { reason: "one", header: '299 - "web: privileged"', texts: ["web: privileged"] },
    { reason: "quotes and backslashes inside", header: '299 - "namespace \\"x\\" \\\\ y"', texts: ['namespace "x" \\ y'] },
    { reason: "several headers, in order", header: ['299 - "b"', '299 kube "a"'], texts: ["b", "a"] },
    { reason: "several in one header", header: '299 - "a, b", 299 - "c" ,299 - "d"', texts: ["a, b", "c", "d"] },
    { reason: "what looks like another one inside", header: '299 - "a\\", 299 - \\"b"', texts: ['a", 299 - "b'] },
    { reason: "a date", header: '299 - "a" "Wed, 21 Oct 2015 07:28:00 GMT", 299 - "b"', texts: ["a", "b"] },
    { reason: "an empty text", header: '299 - ""', texts: [""] },
    { reason: "characters beyond ASCII", header: '299 - "prüfung ☂"', texts: ["prüfung ☂"] },
    { reason: "what is no warning", header: "nonsense", texts: [] },
    { reason: "what is cut off", header: '299 - "a", 299 - "b', texts: ["a"] },
    { reason: "nonsense behind one", header: '299 - "a" nonsense', texts: [] },
  ];
  for (const { reason, header, texts } of cases) it(reason, () => expect(warningTexts(header)).to.deep.equal(texts));

  it("takes a time that grows with the text alone", () => {
    const text = '\\"'.repeat(50_000);
    expect(warningTexts(`299 - "${text}"`)).to.deep.equal(['"'.repeat(50_000)]);
    expect(warningTexts(`299 - "${text}`)).to.deep.equal([]);
  });
});
