/** Runs a real Prometheus on loopback that scrapes one address each second, for tests of what is asked of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { prometheusTool } from "../../hack/prometheus.ts";
import { eventually } from "./eventually.ts";
import { freeAddress } from "./operator-process.ts";

/** A sample of an answer: its labels, and its value as Prometheus writes it. */
export interface Answered {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Prometheus {
  /** Asks an instant query. @throws Error with Prometheus' own words if it cannot be answered */
  query(expr: string): Promise<readonly Answered[]>;
  /** Names that some sample with this selector has for a label. */
  labelValues(label: string, selector: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts it with a scrape of `target` (`host:port`) as job `securitybaseline`, honouring the labels that are there. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "securitybaseline-prometheus-"));
  const config = {
    global: { scrape_interval: "1s" },
    scrape_configs: [{ job_name: "securitybaseline", honor_labels: true, static_configs: [{ targets: [target] }] }],
  };
  await writeFile(join(folder, "prometheus.yml"), stringify(config));
  const address = await freeAddress();
  const flags = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}`];
  const child = spawn(prometheusTool("prometheus"), flags, { stdio: "ignore" });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ask = async <T>(path: string, params: Readonly<Record<string, string>>): Promise<T> => {
    const response = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(params)}`);
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== "success") throw new Error(`${Object.values(params).join(" ")}: ${error}`);
    return data;
  };
  await eventually("Prometheus is ready", async () => (await fetch(`http://${address}/-/ready`)).ok);
  return {
    query: async (query) => (await ask<{ result: readonly Answered[] }>("query", { query })).result,
    labelValues: (label, selector) => ask(`label/${label}/values`, { "match[]": selector }),
    stop: async () => {
      process.off("exit", kill);
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
