/** Proves what a look tells of workloads under section `admission`, for how long, and what it leaves alone. */
import { expect } from "chai";
import type { SecurityBaseline } from "../../../operator/api/baseline.ts";
import type { AdmissionSection } from "../../../operator/api/baseline-admission.ts";
import { admission } from "../../../operator/controls/admission/admission.ts";
import type { Section } from "../../../operator/plan/snapshot.ts";
import { AdmissionStep } from "../../../operator/reconcile/admission-step.ts";
import type { BaselineEntry } from "../../../operator/reconcile/caches.ts";
import type { WorkloadCount, WorkloadRules } from "../../../operator/reconcile/workload-watches.ts";

const NOW = Date.parse("2026-11-28T20:00:00Z");
const SECTION: AdmissionSection = { registries: ["ghcr.io/acme"] };
const ENTRY = { home: "shop", baseline: {} } as unknown as BaselineEntry;

function exemption(expires: string): NonNullable<AdmissionSection["exemptions"]>[number] {
  return { name: "legacy", checks: ["registries"], matchLabels: { app: "legacy" }, expires, reason: "on its way out", owner: "team" };
}

function section(mode: Section["mode"], value: AdmissionSection = SECTION, refused?: Section["refused"]): Section {
  return { control: admission, mode, value, refused } as unknown as Section;
}

function scene(count: WorkloadCount = { unknown: undefined }, now = NOW) {
  const state = { followed: [] as WorkloadRules[], left: [] as string[], begun: 0 };
  const step = new AdmissionStep({
    watches: {
      follow: (_namespace, rules) => void state.followed.push(rules),
      leave: (namespace) => void state.left.push(namespace),
      leaveAll: () => void state.left.push("all"),
      count: () => count,
    },
    selfTest: {
      begin: () => {
        state.begun += 1;
      },
    },
    now: () => now,
  });
  return { step, state };
}

const told = ({ workloads }: ReturnType<AdmissionStep["look"]>): unknown => workloads.get("admission");

describe("the step of section admission", () => {
  for (const { reason, sections, begun } of [
    { reason: "where the section is absent", sections: [], begun: 0 },
    { reason: "where it cannot be obeyed", sections: [section("Report", SECTION, { reason: "InvalidSpec", message: "x" })], begun: 0 },
    { reason: "where it is enforced: nothing more of that kind is made", sections: [section("Enforce")], begun: 1 },
  ]) {
    it(`counts nothing ${reason}`, () => {
      const { step, state } = scene({ judged: 1, refused: [] });
      expect(told(step.look(ENTRY, sections))).to.equal(undefined);
      expect(state).to.deep.equal({ followed: [], left: ["shop"], begun });
    });
  }

  it("tells what is counted, names that fit, and twenty of them", () => {
    const refused = Array.from({ length: 30 }, (_, index) => ({
      kind: "Job",
      name: `job-${index}`,
      message: `bad\nline ${"x".repeat(600)}`,
    }));
    const { step, state } = scene({ judged: 41, refused });
    const {
      judged,
      refused: count,
      entries = [],
    } = told(step.look(ENTRY, [section("Report")])) as Record<string, never> & {
      entries?: { message: string; name: string }[];
    };
    expect([judged, count, entries.length, entries[19]?.name]).to.deep.equal([41, 30, 20, "job-19"]);
    expect(entries[0]?.message).to.have.length(512).and.not.include("\n");
    expect(state.begun).to.equal(1);
  });

  it("tells that none would be refused", () => {
    expect(told(scene({ judged: 3, refused: [] }).step.look(ENTRY, [section("Report")]))).to.deep.equal({ judged: 3, refused: 0 });
  });

  it("says why nothing is counted, and keeps what was told while the lists come in", () => {
    expect(told(scene({ unknown: "no permission to list jobs" }).step.look(ENTRY, [section("Report")]))).to.deep.equal({
      unknown: "no permission to list jobs",
    });
    const workloads = { judged: 7, refused: 1 };
    const controls = [{ name: "admission", mode: "Report", managed: 1, inSync: 1, workloads }];
    const before = { home: "shop", baseline: { status: { controls } } as unknown as SecurityBaseline } as BaselineEntry;
    expect(told(scene().step.look(before, [section("Report")]))).to.deep.equal(workloads);
    expect(told(scene().step.look(ENTRY, [section("Report")]))).to.equal(undefined);
  });

  it("looks again when an exemption ends, and judges by other rules then", () => {
    const value = { ...SECTION, exemptions: [exemption("2026-11-28T20:00:10Z"), { ...exemption("2027-01-01T00:00:00Z"), name: "other" }] };
    const first = scene({ judged: 0, refused: [] });
    expect(first.step.look(ENTRY, [section("Report", value)]).wait).to.equal(10_000);
    const second = scene({ judged: 0, refused: [] }, NOW + 10_000);
    expect(second.step.look(ENTRY, [section("Report", value)]).wait).to.equal(24 * 60 * 60 * 1000);
    expect(first.state.followed[0]?.version).to.not.equal(second.state.followed[0]?.version);
    const past = scene({ judged: 0, refused: [] });
    expect(past.step.look(ENTRY, [section("Report", { ...SECTION, exemptions: [exemption("2020-01-01T00:00:00Z")] })]).wait).to.equal(
      undefined,
    );
  });

  it("judges a workload as one that is made now", () => {
    const { step, state } = scene();
    const value = { ...SECTION, exemptions: [exemption("2026-11-28T20:00:10Z")] };
    step.look(ENTRY, [section("Report", value)]);
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments", namespaced: true } as const;
    const template = { metadata: { labels: { app: "legacy" } }, spec: { containers: [{ name: "web", image: "nginx" }] } };
    const object = { metadata: { namespace: "shop", name: "web", creationTimestamp: "2020-01-01T00:00:00Z" }, spec: { template } };
    expect(state.followed[0]?.judge(deployment, object)).to.equal(undefined);
    const later = scene({ unknown: undefined }, NOW + 10_000);
    later.step.look(ENTRY, [section("Report", value)]);
    expect(later.state.followed[0]?.judge(deployment, object)).to.equal('container "web" uses nginx, which is not from ghcr.io/acme');
  });

  it("leaves everything when it does not lead any more", () => {
    const { step, state } = scene();
    step.clear();
    expect(state.left).to.deep.equal(["all"]);
  });
});
