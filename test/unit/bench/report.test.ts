/** Proves that the page of the benchmark says what a result file holds, line by line. */
import { expect } from "chai";
import { report } from "../../../hack/bench/report.ts";
import type { AdmissionResult, FindingsResult, Result } from "../../../hack/bench/result.ts";
import type { Distribution } from "../../../hack/bench/statistics.ts";

const RESULT: Result = {
  date: "2026-01-02",
  machine: { processor: "Abacus", cores: 2, memoryGiB: 8, kernel: "6.1", node: "v24.0.0", kubernetes: "v1.37.2" },
  load: { before: 0.5, after: 2.5, foreignBefore: 3, foreignAfter: 4 },
  settings: { baselines: 30, rounds: 3, deletions: 10, edits: 5, quiet: 60 },
  creation: [creation(100, 50, 21), creation(200, 160, 21), creation(400, 240, 20)],
  repair: [repair(10, 15), repair(20, 22), repair(8, 16)],
  edit: [distribution(40), distribution(50), distribution(24)],
  restart: [
    { ready: 300, reference: 100, writes: 0 },
    { ready: 250, reference: 50, writes: 0 },
    { ready: 400, reference: 100, writes: 2 },
  ],
  steady: { seconds: 60, requests: {} },
  memory: { peak: 120, idle: 100, bareNode: 40 },
  pure: [{ objects: 25, desired: 0.1, plan: 0.4, validate: 0.2, reference: 0.1 }],
  plugin: [
    { plugin: 60, reference: 40 },
    { plugin: 44, reference: 40 },
    { plugin: 50, reference: 25 },
  ],
};

const FINDINGS: FindingsResult = {
  host: {
    date: "2026-01-03",
    machine: RESULT.machine,
    objects: 1000,
    memory: { without: { min: 90, median: 100, max: 105 }, beside: { min: 101, median: 104.5, max: 108 } },
    told: distribution(40),
    requests: { "patch securitybaselines status": 10, "create events": 5 },
  },
  crowd: {
    date: "2026-01-05",
    machine: { ...RESULT.machine, cores: 4 },
    namespaces: 500,
    objects: 3,
    quiet: { seconds: 30, looks: 0, requests: {} },
    looksPerChange: 1,
  },
};

const ADMISSION: AdmissionResult = {
  date: "2026-01-04",
  machine: RESULT.machine,
  scenes: [
    { name: "no baseline", ms: distribution(10) },
    { name: "every check of pods", ms: distribution(14) },
  ],
};

function creation(ceiling: number, operator: number, writes: number): Result["creation"][number] {
  return { baselines: 10, objects: 200, ceiling, operator, writesPerBaseline: { min: writes, median: writes, max: writes } };
}

function repair(floor: number, operator: number): Result["repair"][number] {
  return { floor: distribution(floor), operator: distribution(operator), requestsPerDeletion: { "patch networkpolicies": 1 } };
}

/** The 99th percentile is ten times the median. */
function distribution(p50: number): Distribution {
  return { count: 10, min: 1, p50, p90: p50, p99: p50 * 10, max: p50 * 10 };
}

describe("the page of the benchmark", () => {
  const page = report(RESULT, FINDINGS, ADMISSION);

  const lines = [
    {
      reason: "compares each namespace with the one that asks for nothing",
      line: "| every check of pods | p50 **14**, p90 14 | **1.40** | ≤ 1.5 |",
    },
    { reason: "which is the first", line: "| no baseline | p50 **10**, p90 10 | **1.00** |  |" },
    {
      reason: "compares each round with its own reference: 1.5, 1.1 and 2.0 have the median 1.5",
      line: "| repair p50, ms | 15 / **16** / 22 | floor: 8 / **10** / 20 | **1.50** | ≤ 2 |",
    },
    {
      reason: "takes the 99th percentile of the floor for that of the operator",
      line: "| repair p99, ms | 150 / **160** / 220 | floor: 80 / **100** / 200 | **1.50** | ≤ 4 |",
    },
    {
      reason: "gives throughput as a share of the bare client's",
      line: "| creation, objects/s | 50 / **160** / 240 | bare client: 100 / **200** / 400 | **0.60** |  |",
    },
    { reason: "shows the namespace with the most writes", line: "| writes per new baseline | 20 / **21** / 21 |  |  | ≤ 21 writes |" },
    { reason: "does not hide a write after a restart", line: "| restart, writes | 0 / **0** / 2 |  |  | 0 writes |" },
    { reason: "shows a figure without rounds once", line: "| memory peak, MiB | **120** | bare Node: **40** | **3.00** |  |" },
    {
      reason: "says when a quiet operator asks for nothing",
      line: "Requests during 60 s in which nothing changed, beside watches that are renewed: none.",
    },
    { reason: "counts requests per deletion", line: "Requests of the operator per deleted object: patch networkpolicies 1." },
    {
      reason: "compares the credential plugin with a bare Node",
      line: "| credential plugin p50, ms | 44 / **50** / 60 | bare Node: 25 / **40** / 40 | **1.50** | ≤ 2 |",
    },
    { reason: "says what objects of others add to the memory", line: "| what they add, MiB | **4.5** | ≤ 20 |" },
    {
      reason: "says how soon a change of theirs is told",
      line: "| change of a binding to status, ms | p50 **40**, p99 **400**, longest 400 | ≤ 1000 |",
    },
    {
      reason: "says what telling it takes",
      line: "| requests of the operator for 10 such changes | create events 5, patch securitybaselines status 10 | |",
    },
    {
      reason: "says that many namespaces cost nothing at rest",
      line: "| looks in 30 s of rest, 500 namespaces with 3 objects of others each | **0** | 0 |",
    },
    {
      reason: "says when and where the many namespaces were counted, which may be another run",
      line: "Counted in a crowd of namespaces by `node hack/bench/findings.ts --part crowd --namespaces 500` on 2026-01-05, on 4 cores (Abacus) with Kubernetes v1.37.2; etcd does not wait for the disk.",
    },
    { reason: "says how busy the machine was", line: "| used by others | 3 % of all cores before, 4 % after |" },
  ];
  for (const { reason, line } of lines) {
    it(reason, () => {
      expect(page.split("\n")).to.include(line);
    });
  }

  it("leaves out what an earlier run did not measure", () => {
    const { plugin: _, ...earlier } = RESULT;
    expect(report(earlier, FINDINGS, ADMISSION)).not.to.include("credential plugin p50");
  });

  it("names the verbs of an operator that is not quiet", () => {
    const restless = report({ ...RESULT, steady: { seconds: 60, requests: { patch: 2, list: 1 } } }, FINDINGS, ADMISSION);
    expect(restless.split("\n")).to.include(
      "Requests during 60 s in which nothing changed, beside watches that are renewed: list 1, patch 2.",
    );
  });
});
