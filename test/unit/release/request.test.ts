/** Proves that no release is made of a checkout that is not in order, and that whoever asked is told in one sentence what to do. */
import { join } from "node:path";
import { expect } from "chai";
import { statedVersions } from "../../../hack/release/checkout.ts";
import { type Checkout, refusalOf } from "../../../hack/release/request.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

const IN_ORDER: Checkout = {
  changed: [],
  tags: ["v1.2.2", "v1.2.30"],
  changelog: "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-01-02\n\n### Added\n\n## 1.2.2\n\n## 1.2.4-rc.1\n",
  stated: { "package.json (version)": "1.2.3", "chart (version)": "1.2.3" },
};

describe("a release that is asked for", () => {
  it("is made of a checkout that is in order", () => {
    expect(refusalOf("1.2.3", IN_ORDER)).to.equal(undefined);
    expect(refusalOf("1.2.4-rc.1", { ...IN_ORDER, stated: { "package.json (version)": "1.2.4-rc.1" } })).to.equal(undefined);
  });

  const wrong: readonly { readonly reason: string; readonly version: string }[] = [
    { reason: "a name of a tag", version: "v1.2.3" },
    { reason: "two numbers", version: "1.2" },
    { reason: "a leading zero", version: "1.02.3" },
    { reason: "a leading zero before the dash, as SemVer forbids", version: "1.2.3-01" },
    { reason: "an empty part", version: "1.2.3-rc..1" },
    { reason: "build metadata, which no tag of an image can have", version: "1.2.3+4" },
    { reason: "another folder", version: "../../1.2.3" },
    { reason: "a line break behind it", version: "1.2.3\n" },
    { reason: "more than a tag may have", version: `1.2.3-${"a".repeat(100)}` },
  ];
  for (const { reason, version } of wrong) {
    it(`refuses as a version ${reason}`, () => {
      expect(refusalOf(version, IN_ORDER)).to.match(/^VERSION must be like 1\.2\.3 or 1\.2\.3-rc\.1, .* got /);
    });
  }

  it("cannot write to the terminal by its version", () => {
    expect(refusalOf("\u001b[2J", IN_ORDER)).to.match(/got \\u\{1b\}\[2J$/);
  });

  const refused: readonly {
    readonly reason: string;
    readonly checkout: Partial<Checkout>;
    readonly version?: string;
    readonly says: string;
  }[] = [
    { reason: "no version", checkout: {}, version: "", says: "no version: write `make release VERSION=1.2.3`" },
    {
      reason: "a checkout that differs from its commit",
      checkout: { changed: ["a\n.ts", "b.ts"] },
      says: "the checkout differs from its commit in a\\u{a}.ts and 1 more: commit or remove what `git status` lists",
    },
    {
      reason: "a version that one place does not state",
      checkout: { stated: { "package.json (version)": "1.2.3", "chart (version)": "1.2.2" } },
      says: "chart (version) states version 1.2.2: write 1.2.3 there, and commit",
    },
    {
      reason: "a version without a section, though one with the same beginning has it",
      checkout: { changelog: "## Unreleased\n## 1.2.3-rc.1\n## 1.2.30\n### 1.2.3\n" },
      says: 'CHANGELOG.md has no section for it: write a heading "## 1.2.3" over what is new, and commit',
    },
    { reason: "a version that is out", checkout: { tags: ["v1.2.3"] }, says: "the tag v1.2.3 exists already: choose the next version" },
  ];
  for (const { reason, checkout, version = "1.2.3", says } of refused) {
    it(`is refused for ${reason}`, () => {
      expect(refusalOf(version, { ...IN_ORDER, ...checkout })).to.equal(says);
    });
  }

  it("finds this checkout of one mind about its version", async () => {
    const stated = await statedVersions(ROOT);
    expect(Object.keys(stated)).to.include.members(["package.json (version)", "package-lock.json (version)"]);
    expect(new Set(Object.values(stated))).to.have.length(1);
  });
});
