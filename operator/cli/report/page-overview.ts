/** Draws the part of a report that is read first: the figures, coverage, and how each section fares. */

import { html, type Markup } from "./markup.ts";
import { bar, counted, type Fill, key, standards } from "./page-parts.ts";
import type { Coverage, Report, SectionRow } from "./report.ts";
import { count } from "./sorting.ts";

const NOT_KNOWN = html`<span class="quiet">not known</span>`;

/** The numbers that a reader looks for first, each with a link to what is behind it. */
export function figures(report: Report): Markup {
  return html`<dl class="figures">${[
    figure("Namespaces enforced", "coverage", enforcedFigure(report.coverage), coverageNote(report.coverage)),
    figure("Open findings", "findings", findingsFigure(report), findingsNote(report)),
    figure("Open drift", "drift", driftFigure(report), driftNote(report)),
    figure("Exceptions", "exceptions", exceptionsFigure(report), exceptionsNote(report)),
    figure("Emergency access", "emergency", emergencyFigure(report), emergencyNote(report)),
  ]}</dl>`;
}

function figure(title: string, target: string, number: Markup, note: string): Markup {
  return html`<div><dt><a href="#${target}">${title}</a></dt><dd class="figure">${number}</dd><dd class="note">${note}</dd></div>\n`;
}

function enforcedFigure({ enforced, total }: Coverage): Markup {
  if (enforced === null) return NOT_KNOWN;
  return total === null ? html`${enforced}` : html`${enforced} <small>of ${total}</small>`;
}

function coverageNote({ reporting, without }: Coverage): string {
  const parts = [
    reporting === null ? [] : counted(reporting, "only reports", "only report"),
    without === null ? [] : `${without} without a baseline`,
  ];
  return parts.flat().join(", ");
}

function findingsFigure({ findings }: Report): Markup {
  return findings === null ? NOT_KNOWN : html`${findings.open.length + findings.unlisted}`;
}

function findingsNote({ findings }: Report): string {
  if (findings === null) return "";
  const { Critical, High } = findings.bySeverity;
  return findings.open.length === 0 ? "nothing weakens a namespace" : `${Critical} critical, ${High} high`;
}

function driftFigure({ drift }: Report): Markup {
  if (drift === null) return NOT_KNOWN;
  return drift.unlisted === 0 ? html`${drift.open.length}` : html`${drift.open.length} <small>or more</small>`;
}

function driftNote({ drift }: Report): string {
  const oldest = drift?.open[0]?.since;
  if (drift === null) return "";
  return oldest === undefined ? "everything is as the baselines say" : `the oldest since ${oldest.slice(0, 10)}`;
}

function exceptionsFigure({ exceptions }: Report): Markup {
  return exceptions === null ? NOT_KNOWN : html`${exceptions.length}`;
}

function exceptionsNote({ exceptions }: Report): string {
  if (exceptions === null) return "";
  const soon = count(exceptions, ({ state }) => state === "EndsSoon");
  const over = count(exceptions, ({ state }) => state === "Expired");
  return `${counted(soon, "ends", "end")} within 14 days, ${over} over`;
}

function emergencyFigure({ emergencyAccess }: Report): Markup {
  return emergencyAccess === null ? NOT_KNOWN : html`${emergencyAccess.requests.length}`;
}

function emergencyNote({ emergencyAccess }: Report): string {
  if (emergencyAccess === null) return "";
  return `${emergencyAccess.active} in use now, ${counted(emergencyAccess.reviewsOwed, "review")} owed`;
}

interface CoverageLine {
  readonly fill: Fill;
  readonly title: string;
  readonly says: string;
  readonly number: (coverage: Coverage) => number | null;
}

