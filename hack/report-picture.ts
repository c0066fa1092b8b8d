/** Draws docs/report.png, the picture of a report in its documentation, from an invented cluster: `node hack/report-picture.ts`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeReport } from "../operator/cli/report/make-report.ts";
import { printReportPage } from "../operator/cli/report/page.ts";
import { EVERYWHERE, INVENTED, MAKING } from "../test/support/report-lists.ts";
import { Browser } from "./browser.ts";

const PICTURE = join(import.meta.dirname, "..", "docs", "report.png");
const WIDTH = 1200;
const HEIGHT = 1354;

const folder = await mkdtemp(join(tmpdir(), "securitybaseline-picture-"));
try {
  const file = join(folder, "report.html");
  await writeFile(file, printReportPage(makeReport(INVENTED, EVERYWHERE, MAKING)));
  await using browser = await Browser.start();
  const page = await browser.newPage();
  await page.resize(WIDTH, HEIGHT);
  await page.open(pathToFileURL(file).href);
  await writeFile(PICTURE, await page.screenshot());
} finally {
  await rm(folder, { recursive: true });
}
