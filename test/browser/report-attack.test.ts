/** Proves in a real browser that nothing which a cluster is called runs, loads or hides anything in the page of a report. */
import { expect } from "chai";
import { Browser, type BrowserPage } from "../../hack/browser.ts";
import type { Lists } from "../../operator/cli/report/lists.ts";
import { makeReport } from "../../operator/cli/report/make-report.ts";
import { printReportPage } from "../../operator/cli/report/page.ts";
import { EVERYWHERE, INVENTED, MAKING } from "../support/report-lists.ts";
import { countTold, openFile, openReport } from "../support/report-page.ts";

const SCRIPT = "<script>window.hacked=1</script>";
const IMAGE = "<img src=x onerror=window.hacked=1>";

/** Puts a text behind every name, message and reason of the lists, and into the labels of namespaces, which no report shows. */
function poisoned(poison: string): Lists {
  const shown = new Set([
    "name",
    "namespace",
    "message",
    "reason",
    "owner",
    "manager",
    "username",
    "approver",
    "rule",
    "control",
    "ticket",
  ]);
  const text = JSON.stringify(INVENTED, (key, value: unknown) => (shown.has(key) && typeof value === "string" ? value + poison : value));
  const lists = JSON.parse(text) as Lists;
  return {
    ...lists,
    namespaces: lists.namespaces?.map(({ metadata }) => ({ metadata: { ...metadata, labels: { a: poison }, annotations: { a: poison } } })),
    notKnown: [poison],
  };
}

function isHacked(page: BrowserPage): Promise<string> {
  return page.evaluate("typeof window.hacked");
}

describe("hostile texts in the page of a report", () => {
  let browser: Browser;

  before(async () => {
    browser = await Browser.start();
  });

  after(() => browser[Symbol.asyncDispose]());

  for (const poison of [
    SCRIPT,
    IMAGE,
    `" onmouseover="window.hacked=1`,
    "</style><style>*{display:none}</style>",
    "</script><script>window.hacked=1",
  ]) {
    it(`are read and nothing else: ${poison}`, async () => {
      const page = await openReport(browser, poisoned(poison));
      expect(await page.evaluate("document.body.innerText")).to.contain(`bob-admin${poison}`);
      expect(await page.evaluate(`[document.images.length, document.scripts.length, document.styleSheets.length]`)).to.deep.equal([
        0, 1, 1,
      ]);
      await page.evaluate(`document.querySelectorAll("*").forEach((one) => one.dispatchEvent(new MouseEvent("mouseover")))`);
      expect(await isHacked(page)).to.equal("undefined");
      expect(await countTold(page)).to.match(/^All \d+ rows$/);
      const complaints = page.events.filter(({ method }) => method === "Log.entryAdded" || method === "Runtime.exceptionThrown");
      expect(complaints).to.deep.equal([]);
    });
  }

  it("cannot turn the letters of a line round, or hide some", async () => {
    const page = await openReport(browser, poisoned("\u202egnp.exe\u200b"));
    expect(await page.evaluate("document.body.innerText")).to.contain("bob-admin\\u{202e}gnp.exe\\u{200b}");
  });

  it("would run and load nothing even if they became markup: the policy of the page holds by itself", async () => {
    const clean = printReportPage(makeReport(INVENTED, EVERYWHERE, MAKING));
    const page = await openFile(
      browser,
      clean.replace("<main", `${SCRIPT}${IMAGE}<a id="link" href="javascript:window.hacked=1">x</a><main`),
    );
    expect(await page.evaluate("[document.scripts.length, document.images.length]")).to.deep.equal([2, 1]);
    await page.click("#link");
    expect(await isHacked(page)).to.equal("undefined");
    expect(await countTold(page)).to.equal("All 28 rows");
  });
});
