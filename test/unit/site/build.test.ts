/** Proves that the site leads where the pages lead, shows what they show, and lets nothing run. */
import { expect } from "chai";
import { buildSite } from "../../../hack/site/build.ts";
import { Repository } from "../../../hack/site/repository.ts";

const FILES: Readonly<Record<string, string>> = {
  "README.md": [
    "# Home & hearth",
    "[guide](docs/guide.md#a-b) [folder](docs/more) [listing](docs/design) [file](config/a.yaml) [out](https://example.com) ![door](docs/door.svg)",
    "<script>alert(1)</script> [bad](javascript:alert(1))",
    "| a |\n|--:|\n| 1 |",
  ].join("\n\n"),
  "docs/guide.md": "# Guide\n\n## A b\n\n[home](../README.md) [self](guide.md#a-b)\n",
  "docs/more/README.md": "# More\n\n[guide](../guide.md)\n",
  "docs/design/0002-second.md": "# Second <i>\n",
  "docs/design/0001-first.md": "# First\n",
  "docs/door.svg": "<svg/>",
  "config/a.yaml": "a: <b>\n",
  "config/other.yaml": "not linked\n",
};

function site(): ReadonlyMap<string, string | Buffer> {
  const repository = new Repository(Object.keys(FILES), (path) => FILES[path] ?? "");
  return buildSite({ repository, read: (path) => Buffer.from(FILES[path] ?? ""), style: "a {}" });
}

function html(address: string): string {
  return String(site().get(address));
}

/** Where the links of the content lead, without those of the menu. */
function hrefsOf(address: string): readonly string[] {
  const main = html(address).split("<main")[1] ?? "";
  return [...main.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, href = ""]) => href);
}

describe("the documentation's site", () => {
  it("holds the pages, and what they lead to", () => {
    expect([...site().keys()].toSorted()).to.deep.equal([
      "config/a.yaml.html",
      "docs/design/0001-first.html",
      "docs/design/0002-second.html",
      "docs/design/index.html",
      "docs/door.svg",
      "docs/guide.html",
      "docs/more/index.html",
      "index.html",
      "style.css",
    ]);
  });

  it("leads from each page to the others as they lie in the site", () => {
    expect(hrefsOf("index.html")).to.deep.equal([
      "docs/guide.html#a-b",
      "docs/more/index.html",
      "docs/design/index.html",
      "config/a.yaml.html",
      "https://example.com",
      "docs/door.svg",
    ]);
    expect(hrefsOf("docs/guide.html")).to.deep.equal(["../index.html", "#a-b"]);
    expect(hrefsOf("docs/more/index.html")).to.deep.equal(["../guide.html"]);
    expect(hrefsOf("docs/design/index.html")).to.deep.equal(["0001-first.html", "0002-second.html"]);
  });

  it("shows markup as text, wherever it comes from", () => {
    expect(html("index.html"))
      .to.include("&lt;script&gt;")
      .and.not.to.match(/<script|href="javascript:/);
    expect(html("config/a.yaml.html")).to.include("a: &lt;b&gt;").and.not.to.include("<b>");
    expect(html("docs/design/index.html")).to.include("Second &lt;i&gt;").and.not.to.include("<i>");
  });

  it("lets nothing run and loads nothing: by the policy of each page, and without styles in attributes", () => {
    for (const [address, content] of site()) {
      if (!address.endsWith(".html")) continue;
      expect(content, address).to.include(
        `content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"`,
      );
      expect(content, address).not.to.match(/ style=|<style/);
    }
    expect(html("index.html")).to.include('<td class="right">1</td>');
  });

  it("names each page by its title, and says in the menu which one it is", () => {
    expect(html("index.html")).to.include("<title>Home &amp; hearth</title>");
    expect(html("docs/guide.html")).to.include("<title>Guide - SecurityBaseline</title>");
    expect(html("docs/guide.html")).to.include('<a href="guide.html" aria-current="page">Guide</a>');
  });

  it("opens the group of the menu that the page is in", () => {
    expect(html("docs/design/0001-first.html")).to.include("<details open><summary>Design</summary>");
    expect(html("index.html")).to.include("<details><summary>Design</summary>");
  });
});
