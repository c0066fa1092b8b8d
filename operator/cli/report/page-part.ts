/** Draws the sections of a report that hold a table, and says what of it is not shown. */
import { html, type Markup } from "./markup.ts";
import { counted, type Table, table } from "./page-parts.ts";

/** Rows of a table that a browser opens without a wait; all of them are in the JSON. The table of namespaces is whole. */
const MAX_ROWS = 5000;

/** A part of the page with its table, or a sentence where there is nothing to list. */
export interface Part<Row> {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  /** Undefined where it is not known. */
  readonly table: Table<Row> | undefined;
  readonly nothing: string;
  /** All rows are shown, however many there are: they are cheap. */
  readonly isWhole?: boolean;
  /** What stands below the table. */
  readonly remark?: string;
}

/** A section of the page. */
export function part<Row>({ id, title, lead, remark = "", ...content }: Part<Row>): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<p class="lead">${lead}</p>
${body(id, content)}${remark === "" ? html`` : html`<p class="nothing">${remark}</p>`}
</section>`;
}

function body<Row>(id: string, { table: all, nothing, isWhole }: Pick<Part<Row>, "table" | "nothing" | "isWhole">): Markup {
  if (all === undefined) return html`<p class="nothing">Not known.</p>`;
  if (all.rows.length === 0) return html`<p class="nothing">${nothing}</p>`;
  return table(id, isWhole ? all : shortened(all));
}

function shortened<Row>(all: Table<Row>): Table<Row> {
  const { rows, caption } = all;
  if (rows.length <= MAX_ROWS) return all;
  const left = `${caption} The first ${MAX_ROWS} of ${rows.length} are shown; report -o json has all.`;
  return { ...all, rows: rows.slice(0, MAX_ROWS), caption: left };
}

/** What a status had no room for; "" if nothing. `before` stands before the number. */
export function unlistedRemark(number: number | undefined, one: string, before = ""): string {
  if (!number) return "";
  return `${before}${counted(number, `more ${one}`)} did not fit into the status of their baselines, which list 50 each.`;
}
