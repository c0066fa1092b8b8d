/** Draws what the page of a report is put together from: times, names, severities, bars and tables. */
import type { FindingSeverity } from "../../api/baseline-status.ts";
import { SEVERITIES } from "../../findings/find.ts";
import { html, type Markup } from "./markup.ts";
import type { ReportedObject } from "./report.ts";

const RFC3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/;

/** A time to the minute, in UTC; what is no time as it is written. */
export function time(text: string | null): Markup {
  if (text === null) return html``;
  const [, day, minute] = RFC3339.exec(text) ?? [];
  return day === undefined ? html`${text}` : html`<time datetime="${text}">${day} ${minute}</time>`;
}

/** The day of a time. */
export function day(text: string): Markup {
  const [, date] = RFC3339.exec(text) ?? [];
  return date === undefined ? html`${text}` : html`<time datetime="${text}">${date}</time>`;
}

/** Name of a namespace; in its place what stands for the whole cluster. */
export function place(namespace: string | null): Markup {
  return namespace === null ? html`the cluster` : html`${namespace}`;
}

export function object({ kind, name }: ReportedObject): Markup {
  return html`<code>${name}</code> <span class="sub">${kind}</span>`;
}

/** Names of standards, of which none is broken at a hyphen. */
export function standards(names: readonly string[]): Markup {
  return html`${names.map((name, index) => html`${index === 0 ? "" : ", "}<span class="one-line">${name}</span>`)}`;
}

/** Colour and word: whoever does not see the one reads the other. */
export function severity(of: FindingSeverity | null): Markup {
  if (of === null) return html`<span class="severity">?</span>`;
  return html`<span class="severity ${of}"><span class="mark"></span>${of}</span>`;
}

/** Sorts the worst first; what is not known last. */
export function severityKey(of: FindingSeverity | null): number {
  return of === null ? SEVERITIES.length : SEVERITIES.indexOf(of);
}

/** `1 finding`, `2 findings`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** How a part of a bar is filled. */
export type Fill = "full" | "half" | "faint" | "hatched" | "empty";

export interface Segment {
  readonly fill: Fill;
  readonly number: number;
}

/** A bar of the given parts of a whole. The numbers stand beside it, so readers of the screen pass it by. */
export function bar(segments: readonly Segment[], whole: number, className = ""): Markup {
  const percent = (number: number): string => `${whole === 0 ? 0 : Math.round((number / whole) * 10_000) / 100}%`;
  const before = (index: number): number => segments.slice(0, index).reduce((sum, { number }) => sum + number, 0);
  const parts = segments.map(({ fill, number }, index) =>
    number === 0 ? html`` : html`<rect class="${fill}" x="${percent(before(index))}" width="${percent(number)}" height="100%"/>`,
  );
  return html`<svg class="bar ${className}" aria-hidden="true" focusable="false">${parts}<rect class="frame" width="100%" height="100%"/></svg>`;
}

/** The sign that a part of a bar has beside its name. */
export function key(fill: Fill): Markup {
  return html`<svg class="key" aria-hidden="true" focusable="false"><rect class="${fill}" width="100%" height="100%"/><rect class="frame" width="100%" height="100%"/></svg>`;
}

/** The hatching of what is not as it should be; drawn once per page. */
export const HATCHING: Markup = html`<svg class="unseen" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6"/><path d="M1 0v6"/></pattern></defs></svg>`;

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  cell(row: Row): Markup | string | number;
  /** What the column is sorted by where it is not what one reads. */
  key?(row: Row): string | number;
  readonly className?: string;
  /** Names the row. */
  readonly isName?: boolean;
}

export interface Table<Row> {
  /** Says what the rows are and how they are ordered. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What the filter asks for besides the text. */
  filtered?(row: Row): { readonly severity?: string | null; readonly section?: string | null };
}

/** A table whose rows can be sorted and filtered. One that is wider than the screen is moved by itself, also by keys. */
export function table<Row>(id: string, { caption, columns, rows, filtered }: Table<Row>): Markup {
  const heads = columns.map(({ title, className = "" }) => html`<th scope="col" class="${className}">${title}</th>`);
  const lines = rows.map((row) => html`<tr${attributes(filtered?.(row) ?? {})}>${columns.map((column) => cell(column, row))}</tr>\n`);
  return html`<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0">
<table class="rows">
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody>
</table>
</div>
<p class="nothing-left" hidden>No row of this table matches the filter.</p>`;
}

function cell<Row>({ cell: content, key: sortKey, className, isName }: Column<Row>, row: Row): Markup {
  const kind = className === undefined ? html`` : html` class="${className}"`;
  const sorted = sortKey === undefined ? html`` : html` data-key="${sortKey(row)}"`;
  if (isName) return html`<th scope="row"${kind}${sorted}>${content(row)}</th>`;
  return html`<td${kind}${sorted}>${content(row)}</td>`;
}

function attributes({ severity: worth, section }: { readonly severity?: string | null; readonly section?: string | null }): Markup {
  const first = worth ? html` data-severity="${worth}"` : html``;
  return section ? html`${first} data-section="${section}"` : first;
}
