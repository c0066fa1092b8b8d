/** Draws every namespace of a report, in short. */
import type { Markup } from "./markup.ts";
import { COVERAGE_RANKS, leastCoveredFirst } from "./namespaces.ts";
import { part } from "./page-part.ts";
import { counted, type Table } from "./page-parts.ts";
import type { CoverageState, NamespaceRow, Report } from "./report.ts";
import { count } from "./sorting.ts";

/** Every namespace, in short. */
export function namespaces({ namespaces: rows }: Report): Markup {
  const fine = count(rows ?? [], ({ coverage, compliant }) => coverage === "Enforced" && compliant === "True");
  return part({
    id: "namespaces",
    title: "Namespaces",
    lead: rows === null ? "" : `${fine} of ${rows.length} are enforced and compliant.`,
    nothing: "There is no namespace.",
    isWhole: true,
    table:
      rows === null
        ? undefined
        : {
            ...NAMESPACES,
            rows: leastCoveredFirst(rows),
            caption: `${counted(rows.length, "namespace")}, those that are covered least first.`,
          },
  });
}

const NAMESPACES: Omit<Table<NamespaceRow>, "rows" | "caption"> = {
  columns: [
    { title: "Namespace", cell: (row) => row.name, className: "name", isName: true },
    {
      title: "Coverage",
      cell: (row) => COVERAGES[row.coverage ?? "NotKnown"] + (row.isSystem ? " (system)" : ""),
      key: (row) => COVERAGE_RANKS.indexOf(row.coverage),
    },
    { title: "Compliant", cell: (row) => (row.compliant === null ? "" : COMPLIANCES[row.compliant]), className: "one-line" },
    { title: "Sections in place", cell: sectionsInPlace, className: "number" },
    { title: "Drift", cell: (row) => row.drift ?? "", className: "number" },
    { title: "Findings", cell: (row) => row.findings ?? "", className: "number" },
    { title: "Remark", cell: (row) => row.standing ?? "", className: "wide" },
  ],
};

const COVERAGES: Readonly<Record<CoverageState | "NotKnown", string>> = {
  Enforced: "Enforced",
  Reporting: "Reporting only",
  NotInEffect: "Not in effect",
  Off: "Switched off",
  Without: "Without a baseline",
  NotKnown: "Not known",
};

const COMPLIANCES: Readonly<Record<NonNullable<NamespaceRow["compliant"]>, string>> = { True: "Yes", False: "No", Unknown: "Not known" };

function sectionsInPlace({ sections }: NamespaceRow): string {
  return sections.length === 0 ? "" : `${count(sections, ({ state }) => state === "InPlace")} of ${sections.length}`;
}
