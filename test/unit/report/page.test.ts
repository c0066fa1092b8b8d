/** Proves what stands in the page of a report, and that every text from a cluster stands there as a text. */
import { expect } from "chai";
import type { Lists } from "../../../operator/cli/report/lists.ts";
import { makeReport } from "../../../operator/cli/report/make-report.ts";
import { printReportPage } from "../../../operator/cli/report/page.ts";
import { baseline, condition, EVERYWHERE, finding, INVENTED, MAKING } from "../../support/report-lists.ts";

function page(lists: Partial<Lists> = {}): string {
  return printReportPage(makeReport({ ...INVENTED, ...lists }, EVERYWHERE, MAKING));
}

/** Rows of the table in a section, as texts of their cells. */
function rowsOf(text: string, section: string): string[][] {
  const [, rest = ""] = text.split(`<h2 id="${section}">`);
  const [, body = ""] = /<tbody>(.*?)<\/tbody>/s.exec(rest) ?? [];
  return [...body.matchAll(/<tr.*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/<t[hd].*?>(.*?)<\/t[hd]>/gs)].map(([, cell = ""]) => cell.replace(/<[^>]*>/g, "").trim()),
  );
}

/** The same lists with a hostile text in place of every text that a cluster could choose. */
function poisoned(value: unknown, poison: string): unknown {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, poison));
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value + poison : value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, KEPT.has(name) ? item : poisoned(item, poison)]));
}

/** Words that the schema fixes, without which rows would not be shown, and what joins requests with the ledger. */
const KEPT = new Set(["type", "state", "severity", "mode", "phase", "requestUID", "uid"]);

