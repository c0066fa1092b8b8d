/** Proves that the documentation's checks find each thing that would leave a reader standing, and nothing else. */
import { expect } from "chai";
import { problemsOf } from "../../../hack/site/check.ts";
import { pictureProblems } from "../../../hack/site/picture.ts";
import { Repository } from "../../../hack/site/repository.ts";

/** A repository of these files, by path. */
function repositoryOf(files: Readonly<Record<string, string>>): Repository {
  return new Repository(Object.keys(files), (path) => files[path] ?? "");
}

/** Problems of a README with this text, beside some pages that are in order and lead back to it. */
function problemsOfReadme(text: string): readonly string[] {
  return problemsOf(
    repositoryOf({
      "README.md": `# Home\n\n[guide](docs/guide.md) [folder](docs/design)\n\n${text}`,
      "docs/guide.md": "# Guide\n\n## Set `up` the API, twice\n\n## Twice\n\n## Twice\n",
      "docs/design/0001-first.md": "# First\n",
      "docs/picture.svg": "<svg/>",
      LICENSE: "",
    }),
  );
}

describe("the documentation's check", () => {
  const fine: readonly (readonly [string, string])[] = [
    ["[x](docs/guide.md#set-up-the-api-twice)", "an anchor is the heading in small letters, without code marks and commas"],
    ["[x](docs/guide.md#twice-1)", "the second heading of a name has a number"],
    ["[x](#home)", "an anchor of the page itself"],
    ["[x](docs/design/)", "a folder that holds something"],
    ["[x](LICENSE)", "a file that is no page"],
    ["[x](https://example.com/#anything)", "what is elsewhere is not looked up"],
    ["[x](mailto:somebody@example.com)", "an address to write to"],
    ["![a door](docs/picture.svg)", "a picture with words for it"],
    ["`[x](nowhere.md)`", "what looks like a link in code is none"],
    ["```\n[x](nowhere.md)\n```", "nor is it in a block of code"],
    ["<a href='nowhere.md'>x</a>", "HTML is shown as text"],
  ];
  for (const [text, reason] of fine) {
    it(`lets pass: ${reason}`, () => expect(problemsOfReadme(text)).to.deep.equal([]));
  }

  const broken: readonly (readonly [string, string, string])[] = [
    ["[x](docs/gone.md)", "README.md:5: the link docs/gone.md leads to docs/gone.md, which is not there", "a page that is not there"],
    ["\n\n[x](docs/gone.md)", "README.md:7: the link docs/gone.md leads to docs/gone.md, which is not there", "the line is told"],
    ["| a |\n|---|\n| [x](gone) |", "README.md:7: the link gone leads to gone, which is not there", "in a table"],
    ["[x][ref]\n\n[ref]: gone.md", "README.md:5: the link gone.md leads to gone.md, which is not there", "by reference"],
    [
      "[x](docs/guide.md#gone)",
      'README.md:5: the link docs/guide.md#gone: docs/guide.md has no heading "gone"',
      "a heading that is not there",
    ],
    [
      "[x](docs/guide.md#Twice)",
      'README.md:5: the link docs/guide.md#Twice: docs/guide.md has no heading "Twice"',
      "anchors have small letters",
    ],
    [
      "[x](docs/guide.md#twice-2)",
      'README.md:5: the link docs/guide.md#twice-2: docs/guide.md has no heading "twice-2"',
      "there are two only",
    ],
    ["[x](#gone)", 'README.md:5: the link #gone: README.md has no heading "gone"', "a heading of the page itself"],
    ["[x](LICENSE#l1)", "README.md:5: the link LICENSE#l1 has an anchor, and LICENSE is no page", "a file has no headings"],
    [
      "[x](Docs/guide.md)",
      "README.md:5: the link Docs/guide.md leads to Docs/guide.md, which is not there",
      "letters count, as on a server",
    ],
    [
      "[x](../outside.md)",
      "README.md:5: the link ../outside.md leads to ../outside.md, which is not there",
      "what lies outside is not ours",
    ],
    ["[x](/etc/passwd)", "README.md:5: the link /etc/passwd leads to /etc/passwd, which is not there", "nor is what lies at the root"],
    ["[x](docs/%zz)", "README.md:5: the link docs/%25zz leads to docs/%zz, which is not there", "a broken escape"],
    ["[x](http://example.com)", "README.md:5: the link http://example.com is neither a path nor https", "nobody should read it on the way"],
    ["[x](//example.com/a)", "README.md:5: the link //example.com/a is neither a path nor https", "nor without a scheme"],
    ["[x](ftp://example.com)", "README.md:5: the link ftp://example.com is neither a path nor https", "another scheme"],
    [
      "![a](https://example.com/a.png)",
      "README.md:5: the picture https://example.com/a.png is loaded from elsewhere: keep it in the repository",
      "it would tell who reads",
    ],
    [
      "![](docs/picture.svg)",
      "README.md:5: the picture docs/picture.svg has no text for people who do not see it",
      "a picture without words",
    ],
    [
      "![a](docs/gone.svg)",
      "README.md:5: the link docs/gone.svg leads to docs/gone.svg, which is not there",
      "a picture that is not there",
    ],
  ];
  for (const [text, problem, reason] of broken) {
    it(`finds: ${reason}`, () => expect(problemsOfReadme(text)).to.deep.equal([problem]));
  }

  it("finds pages that nobody gets to, also where they lead to each other or to the README", () => {
    const repository = repositoryOf({
      "README.md": "# Home\n\n[a](docs/a.md)\n",
      "docs/a.md": "# A\n\n[b](b.md)\n",
      "docs/b.md": "# B\n",
      "docs/c.md": "# C\n\n[d](d.md) [home](../README.md)\n",
      "docs/d.md": "# D\n\n[c](c.md)\n",
      "hack/notes.md": "no page",
    });
    expect(problemsOf(repository)).to.deep.equal([
      "docs/c.md: nobody gets here: no chain of links from README.md leads to it",
      "docs/d.md: nobody gets here: no chain of links from README.md leads to it",
    ]);
  });

  it("takes a link to a folder for its page, and only where it has none for all that is in it", () => {
    const repository = repositoryOf({
      "README.md": "# Home\n\n[guide](docs/guide) [design](docs/design/)\n",
      "docs/guide/README.md": "# Guide\n",
      "docs/guide/forgotten.md": "# Forgotten\n",
      "docs/design/0001-first.md": "# First\n",
      "docs/design/deeper/0002-second.md": "# Second\n",
    });
    expect(problemsOf(repository)).to.deep.equal([
      "docs/guide/forgotten.md: nobody gets here: no chain of links from README.md leads to it",
    ]);
  });

  const untitled: readonly (readonly [string, string])[] = [
    ["", "nothing in it"],
    ["text\n", "no heading"],
    ["## Second\n\n# First\n", "another heading comes first"],
    ["#\n", "a heading without words"],
    ["```\n# code\n```\n", "a comment in code is no heading"],
  ];
  for (const [text, reason] of untitled) {
    it(`finds pages without a title: ${reason}`, () => {
      const repository = repositoryOf({ "README.md": "# Home\n\n[a](docs/a.md)\n", "docs/a.md": text });
      expect(problemsOf(repository)).to.deep.equal(['docs/a.md:1: has no title: begin with a line "# ..."']);
    });
  }

  it("finds that there is no README to begin with", () => {
    expect(problemsOf(repositoryOf({ "docs/a.md": "# A\n" }))).to.deep.equal(["README.md: is missing: it is where readers begin"]);
  });
});

