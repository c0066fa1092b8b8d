/** Draws who had access in an emergency, why, and what is still owed. */
import { html, type Markup } from "./markup.ts";
import { part } from "./page-part.ts";
import { counted, type Table, time } from "./page-parts.ts";
import type { EmergencyRow, Report } from "./report.ts";

/** Who had access in an emergency. */
export function emergencies({ emergencyAccess: access }: Report): Markup {
  return part({
    id: "emergency",
    title: "Emergency access",
    lead: "Requests of the last 30 days, and older ones that are open or wait for a review.",
    nothing: "Nobody asked for emergency access.",
    table:
      access === null
        ? undefined
        : { ...EMERGENCIES, rows: access.requests, caption: `${counted(access.requests.length, "request")}, the newest first.` },
  });
}

const EMERGENCIES: Omit<Table<EmergencyRow>, "rows" | "caption"> = {
  columns: [
    { title: "Who", cell: (row) => row.who || "not known", className: "name", isName: true },
    { title: "Namespace", cell: (row) => (row.isForCluster ? "the whole cluster" : row.namespace), className: "name" },
    { title: "Role", cell: (row) => html`${row.role ?? "not known"} <span class="sub">profile ${row.profile}</span>`, className: "name" },
    { title: "Why", cell: (row) => html`${row.reason} <span class="sub">${row.ticket ?? ""}</span>`, className: "wide" },
    { title: "From, to", cell: period, className: "time", key: ({ from, asked }) => from ?? asked },
    { title: "Approved by", cell: approvals, className: "name" },
    {
      title: "State",
      cell: (row) =>
        html`${row.phase}${remarks(row).map(({ text, urgent }) => html` <span class="sub${urgent ? " urgent" : ""}">${text}</span>`)}`,
      className: "name",
    },
  ],
};

/** When it could be used; of what was never granted when it was asked for. */
function period({ from, to, asked }: EmergencyRow): Markup {
  if (from === null) return html`<span class="quiet">asked ${time(asked)}</span>`;
  return html`${time(from)} <span class="sub">${time(to)}</span>`;
}

function approvals({ approvedBy, bypass }: EmergencyRow): Markup {
  const names = approvedBy.join(", ");
  return bypass ? html`<span class="urgent">bypass of the approval</span> <span class="sub">${names}</span>` : html`${names}`;
}

function remarks(row: EmergencyRow): readonly { readonly text: string; readonly urgent: boolean }[] {
  const all = [
    { text: "review owed", urgent: true, isTold: row.isReviewOwed },
    { text: `reviewed by ${row.reviewedBy ?? ""}`, urgent: false, isTold: row.reviewedBy !== null },
    { text: "drill", urgent: false, isTold: row.drill },
    { text: "the request was deleted", urgent: true, isTold: row.isRequestGone },
  ];
  return all.filter(({ isTold }) => isTold);
}
