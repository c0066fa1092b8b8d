/** How the page of a report looks: on screens light and dark, narrow and wide, and on paper. Colour stands for severity alone. */

/** The style of the page. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --tint: #f5f6f8; --ink: #1c2127; --quiet: #59636e; --rule: #dce0e5; --link: #1c2127;
  --full: #2f3d4b; --half: #8391a0; --faint: #c9d0d7; --focus: #1f6feb;
  --critical: #a40e26; --high: #b5470a; --medium: #8a6100; --low: #59636e;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --tint: #1c2026; --ink: #e4e8ec; --quiet: #9ba6b1; --rule: #2e353d; --link: #e4e8ec;
    --full: #c6d0da; --half: #75838f; --faint: #46515c; --focus: #79b8ff;
    --critical: #ff7b8a; --high: #ff9d5c; --medium: #e3b341; --low: #9ba6b1;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; scroll-padding-top: 8rem; }
body {
  margin: 0 auto; max-width: 76rem; padding: 2.5rem 2rem 5rem;
  font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
h1, h2, p, dl, dd, ul { margin: 0; padding: 0; }
h1 { overflow-wrap: anywhere; font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
a { color: var(--link); text-underline-offset: 0.2em; text-decoration-color: var(--half); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--paper); z-index: 2; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--quiet); }
code { font: 0.9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }

header .over { color: var(--quiet); margin-bottom: 0.25rem; }
header dl { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; margin-top: 0.75rem; color: var(--quiet); }
header dl div { display: flex; gap: 0.5rem; }
header dd { color: var(--ink); }
.unknown { margin-top: 1.5rem; padding: 0.875rem 1.125rem; border-left: 3px solid var(--ink); background: var(--tint); }
.unknown ul { list-style: none; margin-top: 0.25rem; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1.5rem 2rem; margin: 2rem 0 0; padding: 1.25rem 0 1.5rem; border-block: 1px solid var(--rule); }
.figures dt { color: var(--quiet); }
.figures .figure { font-size: 2.125rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.02em; }
.figures .figure small { font-size: 1rem; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
.figures .note { font-size: 0.875rem; line-height: 1.45; color: var(--quiet); }

.pair { display: grid; grid-template-columns: minmax(0, 4fr) minmax(0, 8fr); gap: 0 3rem; }
section { margin-top: 2.5rem; }
section > .lead { color: var(--quiet); margin-top: 0.125rem; max-width: 48rem; }
.bar { display: block; width: 100%; height: 0.875rem; }
.stack { height: 1.75rem; margin-top: 1rem; }
.full { fill: var(--full); } .half { fill: var(--half); } .faint { fill: var(--faint); } .hatched { fill: url(#hatch); } .empty { fill: var(--paper); }
#hatch rect { fill: var(--paper); } #hatch path { stroke: var(--half); stroke-width: 2; }
.frame { fill: none; stroke: var(--half); stroke-width: 1; }
.key { display: inline-block; width: 0.75rem; height: 0.75rem; margin-right: 0.5rem; vertical-align: -0.0625rem; }

table { width: 100%; border-collapse: collapse; margin-top: 0.75rem; font-size: 0.875rem; line-height: 1.45; }
caption { text-align: left; color: var(--quiet); padding-bottom: 0.5rem; }
th { text-align: left; font-weight: 500; color: var(--quiet); vertical-align: bottom; }
th, td { padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
td { vertical-align: top; }
tbody th { color: var(--ink); font-weight: 500; vertical-align: top; }
.number { text-align: right; white-space: nowrap; }
.time { white-space: nowrap; }
.wide { min-width: 16rem; overflow-wrap: anywhere; }
.name { min-width: 7.5rem; overflow-wrap: anywhere; }
.one-line { white-space: nowrap; }
.section { min-width: 14rem; }
.chart { width: 30%; min-width: 6rem; }
.chart .bar { margin-top: 0.1875rem; }
.scroll { overflow-x: auto; }
th button { all: unset; cursor: pointer; color: var(--quiet); font-weight: 500; }
th button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 0.2em; }
th button:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
th[aria-sort] button { color: var(--ink); }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
.sub { display: block; color: var(--quiet); }
.mark { display: inline-block; width: 0.625rem; height: 0.625rem; margin-right: 0.5rem; border-radius: 2px; background: currentColor; }
.Critical .mark { color: var(--critical); } .High .mark { color: var(--high); } .Medium .mark { color: var(--medium); } .Low .mark { color: var(--low); }
.severity { white-space: nowrap; font-weight: 500; }
.severity.Critical { color: var(--critical); } .severity.High { color: var(--high); } .severity.Medium { color: var(--medium); } .severity.Low { color: var(--low); }
.urgent { font-weight: 600; color: var(--ink); }
.nothing, .nothing-left { margin-top: 0.75rem; color: var(--quiet); }

#filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 2rem; margin-top: 2.5rem; padding: 0.75rem 0; background: var(--paper); border-block: 1px solid var(--rule); font-size: 0.875rem; }
#filter[hidden] { display: none; }
#filter fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 0.875rem; }
#filter legend { float: left; margin-right: 0.75rem; padding: 0; color: var(--quiet); }
#filter label { display: inline-flex; align-items: center; gap: 0.375rem; }
#filter input[type=search] { font: inherit; color: inherit; width: 14rem; padding: 0.3125rem 0.625rem; border: 1px solid var(--half); border-radius: 4px; background: var(--paper); }
#filter input[type=checkbox] { width: 1rem; height: 1rem; margin: 0; accent-color: var(--full); }
#filter button { font: inherit; color: inherit; padding: 0.3125rem 0.75rem; border: 1px solid var(--half); border-radius: 4px; background: none; cursor: pointer; }
#filter button:hover { background: var(--tint); }
#filter-count { margin-left: auto; color: var(--quiet); }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: 0.875rem; }
footer p { max-width: 52rem; }

@media screen and (max-width: 52rem) {
  html { scroll-padding-top: 1rem; }
  body { padding: 1.5rem 1rem 3rem; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  #filter { position: static; }
  #filter input[type=search] { width: 100%; }
  #filter label:has(input[type=search]) { width: 100%; }
  #filter-count { margin-left: 0; }
  h1 { font-size: 1.375rem; }
  .scroll table { min-width: 36rem; }
  .scroll table.rows { min-width: 48rem; }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  :root { color-scheme: light; }
  html { font-size: 12px; }
  body { max-width: none; padding: 0; }
  .skip, #filter, .nothing-left { display: none !important; }
  table.rows tbody tr[hidden] { display: table-row !important; }
  thead { display: table-header-group; }
  tr, .figures div, .stack { break-inside: avoid; }
  h2, caption, .lead { break-after: avoid; }
  th button { color: var(--quiet); }
  th[aria-sort] button::after { content: none; }
  .scroll { overflow: visible; }
  .bar, .key, .mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
