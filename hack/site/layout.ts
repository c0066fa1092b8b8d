/** Frames the pages of the site: head, menu, content. Nothing is loaded from elsewhere and nothing runs. */
import { posix } from "node:path";
import { addressOf, STYLESHEET } from "./addresses.ts";
import { type Group, nameOf } from "./navigation.ts";
import type { Page } from "./page.ts";

/** Only what lies beside the page is shown; no script, no form, no frame. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

export interface Frame {
  /** Address of the page in the site. */
  readonly address: string;
  readonly title: string;
  /** HTML of the content. */
  readonly content: string;
  /** The page itself, where it is one and not a file or a folder. */
  readonly page?: Page;
  readonly groups: readonly Group[];
}

/** A whole HTML document. */
export function frame(options: Frame): string {
  const { address, title, content, groups } = options;
  const home = relative(address, "index.html");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(address === "index.html" ? title : `${title} - SecurityBaseline`)}</title>
<link rel="stylesheet" href="${relative(address, STYLESHEET)}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a href="${home}">SecurityBaseline</a></header>
<nav aria-label="Pages">
${groups.map((group) => groupHtml(group, options)).join("\n")}
</nav>
<main id="content" tabindex="-1">
${content}</main>
</body>
</html>
`;
}

/** A link from one address of the site to another. */
export function relative(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to).split("/").map(encodeURIComponent).join("/");
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The first group is always open, the others where one is in them. */
function groupHtml(group: Group, options: Frame): string {
  const isOpen = group === options.groups[0] || (options.page !== undefined && group.pages.includes(options.page));
  const items = group.pages.map((page) => itemHtml(page, options)).join("\n");
  return `<details${isOpen ? " open" : ""}><summary>${escapeHtml(group.title)}</summary>\n<ul>\n${items}\n</ul></details>`;
}

function itemHtml(page: Page, options: Frame): string {
  const isCurrent = page === options.page;
  const current = isCurrent ? ' aria-current="page"' : "";
  const link = `<a href="${relative(options.address, addressOf(page.path))}"${current}>${escapeHtml(nameOf(page))}</a>`;
  return `<li>${link}${isCurrent ? sectionsHtml(page) : ""}</li>`;
}

function sectionsHtml({ headings }: Page): string {
  const sections = headings.filter(({ level }) => level === 2);
  if (sections.length === 0) return "";
  const items = sections.map(({ anchor, text }) => `<li><a href="#${encodeURIComponent(anchor)}">${escapeHtml(text)}</a></li>`);
  return `\n<ul>\n${items.join("\n")}\n</ul>`;
}
