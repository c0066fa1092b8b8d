/** Draws what a terminal showed as a picture that plays it line by line, for the README: pure SVG and CSS, without script. */
import { visible } from "../../operator/api/visible.ts";

/** Pixels. */
const LINE = 20;
const MARGIN = 20;
const BAR = 34;
const CHARACTER = 8.45;

/** Seconds that pass before a line of this kind is there; the first one is there at once, so that the picture never looks empty. */
const PAUSES = { title: 1.4, command: 1, output: 0.2, result: 1, blank: 0 } as const;
/** Seconds that the whole is left to be read before it begins anew. */
const REST = 8;

export interface Recording {
  /** A name for people who hear the picture. */
  readonly title: string;
  /** As the terminal showed them, none wider than `width` characters. */
  readonly lines: readonly string[];
  /** Characters. */
  readonly width: number;
}

type Kind = keyof typeof PAUSES;

/** An SVG. Without animation, and for people who asked for no motion, all lines are there at once. */
export function drawRecording({ title, lines, width }: Recording): string {
  const kinds = kindsOf(lines);
  const times = timesOf(kinds);
  const total = (times.at(-1) ?? 0) + REST;
  const size = { width: Math.ceil(width * CHARACTER) + 2 * MARGIN, height: BAR + lines.length * LINE + MARGIN };
  const texts = lines.map((line, at) => textElement(line, { at, kind: kinds[at] ?? "output" }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="title desc">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(lines.join("\n"))}</desc>
<style>
${STYLE}
${motion(times, total)}
</style>
<rect class="window" x=".5" y=".5" width="${size.width - 1}" height="${size.height - 1}" rx="8"/>
<path class="bar" d="M.5 ${BAR - 6}H${size.width - 1}"/>
<circle class="dot" cx="22" cy="15" r="5"/><circle class="dot" cx="40" cy="15" r="5"/><circle class="dot" cx="58" cy="15" r="5"/>
<g xml:space="preserve">
${texts.filter((text) => text !== "").join("\n")}
</g>
</svg>
`;
}

const STYLE = `svg { --ground: #f8fafc; --line: #cbd5e1; --text: #1f2933; --quiet: #526070; --title: #0b5cad; --good: #12703a; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0f141a; --line: #39434f; --text: #dde4ec; --quiet: #9aa8b7; --title: #7db8f5; --good: #6fd08c; }
}
.window { fill: var(--ground); stroke: var(--line); }
.bar { stroke: var(--line); }
.dot { fill: var(--line); }
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--quiet); white-space: pre; }
.title { fill: var(--title); font-weight: 700; }
.command { fill: var(--text); }
.result { fill: var(--good); font-weight: 700; }`;

/** What a line is, by how the demo begins it. A command goes on while its lines end with a backslash, or are broken. */
function kindsOf(lines: readonly string[]): readonly Kind[] {
  const kinds: Kind[] = [];
  for (const line of lines) kinds.push(kindOf(line, kinds.at(-1)));
  return kinds;
}

function kindOf(line: string, before: Kind | undefined): Kind {
  if (line.trim() === "") return "blank";
  if (line.startsWith("== ")) return "title";
  if (line.startsWith("$ ")) return "command";
  if (line.startsWith("-> ")) return "result";
  return before === "command" && line.startsWith(" ") ? "command" : "output";
}

/** Seconds after the beginning at which each line appears. The rest of a broken command comes with its beginning. */
function timesOf(kinds: readonly Kind[]): readonly number[] {
  let time = 0;
  return kinds.map((kind, at) => {
    const goesOn = kind === "command" && kinds[at - 1] === "command";
    time += at === 0 || goesOn ? 0 : PAUSES[kind];
    return Math.round(time * 100) / 100;
  });
}

function motion(times: readonly number[], total: number): string {
  const percent = (time: number): string => `${Math.round((time / total) * 10_000) / 100}%`;
  const rules = times.map(
    (time, at) => `@keyframes l${at} { 0%, ${percent(time)} { opacity: 0 } ${percent(time + 0.1)}, 100% { opacity: 1 } }`,
  );
  const uses = times.map((_, at) => `  .l${at} { animation: l${at} ${total.toFixed(2)}s linear infinite }`);
  return [...rules, "@media (prefers-reduced-motion: no-preference) {", ...uses, "}"].join("\n");
}

function textElement(line: string, { at, kind }: { readonly at: number; readonly kind: Kind }): string {
  if (kind === "blank") return "";
  const text = kind === "title" ? line.replace(/^== /, "") : line;
  return `<text class="${kind} l${at}" x="${MARGIN}" y="${BAR + (at + 0.8) * LINE}">${escapeXml(text)}</text>`;
}

/** Characters that XML does not know are written out, as on a terminal. */
function escapeXml(text: string): string {
  const lines = text.split("\n").map(visible);
  return lines.join("\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