const LINES: readonly CoverageLine[] = [
  { fill: "full", title: "Enforced", says: "kept as the baseline says", number: ({ enforced }) => enforced },
  { fill: "half", title: "Reporting only", says: "differences are told, not put right", number: ({ reporting }) => reporting },
  { fill: "faint", title: "Switched off", says: "the baseline asks for nothing", number: ({ off }) => off },
  { fill: "hatched", title: "Not in effect", says: "not looked at yet, or refused", number: ({ notInEffect }) => notInEffect },
  { fill: "empty", title: "Without a baseline", says: "", number: ({ without }) => without },
];

/** How many namespaces there are of each state. */
export function coverage({ coverage: numbers }: Report): Markup {
  const known = LINES.flatMap((line) => line.number(numbers) ?? []);
  // A share of what happens to be known would be taken for one of all.
  const whole = known.length < LINES.length ? 0 : known.reduce((sum, number) => sum + number, 0);
  const segments = LINES.map(({ fill, number }) => ({ fill, number: number(numbers) ?? 0 }));
  const lines = LINES.map(({ fill, title, says, number }) => {
    const value = number(numbers);
    return html`<tr><th scope="row">${key(fill)}${title}<span class="sub">${says}</span></th><td class="number">${value ?? NOT_KNOWN}</td><td class="number">${share(value, whole)}</td></tr>\n`;
  });
  const { system } = numbers;
  return html`<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2>
<p class="lead">${system === null ? "" : `Without ${counted(system, "namespace")} of the system.`}</p>
${whole === 0 ? html`` : bar(segments, whole, "stack")}
<table>
<caption class="unseen">Namespaces by what their baseline does</caption>
<thead class="unseen"><tr><th scope="col">State</th><th scope="col">Namespaces</th><th scope="col">Share</th></tr></thead>
<tbody>
${lines}</tbody>
</table>
</section>`;
}

function share(value: number | null, whole: number): string {
  return value === null || whole === 0 ? "" : `${Math.round((value / whole) * 100)} %`;
}

/** How each section fares over all namespaces. */
export function compliance({ sections }: Report): Markup {
  return html`<section aria-labelledby="compliance"><h2 id="compliance">Compliance by section</h2>
<p class="lead">Namespaces in which the section is as the baseline says. Hatched: not ready; the remark in the list of namespaces says why.</p>
${sections === null ? html`<p class="nothing">Not known.</p>` : complianceTable(sections)}
</section>`;
}

function complianceTable(sections: readonly SectionRow[]): Markup {
  const most = Math.max(...sections.map(({ inPlace, drifted, notReady }) => inPlace + drifted + notReady));
  const lines = sections.map(({ name, inPlace, drifted, notReady, reporting, unused, standards: serves }) => {
    const segments = [
      { fill: "full", number: inPlace },
      { fill: "half", number: drifted },
      { fill: "hatched", number: notReady },
    ] as const;
    const only = reporting === 0 ? html`` : html`<span class="sub">${counted(reporting, "only reports", "only report")}</span>`;
    return html`<tr><th scope="row" class="section">${name} <span class="sub">${standards(serves)}</span>${only}</th><td class="chart">${bar(segments, most)}</td><td class="number">${inPlace}</td><td class="number">${dimmed(drifted)}</td><td class="number">${dimmed(notReady)}</td><td class="number">${unused ?? NOT_KNOWN}</td></tr>\n`;
  });
  return html`<div class="scroll" role="region" aria-labelledby="compliance" tabindex="0"><table>
<caption class="unseen">Namespaces by section and state</caption>
<thead><tr><th scope="col">Section</th><th scope="col"><span class="unseen">Bar</span></th><th scope="col" class="number">${key("full")}In place</th><th scope="col" class="number">${key("half")}Drifted</th><th scope="col" class="number">${key("hatched")}Not ready</th><th scope="col" class="number">Not used</th></tr></thead>
<tbody>
${lines}</tbody>
</table></div>`;
}

/** A zero that is good news steps back. */
function dimmed(number: number): Markup {
  return number === 0 ? html`<span class="quiet">0</span>` : html`${number}`;
}
