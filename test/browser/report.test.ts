/** Proves in a real browser that the page of a report can be read, filtered, sorted by keys and printed, and that it asks nobody for anything. */
import { expect } from "chai";
import { Browser, type BrowserPage } from "../../hack/browser.ts";
import { baseline, condition } from "../support/report-lists.ts";
import { countTold, openReport, seenRows } from "../support/report-page.ts";

interface AXNode {
  readonly ignored?: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[];
}

describe("the page of a report in a browser", () => {
  let browser: Browser;
  let page: BrowserPage;

  before(async () => {
    browser = await Browser.start();
  });

  after(() => browser[Symbol.asyncDispose]());

  beforeEach(async () => {
    page = await openReport(browser);
  });

  it("opens without a complaint and asks for nothing but itself", async () => {
    expect(await page.evaluate("document.title")).to.equal("Security report of kube.example.com:6443");
    const asked = page.events.filter(({ method }) => method === "Network.requestWillBeSent");
    expect(asked.map(({ params }) => (params["request"] as { url: string }).url.replace(/.*\//, ""))).to.deep.equal(["report.html"]);
    const complaints = page.events.filter(({ method }) => /^(Log.entryAdded|Runtime.(exceptionThrown|consoleAPICalled))$/.test(method));
    expect(complaints).to.deep.equal([]);
  });

  it("can ask for nothing, even if somebody made it try", async () => {
    const tried = await page.evaluate(`fetch("https://example.com/").then(() => "sent", (error) => error.name)`);
    expect(tried).to.equal("TypeError");
    const refused = page.events.filter(({ method }) => method === "Log.entryAdded").map(({ params }) => JSON.stringify(params));
    expect(refused.join("\n")).to.contain("Content Security Policy");
  });

  it("shows all rows, and says how many", async () => {
    expect(await countTold(page)).to.equal("All 28 rows");
    expect(await seenRows(page, "findings")).to.deep.equal(["Critical", "High", "High", "Medium"]);
  });

  it("filters by text, all words in any order and any case", async () => {
    await page.click("#filter-text");
    await page.type("BOB payments");
    expect(await seenRows(page, "findings", 2)).to.deep.equal(["bob-admin RoleBinding"]);
    expect(await seenRows(page, "drift")).to.deep.equal([]);
    expect(await countTold(page)).to.equal("1 of 28 rows");
    expect(await page.evaluate(`document.querySelector('[aria-labelledby="drift"] .nothing-left').checkVisibility()`)).to.equal(true);
  });

  it("filters by severity and by section, and shows all again", async () => {
    await page.click(`input[name=severity][value=High]`);
    expect(await seenRows(page, "findings")).to.deep.equal(["Critical", "Medium"]);
    expect(await countTold(page)).to.equal("26 of 28 rows");
    await page.click(`input[name=section][value=network]`);
    expect(await seenRows(page, "drift", 1)).to.deep.equal(["checkout Namespace"]);
    expect(await countTold(page)).to.equal("23 of 28 rows");
    await page.click("#filter-all");
    expect(await countTold(page)).to.equal("All 28 rows");
    expect(await page.evaluate(`document.querySelectorAll("#filter input:checked").length`)).to.equal(8);
  });

  it("sorts by keys alone: Tab to a head, Enter, Enter again", async () => {
    await page.evaluate(`document.querySelector("#filter-all").focus()`);
    const isThere = `document.activeElement.matches('section[aria-labelledby="findings"] th:nth-child(2) button')`;
    for (let presses = 0; presses < 10 && !(await page.evaluate(isThere)); presses += 1) await page.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).to.equal("Namespace");
    const sorted = `document.querySelector('section[aria-labelledby="findings"] th:nth-child(2)').getAttribute("aria-sort")`;

    await page.press("Enter");
    expect(await page.evaluate(sorted)).to.equal("ascending");
    expect(await seenRows(page, "findings", 1)).to.deep.equal(["checkout", "ledger", "payments", "payments"]);

    await page.press("Enter");
    expect(await page.evaluate(sorted)).to.equal("descending");
    expect(await seenRows(page, "findings", 1)).to.deep.equal(["payments", "payments", "ledger", "checkout"]);
  });

  it("sorts severities by how bad they are, not by their letters", async () => {
    const severity = `section[aria-labelledby="exceptions"] th:nth-child(2) button`;
    await page.click(severity);
    expect(await seenRows(page, "exceptions", 1)).to.deep.equal(["Medium", "Medium", "Low"]);
    await page.click(severity);
    expect(await seenRows(page, "exceptions", 1)).to.deep.equal(["Low", "Medium", "Medium"]);
    expect(await page.evaluate(`document.querySelectorAll("[aria-sort]").length`)).to.equal(1);
  });

  it("leads with the first Tab past everything", async () => {
    await page.press("Tab");
    expect(
      await page.evaluate(`[document.activeElement.className, document.activeElement.getBoundingClientRect().left >= 0]`),
    ).to.deep.equal(["skip", true]);
    await page.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).to.equal("main");
  });

  it("names every control and every table for readers of the screen", async () => {
    await page.send("Accessibility.enable");
    const { nodes } = await page.send<{ nodes: readonly AXNode[] }>("Accessibility.getFullAXTree");
    const named = (role: string): string[] =>
      nodes.filter((node) => !node.ignored && node.role?.value === role).map((node) => node.name?.value ?? "");
    expect(named("textbox")).to.deep.equal([]);
    expect(named("searchbox")).to.deep.equal(["Filter"]);
    expect(named("checkbox")).to.deep.equal(["Critical", "High", "Medium", "Low", "access", "network", "podSecurity", "serviceAccounts"]);
    expect(named("table")).to.deep.equal([
      "Namespaces by what their baseline does",
      "Namespaces by section and state",
      "4 findings, the worst first.",
      "4 differences, the oldest first.",
      "3 exceptions, those that end first at the top.",
      "3 requests, the newest first.",
      "14 namespaces, those that are covered least first.",
    ]);
    const live = nodes
      .filter(({ role }) => role?.value === "status")
      .map(({ properties = [] }) => properties.find(({ name }) => name === "live"));
    expect(live.map((property) => property?.value.value)).to.deep.equal(["polite"]);
    for (const role of ["button", "link", "group", "region", "heading", "columnheader", "rowheader"]) {
      expect(named(role), role).not.to.include("");
      expect(named(role), role).not.to.have.length(0);
    }
  });

  it("shows everything without its script", async () => {
    await page.send("Emulation.setScriptExecutionDisabled", { value: true });
    await page.reload();
    await page.send("Emulation.setScriptExecutionDisabled", { value: false });
    expect(await seenRows(page, "findings")).to.deep.equal(["Critical", "High", "High", "Medium"]);
    expect(
      await page.evaluate(`[document.querySelector("#filter").checkVisibility(), document.querySelectorAll("th button").length]`),
    ).to.deep.equal([false, 0]);
  });

  it("prints all rows, whatever is filtered, and no controls", async () => {
    await page.click("#filter-text");
    await page.type("bob");
    await page.emulate({ media: "print" });
    expect(await seenRows(page, "findings")).to.have.length(4);
    expect(await seenRows(page, "namespaces")).to.have.length(14);
    expect(
      await page.evaluate(`["#filter", ".skip", ".nothing-left"].map((one) => document.querySelector(one).checkVisibility())`),
    ).to.deep.equal([false, false, false]);
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).to.equal("%PDF-");
    expect(pdf.length).to.be.above(10_000);
  });

  it("opens ten thousand namespaces, and finds one", async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `team-${index}`);
    const many = await openReport(browser, {
      namespaces: names.map((name) => ({ metadata: { name } })),
      baselines: names.map((name) => baseline(name, { conditions: [condition("Compliant", "True")] })),
      requests: [],
      entries: [],
    });
    await many.click("#filter-text");
    await many.type("team-7777");
    expect(await seenRows(many, "namespaces")).to.deep.equal(["team-7777"]);
    expect(await countTold(many)).to.equal("1 of 10000 rows");
  });

  it("needs no more width than a telephone has", async () => {
    await page.resize(360, 800);
    expect(await page.evaluate("document.documentElement.scrollWidth")).to.be.at.most(360);
  });
});
