/** Reads the operator's /metrics as Prometheus would, and tells tests what follows from it. */
import { admin } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import type { OperatorProcess } from "./operator-process.ts";

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Every sample that the operator tells now. */
export async function readMetrics({ metrics }: Pick<OperatorProcess, "metrics">): Promise<Sample[]> {
  const text = await (await fetch(`${metrics}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(parseSample);
}

/** Sum of the samples of that name which have at least these labels; undefined if there is none. */
export function sumOf(samples: readonly Sample[], name: string, labels: Sample["labels"] = {}): number | undefined {
  const wanted = Object.entries(labels);
  const found = samples.filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value));
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** Waits until this operator has looked at every baseline that there is: what it wanted to write by then, it has written. */
export function awaitFirstLooks(operator: OperatorProcess): Promise<void> {
  return eventually("the operator has looked at every baseline", async () => {
    const baselines = await admin().list("securitybaseline.dev/v1alpha1", "SecurityBaseline");
    const looked = sumOf(await readMetrics(operator), "securitybaseline_baselines") ?? 0;
    if (looked < baselines.length) throw new Error(`${looked} of ${baselines.length}`);
  });
}

/** One line of the text format, `name{label="value"} 1`; our label values hold no quotes. */
function parseSample(line: string): Sample {
  const [, name = "", list = "", value = ""] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const labels = Object.fromEntries([...list.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label = "", text = ""]) => [label, text]));
  return { name, labels, value: Number(value) };
}
