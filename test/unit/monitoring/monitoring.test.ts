/** Proves that alerts, their page, the dashboard and the documentation speak of the metrics that the program has, and of all of them. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { dashboardText } from "../../../hack/monitoring/dashboard.ts";
import { everythingTold, labelsByMetric } from "../../support/told-metrics.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const RUNBOOKS = "docs/runbooks.md";
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

const alerts: readonly Alert[] = parse(read("config/monitoring/alerts.yaml")).groups.flatMap(({ rules }: { rules: Alert[] }) => rules);
const names = alerts.map(({ alert }) => alert);

/** Metrics that a text names; the series of a histogram count as the histogram. */
function metricsIn(text: string): string[] {
  const found = [...text.matchAll(/\bsecuritybaseline_[a-z_]+[a-z]\b/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));
  return [...new Set(found)];
}

describe("alerts", () => {
  it("have a section each on what to do, and no section is about one that is not there", () => {
    const sections = [...read(RUNBOOKS).matchAll(/^## (\S+)$/gm)].map(([, title]) => title);
    expect(sections).to.have.members(names);
    expect(new Set(names).size).to.equal(names.length);
  });

  for (const { alert, annotations, labels } of alerts) {
    it(`${alert} leads to its section, and says how urgent it is`, () => {
      expect(annotations.runbook_url).to.equal(`https://securitybaseline.dev/${RUNBOOKS}#${alert.toLowerCase()}`);
      expect(["critical", "warning", "info"]).to.include(labels.severity);
      expect(annotations.summary).to.match(/\.$/);
      expect(annotations.description).to.match(/\.$/);
    });

    it(`${alert} is seen to fire, and its section says what it means, where to look and what to do`, () => {
      expect(read("test/monitoring/alerts.yaml")).to.contain(`alertname="${alert}",alertstate="firing"`);
      const section =
        read(RUNBOOKS)
          .split(/^## /m)
          .find((text) => text.startsWith(`${alert}\n`)) ?? "";
      for (const part of ["**Means**: ", "**Look**: ", "**Do**: "]) expect(section).to.contain(part);
    });
  }
});

describe("the dashboard", () => {
  it("is what its declaration says: run make generate", () => {
    expect(read("config/monitoring/dashboard.json")).to.equal(dashboardText);
  });

  it("reads every metric with a namespace", () => {
    const namespaced = ["not_ready", "not_compliant", "contested", "drift_objects", "findings", "breakglass_active"];
    expect(metricsIn(dashboardText)).to.include.members(namespaced.map((name) => `securitybaseline_${name}`));
  });
});

describe("metrics", () => {
  let program: ReadonlyMap<string, readonly string[]>;

  before(async () => {
    program = await labelsByMetric(everythingTold());
  });

  it("are all in the table of the documentation, with their labels", () => {
    const rows = [...read("docs/status.md").matchAll(/^\| `(securitybaseline_[a-z_]+)(?:\{([a-z,]+)\})?` \|/gm)];
    const told = rows.map(([, name = "", labels]) => [name, labels?.split(",") ?? []]);
    expect(told).to.have.deep.members([...program]);
  });

  it("have no label but names that are validated and lists of ours", () => {
    const labels = new Set([...program.values()].flat());
    const known = ["namespace", "control", "type", "rule", "severity", "reason", "ready", "compliant", "policy", "resource", "webhook"];
    expect([...labels]).to.have.members([...known, "verb", "code"]);
  });

  const readers = [
    "README.md",
    "CHANGELOG.md",
    ...globSync("{docs,config/monitoring,test/monitoring}/**/*.{md,yaml,json}", { cwd: ROOT }),
  ].sort();
  for (const path of readers.filter((path) => existsSync(join(ROOT, path)) && metricsIn(read(path)).length > 0)) {
    it(`are there where ${path} names them`, () => {
      expect(metricsIn(read(path)).filter((name) => !program.has(name))).to.deep.equal([]);
    });
  }
});
