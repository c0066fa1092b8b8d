/** Says what is wrong with the pages of the documentation: for the tests, and for the site, which is not built then. */
import { type Link, type Page, titleOf } from "./page.ts";
import { HOME, type Repository, type Target } from "./repository.ts";

/** Schemes that a reader can follow without a surprise. */
const SCHEMES = /^(?:https|mailto):/i;

/** All problems, each one line as `file:line: what is wrong`. Empty if the documentation holds together. */
export function problemsOf(repository: Repository): readonly string[] {
  if (repository.page(HOME) === undefined) return [`${HOME}: is missing: it is where readers begin`];
  return [...repository.pages.flatMap((page) => problemsIn(page, repository)), ...orphansOf(repository)];
}

/** Pages in the order in which a reader comes by them, from the README on. */
export function reachablePages(repository: Repository): readonly Page[] {
  const home = repository.page(HOME);
  const seen = new Set<Page>(home === undefined ? [] : [home]);
  for (const page of seen) {
    for (const { href } of page.links) for (const next of repository.pagesBehind(page.path, href)) seen.add(next);
  }
  return [...seen];
}

function problemsIn(page: Page, repository: Repository): string[] {
  const untitled = titleOf(page) === undefined ? [`${page.path}:1: has no title: begin with a line "# ..."`] : [];
  const dead = page.links.flatMap((link) => {
    const problem = problemOf(link, repository.resolve(page.path, link.href));
    return problem === undefined ? [] : [`${page.path}:${link.line}: ${problem}`];
  });
  return [...untitled, ...dead];
}

function problemOf({ href, alternative }: Link, target: Target): string | undefined {
  if (alternative?.trim() === "") return `the picture ${href} has no text for people who do not see it`;
  if (target.kind === "nowhere") return `the link ${href} leads to ${target.path}, which is not there`;
  if (target.kind === "elsewhere") return elsewhere(href, alternative !== undefined);
  if (target.anchor === "") return undefined;
  if (target.kind !== "page") return `the link ${href} has an anchor, and ${target.path} is no page`;
  const { page, anchor } = target;
  return page.headings.some((heading) => heading.anchor === anchor)
    ? undefined
    : `the link ${href}: ${page.path} has no heading "${anchor}"`;
}

function elsewhere(href: string, isPicture: boolean): string | undefined {
  if (isPicture) return `the picture ${href} is loaded from elsewhere: keep it in the repository`;
  return SCHEMES.test(href) ? undefined : `the link ${href} is neither a path nor https`;
}

function orphansOf(repository: Repository): string[] {
  const reachable = new Set(reachablePages(repository));
  const orphans = repository.pages.filter((page) => !reachable.has(page));
  return orphans.map(({ path }) => `${path}: nobody gets here: no chain of links from ${HOME} leads to it`);
}
