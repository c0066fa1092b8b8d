/** Makes the markup of a page so that no text can become part of it: the only way to write an element is a template of this program. */
import { createHash } from "node:crypto";
import { visible } from "../../api/visible.ts";

/** Markup that a template of this program made. Nothing else is put into a page as it is. */
class Made {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  static textOf(made: Made): string {
    return made.#text;
  }
}

export type Markup = Made;

/** What may stand in a template: texts and numbers are escaped, markup and lists are put in, nothing is left out. */
export type Part = string | number | undefined | Markup | readonly Part[];

/** A template of markup. A text may stand between tags and in quoted attributes, and nowhere else. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Made(template.map((text, index) => text + printed(parts[index])).join(""));
}

function printed(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Made) return Made.textOf(part);
  return Array.isArray(part) ? part.map(printed).join("") : escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Also what turns letters round or is not seen is written out. */
function escaped(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (sign) => ENTITIES[sign] ?? "");
}

/** One page of its own: it asks nobody for anything. */
export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** CSS and JavaScript of this program. */
  readonly style: string;
  readonly script: string;
}

/**
 * The page as a file. Its policy lets a browser use this one style and this one script, and fetch nothing: a text that were taken for markup after all
 * could neither run nor load anything.
 * @throws Error if style or script would end their own element
 */
export function printPage({ title, body, style, script }: Page): string {
  for (const text of [style, script])
    if (/<\/|<!--/.test(text)) throw new Error("style and script of a page must not contain `</` or `<!--`");
  const policy = [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const [before, inside, after] = FRAME.map((part) => Made.textOf(part));
  const head = Made.textOf(html`<meta http-equiv="Content-Security-Policy" content="${new Made(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
`);
  return `${before}${head}<style>${style}</style>\n${inside}${Made.textOf(body)}\n<script>${script}</script>\n${after}`;
}

const FRAME: readonly [Markup, Markup, Markup] = [
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
`,
  html`</head>
<body>
`,
  html`</body>
</html>
`,
];

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
