/** Arranges the pages of the site for its menu: a group per folder, in the order in which a reader comes by them. */
import { posix } from "node:path";
import { type Page, titleOf } from "./page.ts";

export interface Group {
  /** What people read; a folder by its own page, or by its name. */
  readonly title: string;
  readonly pages: readonly Page[];
}

/** Pages of these folders are no group of their own: they are what the site is about. */
const MAIN = [".", "docs"];

/** Groups pages. The order of the groups is that of their first pages; the pages themselves keep theirs. */
export function groupsOf(pages: readonly Page[]): readonly Group[] {
  const groups = new Map<string, Page[]>();
  for (const page of pages) {
    const folder = posix.dirname(page.path);
    const name = MAIN.includes(folder) ? "" : folder;
    groups.set(name, [...(groups.get(name) ?? []), page]);
  }
  return [...groups].map(([folder, members]) => ({ title: groupTitle(folder), pages: inOrder(members) }));
}

/** A name in the menu, without the markup of a title. */
export function nameOf(page: Page): string {
  return titleOf(page) ?? page.path;
}

function groupTitle(folder: string): string {
  const name = posix.basename(folder).replaceAll("-", " ");
  return name === "" ? "Guide" : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Numbered pages are read in the order of their numbers. */
function inOrder(pages: readonly Page[]): readonly Page[] {
  const numbered = pages.every(({ path }) => /^\d+-/.test(posix.basename(path)));
  return numbered ? pages.toSorted((a, b) => (a.path < b.path ? -1 : 1)) : pages;
}
