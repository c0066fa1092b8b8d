/** Proves that the picture of a terminal shows each line as it was, to people who see it and to those who hear it. */
import { expect } from "chai";
import { drawRecording } from "../../../hack/demo/recording-picture.ts";
import { pictureProblems } from "../../../hack/site/picture.ts";

const LINES = [
  "== 1. Somebody opens it.",
  "$ kubectl patch x \\",
  "  --type=json",
  'x <none> patched & "done"',
  "-> undone 13 ms after a watch saw it",
];

function draw(lines: readonly string[]): string {
  return drawRecording({ title: "A & B", lines, width: 100 });
}

/** Texts of the picture with their kinds, without what makes them move. */
function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text class="(\w+) l\d+"[^>]*>([^<]*)<\/text>/g)].map(([, kind, text]) => `${kind}: ${text}`);
}

/** Seconds after which each line is there, by its number. */
function timesOf(svg: string): readonly number[] {
  const total = Number(/animation: l0 ([\d.]+)s/.exec(svg)?.[1]);
  return [...svg.matchAll(/@keyframes l\d+ \{ 0%, ([\d.]+)%/g)].map(([, percent]) => Math.round((Number(percent) * total) / 10) / 10);
}

describe("the picture of a terminal", () => {
  it("shows each line, and tells its kind by its beginning", () => {
    expect(textsOf(draw(LINES))).to.deep.equal([
      "title: 1. Somebody opens it.",
      "command: $ kubectl patch x \\",
      "command:   --type=json",
      'output: x &lt;none&gt; patched &amp; "done"',
      "result: -&gt; undone 13 ms after a watch saw it",
    ]);
  });

  it("reads the same lines out, under a name", () => {
    const svg = draw(["$ ls", "a <b>"]);
    expect(svg).to.include('<title id="title">A &amp; B</title>').and.to.include('<desc id="desc">$ ls\na &lt;b&gt;</desc>');
  });

  it("lets one line come after the other, the first at once and a command in one piece", () => {
    expect(timesOf(draw(LINES))).to.deep.equal([0, 1, 1, 1.2, 2.2]);
  });

  it("is a picture as the documentation takes it", () => {
    expect(pictureProblems("a.svg", draw(LINES))).to.deep.equal([]);
  });

  it("holds nothing that a line could bring in", () => {
    const svg = draw(["</text><script>alert(1)</script>", "\u001b[31mred\u0000"]);
    for (const forged of ["<script", "\u001b", "\u0000"]) expect(svg).not.to.include(forged);
  });
});
