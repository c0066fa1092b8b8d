/** Proves that no text becomes markup: whatever a cluster calls its objects, a page shows it and obeys none of it. */
import { createHash } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { html, printPage } from "../../../operator/cli/report/markup.ts";

/** The page that a body makes; the body stands between the marks. */
function bodyOf(text: string): string {
  const page = printPage({ title: "t", body: html`[[${text}|<a title="${text}">]]`, style: "", script: "" });
  return page.slice(page.indexOf("[[") + 2, page.lastIndexOf("]]"));
}

describe("markup", () => {
  const cases = [
    { reason: "a tag", text: "<script>alert(1)</script>", shown: "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { reason: "the end of an attribute", text: `"onload=x '`, shown: "&quot;onload=x &#39;" },
    { reason: "the end of the style", text: "</style>", shown: "&lt;/style&gt;" },
    { reason: "a comment", text: "<!-- -->", shown: "&lt;!-- --&gt;" },
    { reason: "an entity", text: "&lt;b&gt;", shown: "&amp;lt;b&amp;gt;" },
    { reason: "a template", text: "`x`", shown: "&#96;x&#96;" },
    { reason: "a line separator", text: "a\u2028b", shown: "a\\u{2028}b" },
    { reason: "letters turned round", text: "a\u202eb", shown: "a\\u{202e}b" },
    { reason: "a zero byte", text: "a\0b", shown: "a\\u{0}b" },
    { reason: "half a character", text: "a\ud800b", shown: "a\\u{d800}b" },
    { reason: "words of any language", text: "Zürich 東京", shown: "Zürich 東京" },
  ];
  for (const { reason, text, shown } of cases) {
    it(`writes out ${reason}`, () => expect(bodyOf(text)).to.equal(`${shown}|<a title="${shown}">`));
  }

  it("keeps a long name whole", () => expect(bodyOf("n".repeat(10_000))).to.contain("n".repeat(10_000)));

  it("lets no text through that could begin or end anything", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const [shown = ""] = bodyOf(text.replaceAll("|", "")).split("|");
        expect(shown).not.to.match(/[<>"'`\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it("does not take an object for markup that only looks like it", () => {
    const forged = { text: "<b>", toString: () => "<b>" } as unknown as string;
    expect(bodyOf(forged)).to.contain("&lt;b&gt;");
  });

  it("puts in markup, lists and numbers, and leaves out nothing else", () => {
    const page = printPage({ title: "", body: html`[[${html`<b>${1}</b>`}${[html`<i>`, "<"]}${undefined}]]`, style: "", script: "" });
    expect(page).to.contain("[[<b>1</b><i>&lt;]]");
  });

  it("names its style and script in its policy, and nothing else", () => {
    const page = printPage({ title: "", body: html``, style: "p{}", script: "void 0" });
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(page).to.contain(
      `content="default-src 'none'; style-src ${hash("p{}")}; script-src ${hash("void 0")}; base-uri 'none'; form-action 'none'"`,
    );
  });

  for (const text of ["</script>", "</style", "<!--"]) {
    it(`refuses a script or style with ${text}`, () => {
      expect(() => printPage({ title: "", body: html``, style: "", script: text })).to.throw("must not contain");
      expect(() => printPage({ title: "", body: html``, style: text, script: "" })).to.throw("must not contain");
    });
  }
});
