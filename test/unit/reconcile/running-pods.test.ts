/** Proves that what holds a level is told in bounds, in one line, and that its time changes only with the answer. */
import { expect } from "chai";
import type { RunningPods, SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { Preflight } from "../../../operator/cluster/pod-security.ts";
import { parseStandard, type Standard } from "../../../operator/kinds/pod-security-standard.ts";
import { happeningsBetween } from "../../../operator/reconcile/happenings.ts";
import { heldProblem, runningPodsOf, type ToTell } from "../../../operator/reconcile/running-pods.ts";

const standard = (text: string): Standard => parseStandard(text) ?? expect.fail(text);
const NOW = "2026-11-23T10:00:00Z";
const LATER = "2026-11-23T11:00:00Z";
const ASKED = standard("restricted:latest");
const CLEAN: Preflight = { violated: false, pods: [], truncated: false };
const broken = (...pods: string[]): Preflight => ({
  violated: true,
  truncated: false,
  pods: pods.map((pod) => ({ pod, others: 0, reasons: "privileged" })),
});

const tell = (fields: Partial<ToTell>): RunningPods | undefined =>
  runningPodsOf({ floor: undefined, asked: ASKED, held: true, answer: broken("web"), previous: undefined, now: NOW, ...fields });

describe("running pods in status", () => {
  const WEB: RunningPods = { asked: "restricted:latest", pods: [{ name: "web", reasons: "privileged" }], since: NOW };

  it("are named with what is asked for, and since when", () => {
    expect(tell({ floor: standard("baseline:v1.30") })).to.deep.equal({ ...WEB, held: true, floor: "baseline:v1.30" });
  });

  it("keep their time while the answer is the same, whatever becomes of the floor", () => {
    const previous = tell({});
    expect(tell({ previous, now: LATER, floor: standard("baseline:latest") })?.since).to.equal(NOW);
    expect(tell({ previous, now: LATER, answer: broken("db") })?.since).to.equal(LATER);
    expect(tell({ previous, now: LATER, held: false })?.since).to.equal(LATER);
  });

  it("are none where no pod is in the way", () => {
    expect(tell({ held: false, answer: CLEAN, previous: { ...WEB, held: true } })).to.equal(undefined);
  });

  it("stay told after the level rose all the same, for a day, also by another process", () => {
    const rose = { held: false, answer: undefined };
    expect(tell({ ...rose, previous: WEB, now: LATER })).to.deep.equal(WEB);
    expect(tell({ ...rose, previous: WEB, now: "2026-11-24T10:00:00Z" })).to.equal(undefined);
    expect(tell({ ...rose, previous: WEB, asked: standard("baseline:latest") })).to.equal(undefined);
    expect(tell({ ...rose, previous: { ...WEB, held: true } })).to.equal(undefined);
  });

  it("are bounded: twenty entries, and the number of the rest", () => {
    const told = tell({ answer: broken(...Array.from({ length: 31 }, (_, index) => `web-${index}`)) });
    expect([told?.pods?.length, told?.more]).to.deep.equal([20, 11]);
  });

  it("are told in one line each, whatever their text", () => {
    const reasons = `line\nbreak\u001b[31m${"x".repeat(1000)}`;
    const [pod] =
      tell({ answer: { violated: true, truncated: true, pods: [{ pod: `a${"b".repeat(400)}`, others: 3, reasons }] } })?.pods ?? [];
    expect([pod?.name.length, pod?.reasons.length, pod?.others]).to.deep.equal([253, 512, 3]);
    expect(pod?.reasons.startsWith("line\\u{a}break\\u{1b}[31mxxx")).to.equal(true);
  });

  it("say why they are not known", () => {
    expect(tell({ answer: { unknown: "Forbidden: no\nreally" } })).to.deep.equal({
      asked: "restricted:latest",
      held: true,
      unknown: "Forbidden: no\\u{a}really",
      since: NOW,
    });
  });
});

describe("the reason for which a level is held", () => {
  const cases: readonly { readonly reason: string; readonly answer: Preflight | undefined; readonly says: string }[] = [
    { reason: "pods", answer: broken("db", "web"), says: "running pods break restricted:latest: db (privileged); web (privileged)" },
    {
      reason: "many pods",
      answer: broken("a", "b", "c", "d", "e", "f", "g"),
      says: "running pods break restricted:latest: a (privileged); b (privileged); c (privileged); d (privileged); e (privileged); and for 2 more reasons others",
    },
    {
      reason: "a pod for many",
      answer: { violated: true, truncated: true, pods: [{ pod: "web", others: 4, reasons: "hostPort" }] },
      says: "running pods break restricted:latest: web and 4 more (hostPort); the API server has not named all of them",
    },
    {
      reason: "pods without names",
      answer: { violated: true, truncated: true, pods: [] },
      says: "running pods break restricted:latest, and the API server names none of them",
    },
    {
      reason: "no answer",
      answer: { unknown: "Timeout: late" },
      says: "it is not known which running pods break restricted:latest: Timeout: late",
    },
    {
      reason: "no question yet",
      answer: undefined,
      says: "it is not known which running pods break restricted:latest: the API server is asked in a moment",
    },
    {
      reason: "an answer that is used up",
      answer: CLEAN,
      says: "it is not known which running pods break restricted:latest: the API server is asked in a moment",
    },
  ];
  for (const { reason, answer, says } of cases) {
    it(reason, () => {
      expect(heldProblem(ASKED, { level: "baseline" }, answer)).to.deep.equal({
        reason: "Held",
        message: `enforce stays at baseline:latest: ${says}`,
      });
    });
  }

  it("names no level where nobody has set one", () => {
    expect(heldProblem(ASKED, {}, broken("web")).message).to.contain("enforce stays as the cluster has it by default: running pods");
  });
});

describe("Events about running pods", () => {
  const status = (runningPods: RunningPods | undefined, mode: "Enforce" | "Report" = "Enforce"): SecurityBaselineStatus => ({
    controls: [{ name: "podSecurity", mode, managed: 1, inSync: 0, ...(runningPods && { runningPods }) }],
  });
  const pods = [{ name: "web", reasons: "privileged" }];
  const HELD: RunningPods = { floor: "baseline:latest", asked: "restricted:latest", held: true, pods, since: NOW };
  const ROSE: RunningPods = { asked: "restricted:latest", pods, since: NOW };
  const cases: readonly {
    readonly reason: string;
    readonly before: RunningPods | undefined;
    readonly after: RunningPods | undefined;
    readonly told: readonly string[];
  }[] = [
    {
      reason: "a hold that begins",
      before: undefined,
      after: HELD,
      told: ["RaiseHeld enforce is not raised: running pods break restricted:latest: web (privileged)"],
    },
    { reason: "a hold that goes on, for other pods", before: HELD, after: { ...HELD, pods: [], since: LATER }, told: [] },
    {
      reason: "a hold that ends",
      before: HELD,
      after: { floor: "restricted:latest" },
      told: ["RaiseDone no running pod breaks restricted:latest any more: enforce was raised"],
    },
    {
      reason: "a hold that is given up",
      before: HELD,
      after: { floor: "baseline:latest" },
      told: ["RaiseNotHeld enforce no longer waits for running pods"],
    },
    {
      reason: "a level that rose all the same",
      before: undefined,
      after: ROSE,
      told: [
        "RunningPodsRefused enforce was raised, and these pods are refused when they are made again: running pods break restricted:latest: web (privileged)",
      ],
    },
    { reason: "one that is told already", before: ROSE, after: ROSE, told: [] },
    { reason: "nothing", before: undefined, after: undefined, told: [] },
  ];
  for (const { reason, before, after, told } of cases) {
    it(reason, () => {
      expect(happeningsBetween(status(before), status(after)).map((one) => `${one.reason} ${one.note}`)).to.deep.equal(told);
    });
  }

  describe("in mode Report", () => {
    const report = (runningPods: RunningPods | undefined) => status(runningPods, "Report");
    const notes = (before: SecurityBaselineStatus, after: SecurityBaselineStatus) =>
      happeningsBetween(before, after).map(({ note }) => note);

    it("tell once that pods are in the way, however often the pods change", () => {
      expect(notes(report(undefined), report(ROSE))).to.deep.equal([
        "if enforce rose now: running pods break restricted:latest: web (privileged)",
      ]);
      expect(notes(report(ROSE), report({ ...ROSE, pods: [{ name: "web-2", reasons: "privileged" }], since: LATER }))).to.deep.equal([]);
      expect(notes(report(ROSE), report(undefined))).to.deep.equal([]);
    });

    it("tell that the level rose all the same when the baseline is enforced, although the pods were known before", () => {
      expect(notes(report(ROSE), status(ROSE))).to.deep.equal([
        "enforce was raised, and these pods are refused when they are made again: running pods break restricted:latest: web (privileged)",
      ]);
      expect(notes(status(ROSE), report(ROSE))).to.deep.equal([]);
    });
  });
});
