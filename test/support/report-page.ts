/** Opens the page of a report in a browser, for tests of what a reader sees and can do. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserPage } from "../../hack/browser.ts";
import type { Lists } from "../../operator/cli/report/lists.ts";
import { makeReport } from "../../operator/cli/report/make-report.ts";
import { printReportPage } from "../../operator/cli/report/page.ts";
import { EVERYWHERE, INVENTED, MAKING } from "./report-lists.ts";

/** Opens a page of HTML from a file, as a person does who was sent it. */
export async function openFile(browser: Browser, text: string): Promise<BrowserPage> {
  const folder = await mkdtemp(join(browser.folder, "page-"));
  const file = join(folder, "report.html");
  await writeFile(file, text);
  const page = await browser.newPage();
  await page.resize(1200, 900);
  await page.open(pathToFileURL(file).href);
  return page;
}

/** Opens the report on the invented cluster, with other lists where given. */
export function openReport(browser: Browser, lists: Partial<Lists> = {}): Promise<BrowserPage> {
  return openFile(browser, printReportPage(makeReport({ ...INVENTED, ...lists }, EVERYWHERE, MAKING)));
}

/** Texts of the first cells of the rows that are seen in the table of a section. */
export function seenRows(page: BrowserPage, section: string, column = 0): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll('section[aria-labelledby="${section}"] tbody tr')]
    .filter((row) => getComputedStyle(row).display !== "none")
    .map((row) => row.children[${column}].textContent.trim())`);
}

/** What the page says of how many rows are shown. */
export function countTold(page: BrowserPage): Promise<string> {
  return page.evaluate(`document.querySelector("#filter-count").textContent`);
}
