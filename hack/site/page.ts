/** Reads a page of Markdown for the site and its checks: title, anchors, links, and the HTML that it becomes. */
import createMarkdown, { type Token } from "markdown-it";

export interface Link {
  /** As it is written. */
  readonly href: string;
  /** Line of the block that it stands in, from 1. */
  readonly line: number;
  /** Text instead of a picture; undefined for links that are none. */
  readonly alternative?: string;
}

export interface Heading {
  /** 1 for the title. */
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

export interface Page {
  /** Path in the repository. */
  readonly path: string;
  readonly headings: readonly Heading[];
  readonly links: readonly Link[];
  /** Its HTML, without title element and frame. Each link leads to what `leadTo` answers. */
  toHtml(leadTo: (href: string) => string): string;
}

/** HTML in a page stays text: what is shown is what anybody can check, and no page can load or run anything. */
const markdown = createMarkdown({ html: false, linkify: false });
markdown.core.ruler.push("anchors", ({ tokens }) => {
  anchorsOf(tokens);
  return true;
});
markdown.core.ruler.push("alignment", ({ tokens }) => {
  alignByClass(tokens);
  return true;
});
markdown.renderer.rules["table_open"] = () => '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n';
markdown.renderer.rules["table_close"] = () => "</table></div>\n";

/** Reads a page. Markdown knows no errors. */
export function readPage(path: string, text: string): Page {
  const tokens = markdown.parse(text, {});
  return {
    path,
    headings: tokens.flatMap((token, at) => (token.type === "heading_open" ? [headingOf(token, tokens[at + 1])] : [])),
    links: linksOf(tokens),
    toHtml: (leadTo) => {
      const own = markdown.parse(text, {});
      for (const token of own.flatMap(({ children }) => children ?? [])) redirect(token, leadTo);
      return makeReachable(markdown.renderer.render(own, markdown.options, {}));
    },
  };
}

/** The title of a page: its first heading, if that is one of the first level. */
export function titleOf({ headings: [first] }: Page): string | undefined {
  return first?.level === 1 && first.text !== "" ? first.text : undefined;
}

/** Gives each heading the anchor that GitHub gives it, so that a link works in both places. */
function anchorsOf(tokens: readonly Token[]): void {
  const used = new Map<string, number>();
  for (const [at, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const slug = textOf(tokens[at + 1])
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    const before = used.get(slug) ?? 0;
    used.set(slug, before + 1);
    token.attrSet("id", before === 0 ? slug : `${slug}-${before}`);
  }
}

/** The site's policy allows no style in an attribute, which is how tables are aligned otherwise. */
function alignByClass(tokens: readonly Token[]): void {
  for (const token of tokens) {
    const style = String(token.attrGet("style") ?? "");
    if (!style.startsWith("text-align:")) continue;
    token.attrs = (token.attrs ?? []).filter(([name]) => name !== "style");
    token.attrSet("class", style.replace("text-align:", ""));
  }
}

function headingOf(open: Token, content: Token | undefined): Heading {
  return { level: Number(open.tag.slice(1)), text: textOf(content), anchor: String(open.attrGet("id") ?? "") };
}

function textOf(inline: Token | undefined): string {
  return (inline?.children ?? []).map(({ content }) => content).join("");
}

/** Cells of a table do not know their line; their row does. */
function linksOf(tokens: readonly Token[]): Link[] {
  const links: Link[] = [];
  let line = 1;
  for (const { children, map } of tokens) {
    line = map === null ? line : map[0] + 1;
    links.push(...(children ?? []).flatMap((token) => linkOf(token, line)));
  }
  return links;
}

function linkOf(token: Token, line: number): Link[] {
  if (token.type === "link_open") return [{ href: String(token.attrGet("href") ?? ""), line }];
  if (token.type === "image") return [{ href: String(token.attrGet("src") ?? ""), line, alternative: token.content }];
  return [];
}

function redirect(token: Token, leadTo: (href: string) => string): void {
  const name = { link_open: "href", image: "src" }[token.type];
  if (name !== undefined) token.attrSet(name, leadTo(String(token.attrGet(name) ?? "")));
}

/** What is wider than the window scrolls, also by the keyboard alone. */
function makeReachable(html: string): string {
  return html.replaceAll("<pre>", '<pre tabindex="0">');
}
