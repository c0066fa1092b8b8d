/** Draws a report as one page for a browser or for paper. It needs nothing else, and asks nobody for anything. */

import { SEVERITIES } from "../../findings/find.ts";
import { html, type Markup, printPage } from "./markup.ts";
import { emergencies } from "./page-emergencies.ts";
import { namespaces } from "./page-namespaces.ts";
import { compliance, coverage, figures } from "./page-overview.ts";
import { HATCHING, time } from "./page-parts.ts";
import { SCRIPT } from "./page-script.ts";
import { STYLE } from "./page-style.ts";
import { drift, exceptions, findings } from "./page-weaknesses.ts";
import type { Report } from "./report.ts";
import { sectionsNamed } from "./weaknesses.ts";

/** The page of a report. Equal reports give equal pages. */
export function printReportPage(report: Report): string {
  const { cluster, namespace } = report;
  const scope = namespace === null ? "" : `, namespace ${namespace}`;
  return printPage({ title: `Security report of ${cluster}${scope}`, body: body(report), style: STYLE, script: SCRIPT });
}

function body(report: Report): Markup {
  return html`${HATCHING}
<a class="skip" href="#main">Skip to the report</a>
${header(report)}
<main id="main" tabindex="-1">
${notKnown(report)}
${figures(report)}
<div class="pair">
${coverage(report)}
${compliance(report)}
</div>
${filter(report)}
${[findings(report), drift(report), exceptions(report), emergencies(report), namespaces(report)]}
</main>
${FOOTER}`;
}

function header({ cluster, namespace, madeAt, program }: Report): Markup {
  return html`<header>
<p class="over">Security report</p>
<h1>${cluster}</h1>
<dl>
<div><dt>About</dt><dd>${namespace === null ? "all namespaces" : `namespace ${namespace}`}</dd></div>
<div><dt>Made</dt><dd>${time(madeAt)} UTC</dd></div>
<div><dt>By</dt><dd>${program}</dd></div>
</dl>
</header>`;
}

function notKnown({ notKnown: sentences }: Report): Markup {
  if (sentences.length === 0) return html``;
  const lines = sentences.map((sentence) => html`<li>${sentence}</li>\n`);
  return html`<div class="unknown" role="note"><strong>This report is not complete.</strong><ul>${lines}</ul></div>`;
}

/** The script shows it: without the script it would do nothing. */
function filter({ findings: found, drift: differing, exceptions: stated }: Report): Markup {
  const sections = sectionsNamed([...(found?.open ?? []), ...(differing?.open ?? []), ...(stated ?? [])]);
  return html`<div id="filter" role="search" aria-label="Filter the tables" hidden>
<label>Filter <input type="search" id="filter-text" autocomplete="off" spellcheck="false"></label>
${choice("Severity", "severity", SEVERITIES)}
${choice("Section", "section", sections)}
<button type="button" id="filter-all">Show all</button>
<p id="filter-count" role="status" aria-live="polite"></p>
</div>`;
}

function choice(title: string, name: string, values: readonly string[]): Markup {
  if (values.length === 0) return html``;
  const boxes = values.map(
    (value) => html`<label><input type="checkbox" name="${name}" value="${value}" checked autocomplete="off">${value}</label>\n`,
  );
  return html`<fieldset><legend>${title}</legend>${boxes}</fieldset>`;
}

const FOOTER: Markup = html`<footer>
<p>Times are UTC. The report says what the operator wrote into the status of each baseline; whether the operator runs is told by its metrics. Standards are an indication, not a certificate. Whether the ledger of emergency access was tampered with is told by <code>securitybaseline audit verify</code>.</p>
</footer>`;
