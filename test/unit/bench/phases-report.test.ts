/** Proves that the page of the phases tells what was measured, held against what it was measured with. */
import { expect } from "chai";
import { figures } from "../../../hack/bench/phases-report.ts";
import type { PhasesResult, Size } from "../../../hack/bench/phases-result.ts";
import { costPlot } from "../../../hack/bench/plot.ts";

const spread = (median: number) => ({ min: median - 1, median, max: median + 1 });

function size(baselines: number, more: Partial<Size> = {}): Size {
  const memory = { peak: 130, now: 120 };
  return {
    baselines,
    objects: baselines * 20,
    empty: { ready: 500, memory: { peak: 90, now: 80 } },
    ceiling: { perSecond: 400, processor: { client: 0.5, apiserver: 5, etcd: 1 } },
    creation: {
      ready: 500,
      memory,
      perSecond: 100,
      processor: { operator: 2, apiserver: 12, etcd: 1.4 },
      requests: { "patch roles": 4, "patch namespaces": 5 },
    },
    restart: { ready: 900, memory, reference: 300, firstLooks: 40, writes: 0, idle: 110, idleProcessor: 1, idleRequests: {} },
    ...more,
  };
}

const RESULT: PhasesResult = {
  date: "2026-11-29",
  machine: { processor: "A", cores: 2, memoryGiB: 24, kernel: "6", node: "v24", kubernetes: "v1.37.2" },
  load: { before: 0.1, after: 1, foreignBefore: 0.2, foreignAfter: 0.3 },
  quiet: 30,
  commands: [{ name: "version", wall: spread(100), processor: spread(90), memory: spread(55) }],
  sizes: [size(100), size(1000)],
};

describe("the page of the phases", () => {
  const page = figures(RESULT);

  for (const line of [
    "| | 100 baselines, 2000 objects | 1000 baselines, 20000 objects | target |",
    "| creation, objects/s (bare client) | 100 (400) | 100 (400) |  |",
    "| its share of the bare client | **0.25** | **0.25** | ≥ 0.80 |",
    "| processor time per object, ms: operator | **2** | **2** | ≤ 0.8 |",
    "| the same, API server (for the bare client) | 12 (5) | 12 (5) |  |",
    "| memory without a baseline, MiB | **80** | **80** | ≤ 70 |",
    "| memory at rest after a restart, MiB | **110** | **110** | ≤ 90 at 1,000 |",
    "| their ratio | **3.00** | **3.00** | ≤ 2 |",
    "| requests at rest | none | none | none |",
    "| version | 99 / **100** / 101 | 89 / **90** / 91 | 54 / **55** / 56 |",
  ]) {
    it(`says: ${line}`, () => {
      expect(page.split("\n")).to.include(line);
    });
  }

  it("names the requests for a new baseline in order", () => {
    expect(page).to.include("per new baseline: patch namespaces 5, patch roles 4.");
  });
});

describe("the picture of the phases", () => {
  it("draws what grows in proportion as steep as the dashed line, and what stays the same level", () => {
    const [small, large] = [size(100), size(1000)];
    const grown: Size = { ...large, creation: { ...large.creation, memory: { peak: 1300, now: 0 } } };
    const points = [...costPlot([small, grown]).matchAll(/points="(\d+),(\d+) (\d+),(\d+)"/g)].map(([, ...numbers]) => numbers.map(Number));
    const dashed = /x1="\d+" y1="(\d+)" x2="\d+" y2="(\d+)" stroke="#999"/.exec(costPlot([small, grown])) ?? [];
    const [memory, rest] = points.map(([, y1 = 0, , y2 = 0]) => y1 - y2);
    expect(memory).to.be.closeTo(Number(dashed[1]) - Number(dashed[2]), 1);
    expect(rest).to.equal(0);
  });

  it("can be drawn of one size", () => {
    expect(costPlot([size(300)])).to.not.match(/NaN|Infinity|undefined/);
  });
});
