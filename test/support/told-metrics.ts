/** Metrics of an operator in whose cluster everything is wrong at once, so that every series exists, for tests of what reads them. */
import { createMetrics, type Metrics } from "../../operator/observe/metrics.ts";

/** One sample at least of every metric of the program. */
export function everythingTold(): Metrics {
  const metrics = createMetrics(() => true);
  metrics.setBaseline("payments", {
    notReady: "Contested",
    notCompliant: "Drifted",
    contested: new Map([["network", ["NetworkPolicy default-deny"]]]),
    drift: [{ control: "network", type: "Modified" }],
    findings: [{ rule: "UserSubject", severity: "High" }],
  });
  metrics.setGrant("payments", "uid-1", true);
  metrics.setPolicyProblems(["securitybaseline-operator-roles"]);
  metrics.readFailingWatches(() => ["roles"]);
  metrics.readFailingReports(() => ["payments"]);
  metrics.readFailingWebhooks(() => ["notification"]);
  metrics.setLeaseFailing(true);
  metrics.repaired("network", 0.02);
  metrics.reconciled(0.004);
  metrics.request("patch", "networkpolicies", 200);
  return metrics;
}

/** Names of the labels by metric, as its text says; a histogram counts once, under its own name and without `le`. */
export async function labelsByMetric(metrics: Metrics): Promise<ReadonlyMap<string, readonly string[]>> {
  const lines = (await metrics.text()).split("\n");
  const names = lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
  return new Map(names.map((name) => [name, labelsOf(lines, name)]));
}

function labelsOf(lines: readonly string[], name: string): string[] {
  const sample = lines.find((line) => new RegExp(`^${name}(_bucket)?[{ ]`).test(line)) ?? "";
  return [...sample.matchAll(/([a-z]+)="/g)].map(([, label = ""]) => label).filter((label) => label !== "le");
}
