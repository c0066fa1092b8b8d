/** Proves with a real Prometheus, which scrapes the program's own /metrics, that every panel of the dashboard shows something. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { serveEndpoints } from "../../operator/observe/endpoints.ts";
import { eventually } from "../support/eventually.ts";
import { freeAddress } from "../support/operator-process.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { everythingTold } from "../support/told-metrics.ts";

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[] };
}

const FILE = join(import.meta.dirname, "..", "..", "config", "monitoring", "dashboard.json");
const dashboard: Dashboard = JSON.parse(readFileSync(FILE, "utf8"));
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** What Grafana asks with everything chosen, without the zero that stands for no series. */
function asked(expr: string): string {
  const chosen = expr.replaceAll(/\$(job|namespace)\b/g, ".*").replaceAll("$__rate_interval", "10s");
  expect(chosen).to.not.contain("$");
  return chosen.replace(/ or vector\(0\)$/, "");
}

/** Labels that a query keeps or a legend shows. */
function labelsUsed({ expr, legendFormat }: Target): string[] {
  const kept = [...expr.matchAll(/\bby \(([a-z, ]+)\)/g)].flatMap(([, list = ""]) => list.split(", "));
  const shown = [...legendFormat.matchAll(/\{\{([a-z]+)\}\}/g)].map(([, label = ""]) => label);
  return [...new Set([...kept, ...shown])];
}

/** Labels that are gone in what is answered, because a function takes them: quantiles use up the bounds, counts what they count. */
const usedUp = (expr: string): readonly string[] => [
  ...(expr.startsWith("histogram_quantile(") ? ["le"] : []),
  ...(expr.startsWith("count(count by (policy)") ? ["policy"] : []),
];

describe("the dashboard", () => {
  let prometheus: Prometheus;
  let close: () => Promise<void>;

  before(async () => {
    const address = await freeAddress();
    const metrics = everythingTold();
    const text = (): Promise<string> => {
      // Something goes on, or no rate could be told from what stands still.
      metrics.repaired("network", 0.02);
      metrics.reconciled(0.004);
      metrics.request("patch", "networkpolicies", 200);
      return metrics.text();
    };
    const sources = { notReady: () => undefined, metrics: { contentType: metrics.contentType, text } };
    ({ close } = await serveEndpoints({ health: address, metrics: address }, sources, SILENT));
    prometheus = await startPrometheus(address);
    await eventually("some scrapes are done", async () => {
      const [scrapes] = await prometheus.query("count_over_time(securitybaseline_is_leader[1m])");
      return Number(scrapes?.value[1]) >= 4;
    });
  });

  after(async () => {
    await prometheus.stop();
    await close();
  });

  for (const { title, targets } of dashboard.panels) {
    it(`shows ${title}`, async () => {
      expect(targets).to.have.length.greaterThan(0);
      for (const target of targets) {
        const answered = await prometheus.query(asked(target.expr));
        expect(answered, target.expr).to.have.length.greaterThan(0);
        for (const { metric, value } of answered) {
          expect(Number(value[1]), target.expr).to.be.greaterThan(0);
          const spent = usedUp(target.expr);
          expect(Object.keys(metric), target.expr).to.include.members(labelsUsed(target).filter((label) => !spent.includes(label)));
        }
      }
    });
  }

  it("offers installations and namespaces to choose from", async () => {
    const offered = await Promise.all(
      dashboard.templating.list.slice(1).map(({ query }) => {
        const [, selector = "", label = ""] =
          /^label_values\((.+), ([a-z]+)\)$/.exec(typeof query === "string" ? query : query.query) ?? [];
        return prometheus.labelValues(label, asked(selector));
      }),
    );
    expect(offered).to.deep.equal([["securitybaseline"], ["payments"]]);
  });
});
