/** What the page of a report can do in a browser, for whoever looks at it: sort and filter. The page holds this function as it is written here. */

/** What the script uses of an element. No part of it can reach a network, or write markup. */
export interface PageElement {
  textContent: string | null;
  hidden: boolean;
  value: string;
  checked: boolean;
  type: string;
  readonly children: ArrayLike<PageElement>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  addEventListener(event: string, listener: () => void): void;
  append(child: PageElement): void;
  closest(selector: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** What the script uses of the document. */
export interface PageDocument extends Pick<PageElement, "querySelector" | "querySelectorAll"> {
  createElement(name: string): PageElement;
}

/** Makes tables sortable, and rows filterable by text, severity and section. Without it the page shows everything. */
export function enhance(page: PageDocument): void {
  const rows = [...page.querySelectorAll("table.rows tbody tr")].map((row) => ({
    row,
    text: (row.textContent ?? "").toLowerCase(),
    severity: row.getAttribute("data-severity"),
    section: row.getAttribute("data-section"),
  }));
  const search = page.querySelector("#filter-text");
  const boxes = [...page.querySelectorAll("#filter input[type=checkbox]")];
  const tables = [...page.querySelectorAll("table.rows")];

  /** Values of a filter that are not ticked. */
  function unticked(name: string): Set<string | null> {
    const left = boxes.filter((box) => box.getAttribute("name") === name && !box.checked);
    return new Set(left.map((box) => box.value));
  }

  function filter(): void {
    const words = (search?.value ?? "").toLowerCase().split(" ").filter(Boolean);
    const severities = unticked("severity");
    const sections = unticked("section");
    let shown = 0;
    for (const { row, text, severity, section } of rows) {
      const isChosen = !severities.has(severity) && !sections.has(section);
      row.hidden = !isChosen || !words.every((word) => text.includes(word));
      shown += Number(!row.hidden);
    }
    for (const table of tables) tellNothingLeft(table);
    tellCount(shown);
  }

  function tellCount(shown: number): void {
    const count = page.querySelector("#filter-count");
    if (count) count.textContent = shown === rows.length ? `All ${rows.length} rows` : `${shown} of ${rows.length} rows`;
  }

  function tellNothingLeft(table: PageElement): void {
    const note = table.closest("section")?.querySelector(".nothing-left");
    if (note) note.hidden = table.querySelector("tbody tr:not([hidden])") !== null;
  }

  function showAll(): void {
    if (search) search.value = "";
    for (const box of boxes) box.checked = true;
    filter();
  }

  const collator = new Intl.Collator("en", { numeric: true });

  function sort(header: PageElement, column: number): void {
    const table = header.closest("table");
    const body = table?.querySelector("tbody");
    if (!table || !body) return;
    const isDown = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    const keyed = [...body.querySelectorAll("tr")].map((row) => {
      const cell = row.children[column];
      return { row, key: cell?.getAttribute("data-key") ?? cell?.textContent ?? "" };
    });
    keyed.sort((a, b) => collator.compare(a.key, b.key) * (isDown ? -1 : 1));
    for (const { row } of keyed) body.append(row);
  }

  for (const table of tables) {
    for (const [column, header] of [...table.querySelectorAll("thead th")].entries()) {
      const button = page.createElement("button");
      button.type = "button";
      button.textContent = header.textContent;
      header.textContent = "";
      header.append(button);
      button.addEventListener("click", () => sort(header, column));
    }
  }
  search?.addEventListener("input", filter);
  for (const box of boxes) box.addEventListener("change", filter);
  page.querySelector("#filter-all")?.addEventListener("click", showAll);
  const bar = page.querySelector("#filter");
  if (bar) bar.hidden = false;
  // A browser that goes back to the page may have kept what was typed.
  filter();
}

/** The script of the page: the function above and its call. */
export const SCRIPT = `"use strict";\n(${enhance.toString()})(document);`;
