/** Judges whether a release may be made of a checkout, for `make release`: what is not in order is told in one sentence, with what to do. */
import { visible } from "../../operator/api/visible.ts";

/** What is known of the checkout when a release is asked for. */
export interface Checkout {
  /** Paths that differ from the commit, or are not in it. */
  readonly changed: readonly string[];
  readonly tags: readonly string[];
  /** Text of CHANGELOG.md. */
  readonly changelog: string;
  /** The version as each place states it that people or tools read it from. */
  readonly stated: Readonly<Record<string, string>>;
}

const NUMBER = "(?:0|[1-9]\\d*)";
const PART = `(?:${NUMBER}|\\d*[A-Za-z-][0-9A-Za-z-]*)`;
/** SemVer 2.0.0 without build metadata, which tags of images cannot have. https://semver.org */
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PART}(?:\\.${PART})*)?$`);
/** A tag of an image has at most 128 characters. */
const LONGEST = 100;

/** Why there can be no release of this version, and what to do about it; undefined if there can. */
export function refusalOf(version: string, checkout: Checkout): string | undefined {
  return wrongVersion(version) ?? wrongCheckout(checkout) ?? wrongStatement(version, checkout.stated) ?? wrongHistory(version, checkout);
}

function wrongVersion(version: string): string | undefined {
  if (version === "") return "no version: write `make release VERSION=1.2.3`";
  if (VERSION.test(version) && version.length <= LONGEST) return undefined;
  return `VERSION must be like 1.2.3 or 1.2.3-rc.1, without a leading v and without +build, got ${visible(version.slice(0, LONGEST))}`;
}

function wrongCheckout({ changed }: Checkout): string | undefined {
  const [first] = changed;
  if (first === undefined) return undefined;
  const others = changed.length > 1 ? ` and ${changed.length - 1} more` : "";
  return `the checkout differs from its commit in ${visible(first)}${others}: commit or remove what \`git status\` lists`;
}

function wrongStatement(version: string, stated: Checkout["stated"]): string | undefined {
  const wrong = Object.entries(stated).find(([, found]) => found !== version);
  return wrong && `${wrong[0]} states version ${visible(wrong[1])}: write ${version} there, and commit`;
}

function wrongHistory(version: string, { changelog, tags }: Checkout): string | undefined {
  const headings = changelog.split("\n").map((line) => /^## \[?([^\s\]]+)/.exec(line)?.[1]);
  if (!headings.includes(version))
    return `CHANGELOG.md has no section for it: write a heading "## ${version}" over what is new, and commit`;
  if (tags.includes(`v${version}`)) return `the tag v${version} exists already: choose the next version`;
  return undefined;
}
