/** Answers where a link of a page leads, for the site and its checks. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Page, readPage } from "./page.ts";

/** The page that everything must be reachable from. */
export const HOME = "README.md";

/** What is told to people: pages beside the README, and all below docs/. */
const IS_PAGE = /^(?:docs\/.*|[^/]*)\.md$/;
const HAS_SCHEME = /^[a-z][a-z\d+.-]*:|^\/\//i;

/** Where a link leads. */
export type Target =
  | { readonly kind: "elsewhere" }
  | { readonly kind: "page"; readonly page: Page; readonly anchor: string }
  | { readonly kind: "file"; readonly path: string; readonly anchor: string }
  /** A folder without a page of its own: whoever shows it lists its files. */
  | { readonly kind: "folder"; readonly path: string; readonly files: readonly string[]; readonly anchor: string }
  | { readonly kind: "nowhere"; readonly path: string };

export class Repository {
  /** Sorted by path. */
  readonly pages: readonly Page[];
  /** Paths of all files, sorted. */
  readonly files: readonly string[];
  readonly #pages: ReadonlyMap<string, Page>;
  readonly #files: ReadonlySet<string>;

  /** Takes the paths of all files, and how to read one. */
  constructor(files: readonly string[], read: (path: string) => string) {
    this.files = files.toSorted();
    this.#files = new Set(files);
    this.pages = this.files.filter((path) => IS_PAGE.test(path)).map((path) => readPage(path, read(path)));
    this.#pages = new Map(this.pages.map((page) => [page.path, page]));
  }

  page(path: string): Page | undefined {
    return this.#pages.get(path);
  }

  /** Where a link in a page, or in the listing of a folder, leads. */
  resolve(from: string, href: string): Target {
    if (HAS_SCHEME.test(href)) return { kind: "elsewhere" };
    const [written = "", anchor = ""] = decode(href).split("#", 2);
    const path = written === "" ? from : pathOf(from, written);
    return this.#find(path, anchor);
  }

  /** Pages that somebody gets to by one click on a link. */
  pagesBehind(from: string, href: string): readonly Page[] {
    const target = this.resolve(from, href);
    if (target.kind === "page") return [target.page];
    if (target.kind !== "folder") return [];
    return target.files.flatMap((path) => this.#pages.get(path) ?? []);
  }

  #find(path: string, anchor: string): Target {
    const page = this.#pages.get(path) ?? this.#pages.get(posix.join(path, HOME));
    if (page !== undefined) return { kind: "page", page, anchor };
    if (this.#files.has(path)) return { kind: "file", path, anchor };
    const files = this.files.filter((file) => file.startsWith(`${path}/`));
    return files.length > 0 ? { kind: "folder", path, files, anchor } : { kind: "nowhere", path };
  }
}

/** What begins at the root of a server is no path of ours, and stays as it is written. */
function pathOf(from: string, written: string): string {
  return written.startsWith("/") ? written : posix.join(posix.dirname(from), written).replace(/\/$/, "");
}

/** A link with a broken escape leads nowhere, as it is written. */
function decode(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** Reads a checkout. What git ignores is not there: a link to it would be dead for everybody else. */
export function readRepository(root: string): Repository {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  const files = [...new Set(list.split("\0"))].filter((path) => path !== "" && existsSync(join(root, path)));
  return new Repository(files, (path) => readFileSync(join(root, path), "utf8"));
}
