/** Draws what of a report is to be mended, or was accepted: findings, drift and exceptions. */
import { html, type Markup } from "./markup.ts";
import { part, unlistedRemark } from "./page-part.ts";
import { counted, day, object, place, severity, severityKey, standards, type Table, time } from "./page-parts.ts";
import type { ExceptionRow, Report } from "./report.ts";

/** Findings that nobody accepted. */
export function findings({ findings: found }: Report): Markup {
  return part({
    id: "findings",
    title: "Open findings",
    lead: "Objects of others that weaken a namespace, and what to do about each.",
    nothing: "Nothing is found that nobody accepted.",
    remark: unlistedRemark(found?.unlisted, "finding"),
    table:
      found === null ? undefined : { ...FINDINGS, rows: found.open, caption: `${counted(found.open.length, "finding")}, the worst first.` },
  });
}

const FINDINGS: Omit<Table<NonNullable<Report["findings"]>["open"][number]>, "rows" | "caption"> = {
  columns: [
    { title: "Severity", cell: (row) => severity(row.severity), key: (row) => severityKey(row.severity) },
    { title: "Namespace", cell: (row) => place(row.namespace), className: "name" },
    { title: "Object", cell: (row) => object(row.object), className: "name", isName: true },
    { title: "What it does, and what to do", cell: (row) => row.message, className: "wide" },
    { title: "Rule", cell: (row) => html`<span class="one-line">${row.rule}</span> <span class="sub">${standards(row.standards)}</span>` },
    { title: "Since", cell: (row) => day(row.since), className: "time" },
  ],
  filtered: (row) => row,
};

/** What differs from the baselines now. */
export function drift({ drift: found }: Report): Markup {
  return part({
    id: "drift",
    title: "Open drift",
    lead: "Objects of the baselines that are not as they should be and were not put back: the section only reports, or the repair failed.",
    nothing: "Everything is as the baselines say.",
    remark: unlistedRemark(found?.unlisted, "difference", "At most "),
    table:
      found === null
        ? undefined
        : { ...DRIFT, rows: found.open, caption: `${counted(found.open.length, "difference")}, the oldest first.` },
  });
}

const DRIFT: Omit<Table<NonNullable<Report["drift"]>["open"][number]>, "rows" | "caption"> = {
  columns: [
    { title: "Namespace", cell: (row) => place(row.namespace), className: "name" },
    { title: "Object", cell: (row) => object(row.object), className: "name", isName: true },
    { title: "State", cell: (row) => row.type },
    { title: "Fields", cell: (row) => html`<code>${row.fields.join(", ")}</code>`, className: "wide" },
    { title: "By field manager", cell: (row) => row.manager ?? html`<span class="quiet">not told</span>`, className: "name" },
    { title: "Section", cell: (row) => row.section },
    { title: "Since", cell: (row) => time(row.since), className: "time" },
  ],
  filtered: ({ section }) => ({ section }),
};

/** Findings that somebody answers for. */
export function exceptions({ exceptions: stated }: Report): Markup {
  return part({
    id: "exceptions",
    title: "Exceptions",
    lead: "Findings that somebody accepted until a day. When it comes they are open again.",
    nothing: "Nobody accepted a finding.",
    table:
      stated === null
        ? undefined
        : { ...EXCEPTIONS, rows: stated, caption: `${counted(stated.length, "exception")}, those that end first at the top.` },
  });
}

const EXCEPTIONS: Omit<Table<ExceptionRow>, "rows" | "caption"> = {
  columns: [
    { title: "Ends", cell: (row) => html`${day(row.expires)} ${STATES[row.state]}`, className: "time" },
    { title: "Severity", cell: (row) => severity(row.severity), key: (row) => severityKey(row.severity) },
    { title: "Namespace", cell: (row) => place(row.namespace), className: "name" },
    { title: "Object", cell: (row) => html`${object(row.object)} <span class="sub">${row.rule}</span>`, className: "name", isName: true },
    { title: "Reason", cell: (row) => html`${row.reason} ${row.inUse === false ? IDLE : html``}`, className: "wide" },
    { title: "Answered for by", cell: (row) => row.owner, className: "name" },
  ],
  filtered: (row) => row,
};

const STATES: Readonly<Record<ExceptionRow["state"], Markup>> = {
  Expired: html`<span class="sub urgent">over</span>`,
  EndsSoon: html`<span class="sub urgent">within 14 days</span>`,
  Valid: html``,
};

const IDLE: Markup = html`<span class="sub">about nothing that is found: remove it</span>`;
