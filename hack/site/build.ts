/** Makes the files of the site from the repository's pages, and of what else these lead to. */
import { addressOf, folderAddressOf, isPicture, STYLESHEET } from "./addresses.ts";
import { reachablePages } from "./check.ts";
import { escapeHtml, frame, relative } from "./layout.ts";
import { type Group, groupsOf, nameOf } from "./navigation.ts";
import type { Page } from "./page.ts";
import type { Repository, Target } from "./repository.ts";

export interface Sources {
  readonly repository: Repository;
  readonly read: (path: string) => Buffer;
  readonly style: string;
}

/** Contents by address. The repository must have no problems (`problemsOf`). */
export function buildSite({ repository, read, style }: Sources): ReadonlyMap<string, string | Buffer> {
  const pages = reachablePages(repository);
  const groups = groupsOf(pages);
  const targets = pages.flatMap((page) => page.links.map(({ href }) => repository.resolve(page.path, href)));
  const files = targets.flatMap(filesOf).filter((path) => repository.page(path) === undefined);
  const folders = targets.filter((target) => target.kind === "folder");
  return new Map<string, string | Buffer>([
    [STYLESHEET, style],
    ...pages.map((page) => [addressOf(page.path), pageHtml(page, repository, groups)] as const),
    ...files.map((path) => [addressOf(path), isPicture(path) ? read(path) : fileHtml(path, String(read(path)), groups)] as const),
    ...folders.map((folder) => [folderAddressOf(folder.path), folderHtml(folder, repository, groups)] as const),
  ]);
}

/** What is not a page and yet can be opened from one. */
function filesOf(target: Target): readonly string[] {
  if (target.kind === "file") return [target.path];
  return target.kind === "folder" ? target.files : [];
}

function pageHtml(page: Page, repository: Repository, groups: readonly Group[]): string {
  const address = addressOf(page.path);
  const content = page.toHtml((href) => leadTo(repository.resolve(page.path, href), href, address));
  return frame({ address, title: nameOf(page), content, page, groups });
}

function leadTo(target: Target, href: string, from: string): string {
  if (target.kind === "elsewhere" || target.kind === "nowhere") return href;
  const hash = target.anchor === "" ? "" : `#${encodeURIComponent(target.anchor)}`;
  if (target.kind === "folder") return relative(from, folderAddressOf(target.path));
  const to = addressOf(target.kind === "page" ? target.page.path : target.path);
  return to === from && hash !== "" ? hash : `${relative(from, to)}${hash}`;
}

/** A file that is no page, as text. */
function fileHtml(path: string, text: string, groups: readonly Group[]): string {
  const content = `<h1><code>${escapeHtml(path)}</code></h1>\n<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`;
  return frame({ address: addressOf(path), title: path, content, groups });
}

/** A folder without a page of its own: its files, pages by their titles. */
function folderHtml(folder: Target & { kind: "folder" }, repository: Repository, groups: readonly Group[]): string {
  const address = folderAddressOf(folder.path);
  const items = folder.files.map((path) => {
    const page = repository.page(path);
    const name = page === undefined ? `<code>${escapeHtml(path.slice(folder.path.length + 1))}</code>` : escapeHtml(nameOf(page));
    return `<li><a href="${relative(address, addressOf(path))}">${name}</a></li>`;
  });
  const content = `<h1><code>${escapeHtml(folder.path)}</code></h1>\n<ul>\n${items.join("\n")}\n</ul>\n`;
  return frame({ address, title: folder.path, content, groups });
}
