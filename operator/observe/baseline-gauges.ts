/** Describes for Prometheus how each namespace stands. A series exists only while something is wrong, so many healthy namespaces cost nothing. */
import { Gauge, type Registry } from "prom-client";

/** What the gauges tell about one namespace. */
export interface BaselineState {
  /** Reason of the condition `Ready`; undefined while that is True. */
  readonly notReady: string | undefined;
  /** The same of `Compliant`. */
  readonly notCompliant: string | undefined;
  /** Objects that another writer keeps changing, by section. */
  readonly contested: ReadonlyMap<string, readonly string[]>;
  /** Objects that differ now. */
  readonly drift: readonly { readonly control: string; readonly type: string }[];
  /** Findings that nobody accepted. */
  readonly findings: readonly { readonly rule: string; readonly severity: string }[];
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type StateSeries = (namespace: string, state: BaselineState) => readonly Series[];

const one = (labels: Series["labels"]): Series => ({ labels, value: 1 });
const withReason = (namespace: string, reason: string | undefined): Series[] => (reason === undefined ? [] : [one({ namespace, reason })]);

/** Every label is a name that the API server has validated, or one of a fixed list of ours. */
const GAUGES: readonly {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly series: StateSeries;
}[] = [
  {
    name: "securitybaseline_baselines",
    help: "SecurityBaselines by state.",
    labels: ["ready", "compliant"],
    series: (_, { notReady, notCompliant }) => [
      one({ ready: String(notReady === undefined), compliant: String(notCompliant === undefined) }),
    ],
  },
  {
    name: "securitybaseline_not_ready",
    help: "1 for each namespace whose baseline is not Ready, with the reason of that condition.",
    labels: ["namespace", "reason"],
    series: (namespace, { notReady }) => withReason(namespace, notReady),
  },
  {
    name: "securitybaseline_not_compliant",
    help: "1 for each namespace whose baseline is not Compliant, with the reason of that condition.",
    labels: ["namespace", "reason"],
    series: (namespace, { notCompliant }) => withReason(namespace, notCompliant),
  },
  {
    name: "securitybaseline_contested",
    help: "Objects of a section that another writer keeps changing.",
    labels: ["namespace", "control"],
    series: (namespace, { contested }) =>
      [...contested].map(([control, objects]) => ({ labels: { namespace, control }, value: objects.length })),
  },
  {
    name: "securitybaseline_drift_objects",
    help: "Objects that differ from their baseline now.",
    labels: ["namespace", "control", "type"],
    series: (namespace, { drift }) => drift.map(({ control, type }) => one({ namespace, control, type })),
  },
  {
    name: "securitybaseline_findings",
    help: "Objects of others that weaken a namespace, by rule; those that an exception accepts are not counted.",
    labels: ["namespace", "rule", "severity"],
    series: (namespace, { findings }) => findings.map(({ rule, severity }) => one({ namespace, rule, severity })),
  },
];

/** Registers the gauges of these states, which are read each time that metrics are. */
export function registerBaselineGauges(registry: Registry, states: ReadonlyMap<string, BaselineState>): void {
  for (const { name, help, labels, series } of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const [namespace, state] of states) for (const { labels, value } of series(namespace, state)) this.inc(labels, value);
      },
    });
  }
}