describe("the check of pictures", () => {
  const words = "<title>A door</title><desc>It opens</desc><style>@media (prefers-color-scheme: dark) {}</style>";
  const still = "@media (prefers-reduced-motion: reduce) { text { animation: none } }";

  it("lets pass what has words, colours for dark pages, and links into itself", () => {
    expect(pictureProblems("a.svg", `<svg xmlns="http://www.w3.org/2000/svg">${words}<use href="#door"/></svg>`)).to.deep.equal([]);
    expect(pictureProblems("a.svg", `<svg>${words}<style>text { animation: show 1s } ${still}</style></svg>`)).to.deep.equal([]);
  });

  const broken: readonly (readonly [string, string])[] = [
    [`${words}<script>alert(1)</script>`, "a.svg: runs a script"],
    [`${words}<g onclick="x()"/>`, "a.svg: runs a script"],
    [`${words}<image href="https://example.com/a.png"/>`, "a.svg: loads something: everything must be in it"],
    [`${words}<style>@import "a.css";</style>`, "a.svg: loads something: everything must be in it"],
    [`${words}<rect fill="url(https://example.com/a.svg)"/>`, "a.svg: loads something: everything must be in it"],
    [`${words}<style>text { animation: show 1s }</style>`, "a.svg: moves also for people who asked for no motion (prefers-reduced-motion)"],
    [words.replace("A door", ""), "a.svg: has no <title>, which is read out to people who do not see it"],
    [words.replace("It opens", ""), "a.svg: has no <desc>, which is read out to people who do not see it"],
    [words.replace("dark", "light"), "a.svg: has no colours for dark pages (prefers-color-scheme)"],
    [words + "x".repeat(100_000), "a.svg: is larger than 100000 bytes"],
  ];
  for (const [svg, problem] of broken) {
    it(`finds: ${problem}`, () => expect(pictureProblems("a.svg", `<svg>${svg}</svg>`)).to.deep.equal([problem]));
  }
});