/** Names of all elements and attributes of a page. */
function markupOf(text: string): Set<string> {
  const tags = text.replace(/<(style|script)>.*?<\/\1>/gs, "").match(/<[^>]*>/g) ?? [];
  return new Set(tags.flatMap((tag) => tag.replace(/"[^"]*"/g, "").match(/[^\s<>/=]+/g) ?? []));
}

describe("the page of a report", () => {
  it("is the same for the same report", () => expect(page()).to.equal(page()));

  it("asks nobody for anything: no address, no frame, no form", () => {
    expect(page()).not.to.match(/https?:|\bsrc=|<link|<iframe|<form|<img|<object|@import|url\((?!#hatch\))/);
    expect([...page().matchAll(/href="([^"]*)"/g)].map(([, target]) => target?.[0])).to.satisfy((starts: string[]) =>
      starts.every((start) => start === "#"),
    );
  });

  it("leads only to what is in it", () => {
    const text = page();
    const targets = [...text.matchAll(/href="#([^"]*)"/g)].map(([, target]) => target ?? "");
    expect(targets).to.have.length.above(4);
    expect(targets.filter((target) => !text.includes(`id="${target}"`))).to.deep.equal([]);
  });

  it("names each table by a caption, and each head by its scope", () => {
    const text = page();
    expect(text.match(/<table/g)?.length).to.equal(text.match(/<caption/g)?.length);
    expect(text.match(/<th(?![^>]*scope=)[ >]/g)).to.equal(null);
  });

  it("has no style or script in an attribute: its policy would refuse them", () => {
    expect(page()).not.to.match(/<[^>]* (style|on[a-z]+)=/);
  });

  it("shows findings, the worst first", () => {
    expect(rowsOf(page(), "findings").map(([worth, namespace, object]) => [worth, namespace, object])).to.deep.equal([
      ["Critical", "payments", "bob-admin RoleBinding"],
      ["High", "payments", "carol-view RoleBinding"],
      ["High", "checkout", "allow-all NetworkPolicy"],
      ["Medium", "ledger", "contractors-debug RoleBinding"],
    ]);
  });

  it("marks exceptions that are over or end soon", () => {
    expect(rowsOf(page(), "exceptions").map(([ends, , namespace]) => [ends, namespace])).to.deep.equal([
      ["2026-11-20 over", "ledger"],
      ["2026-12-01 within 14 days", "payments"],
      ["2027-03-31", "checkout"],
    ]);
  });

  it("says of emergency access who, why, and what is amiss", () => {
    expect(rowsOf(page(), "emergency").map((row) => [row[0], row[5], row[6]])).to.deep.equal([
      ["sam@example.com", "bypass of the approval", "Active"],
      ["jane@example.com", "lee@example.com", "Expired reviewed by lee@example.com"],
      ["mallory", "lee", "Revoked review owed the request was deleted"],
    ]);
  });

  it("lists every namespace, those that are covered least first", () => {
    expect(rowsOf(page(), "namespaces").map(([name, covered]) => `${name}: ${covered}`)).to.deep.equal([
      "analytics: Without a baseline",
      "default: Without a baseline",
      "orders: Not in effect",
      "search: Switched off",
      "checkout: Reporting only",
      "ledger: Enforced",
      "payments: Enforced",
      "frontend: Enforced",
      "identity: Enforced",
      "kube-node-lease: Without a baseline (system)",
      "kube-public: Without a baseline (system)",
      "kube-system: Without a baseline (system)",
      "securitybaseline-breakglass: Without a baseline (system)",
      "securitybaseline-system: Without a baseline (system)",
    ]);
  });

  it("says what is not known, and shows no zero for it", () => {
    const text = page({
      baselines: undefined,
      entries: undefined,
      requests: undefined,
      notKnown: ["not known: SecurityBaselines of all namespaces"],
    });
    expect(text).to.contain("This report is not complete.").and.to.contain("<li>not known: SecurityBaselines of all namespaces</li>");
    const [, figures = ""] = /<dl class="figures">(.*?)<\/dl>/s.exec(text) ?? [];
    expect(figures.match(/not known/g)).to.have.length(5);
    expect(figures).not.to.match(/>\s*0\b/);
  });

  it("gives no share of namespaces where not all of them are known", () => {
    const [, coverage = ""] = page({ namespaces: undefined }).split('<h2 id="coverage">');
    expect(coverage.split("</section>")[0]).not.to.match(/\d %|class="bar/);
  });

  it("says how many findings did not fit into a status", () => {
    const full = baseline("a", { summary: { managed: 0, inSync: 0, drifted: 0, findings: 9 }, droppedDrift: 3 });
    expect(page({ baselines: [full] }))
      .to.contain("9 more findings did not fit")
      .and.to.contain("At most 3 more differences did not fit");
  });

  it("shows the worst 5000 of more findings, and says so", () => {
    const many = Array.from({ length: 120 }, (_, one) =>
      baseline(`n${one}`, {
        findings: Array.from({ length: 50 }, (_, two) =>
          finding({ rule: "ExecAccess", severity: "Medium", message: "delete it" }, `b${two}`),
        ),
      }),
    );
    const text = page({ baselines: many });
    expect(rowsOf(text, "findings")).to.have.length(5000);
    expect(text).to.contain("The first 5000 of 6000 are shown; report -o json has all.");
  });

  it("stays small for ten thousand namespaces that are fine", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `team-${index}`);
    const text = page({
      namespaces: names.map((name) => ({ metadata: { name } })),
      baselines: names.map((name) => baseline(name, { conditions: [condition("Compliant", "True")] })),
    });
    expect(rowsOf(text, "namespaces")).to.have.length(10_000);
    expect(text.length).to.be.below(4_000_000);
  });

  for (const poison of ["<script>hack()</script>", `"onload=hack() x="`, "</style><b>", "'`&", "\u2028\u202e\u0007", "x".repeat(10_000)]) {
    it(`shows every text of the cluster as a text: ${JSON.stringify(poison.slice(0, 30))}`, () => {
      const text = page(poisoned(INVENTED, poison) as Lists);
      expect([...markupOf(text)].filter((name) => !markupOf(page()).has(name))).to.deep.equal([]);
      expect(text).to.match(/bob-admin[^<]/);
      for (const sign of ["\u2028", "\u202e", "\u0007"]) expect(text).not.to.contain(sign);
    });
  }
});
