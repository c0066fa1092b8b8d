/** Proves in a real browser that every text of the report's page can be read by whoever needs contrast, light and dark (WCAG 2.2, 1.4.3: 4.5 to 1). */
import { expect } from "chai";
import { Browser, type BrowserPage } from "../../hack/browser.ts";
import { openReport } from "../support/report-page.ts";

interface Shown {
  readonly text: string;
  readonly color: string;
  readonly background: string;
}

const LEAST = 4.5;

/** Colours of every text that is seen, each pair once. */
const SHOWN = `(() => {
  const background = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)") return color;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const pairs = new Map();
  while (walker.nextNode()) {
    const { parentElement: element, textContent } = walker.currentNode;
    if (textContent.trim() === "" || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const pair = { text: textContent.trim().slice(0, 30), color: getComputedStyle(element).color, background: background(element) };
    pairs.set(pair.color + pair.background, pair);
  }
  return [...pairs.values()];
})()`;

/** Relative luminance of \`rgb(r, g, b)\`, as WCAG defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((value) => {
    const share = Number(value) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast({ color, background }: Shown): number {
  const [dark = 0, light = 0] = [luminance(color), luminance(background)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe("contrast of the report's page", () => {
  let browser: Browser;
  let page: BrowserPage;

  before(async () => {
    browser = await Browser.start();
    page = await openReport(browser, { notKnown: ["not known: which namespaces there are, because you may not read that"] });
  });

  after(() => browser[Symbol.asyncDispose]());

  const looks = [
    { reason: "light", look: { scheme: "light" }, paper: "rgb(255, 255, 255)" },
    { reason: "dark", look: { scheme: "dark" }, paper: "rgb(20, 23, 27)" },
    { reason: "on paper, also of whoever reads dark", look: { scheme: "dark", media: "print" }, paper: "rgb(255, 255, 255)" },
  ] as const;
  for (const { reason, look, paper } of looks) {
    it(`is enough for every text: ${reason}`, async () => {
      await page.emulate(look);
      const shown = await page.evaluate<readonly Shown[]>(SHOWN);
      expect(shown.map(({ background }) => background)).to.include(paper);
      // Ink, quiet text and four severities.
      expect(new Set(shown.map(({ color }) => color)).size).to.be.at.least(5);
      const faint = shown.filter((one) => contrast(one) < LEAST).map((one) => ({ ...one, contrast: contrast(one).toFixed(2) }));
      expect(faint).to.deep.equal([]);
    });
  }
});
