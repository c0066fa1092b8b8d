/** Proves which running pods `plan` names before a Pod Security level rises, when it asks for them, and what it shows of a level that waits. */
import { expect } from "chai";
import type { PodSecuritySection, SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { askAboutPods } from "../../../../operator/cli/plan/running-pods.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, emptyNamespace, operatedNamespace, plan } from "./stage.ts";

const PREFIX = "pod-security.kubernetes.io/";
const BREAK = 'existing pods in namespace "payments" violate the new PodSecurity enforce level "restricted:latest"';
const REASONS = 'privileged (container "agent" must not set securityContext.privileged=true)';
const AGENT = `agent-0 (and 2 other pods): ${REASONS}`;
const PODS = { pods: [{ name: "agent-0", others: 2, reasons: REASONS }] };

interface Scene {
  readonly podSecurity?: PodSecuritySection;
  readonly mode?: SecurityBaselineSpec["mode"];
  /** What stands on the Namespace, without the prefix. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
  /** HTTP status of the answer to the dry run. */
  readonly refused?: number;
  /** Level that the status has as in place before. */
  readonly floor?: string;
  readonly isThere?: boolean;
}

interface Told {
  readonly code: number;
  readonly runningPods: JsonObject | undefined;
  readonly unknown: readonly string[];
  readonly problems: readonly string[];
  /** Labels of Pod Security that would be another, without the prefix. */
  readonly changes: Readonly<Record<string, string | undefined>>;
  readonly rehearsed: readonly unknown[];
}

async function told({
  podSecurity = { enforce: "restricted" },
  mode,
  labels = {},
  warnings = [],
  refused,
  floor,
  isThere = true,
}: Scene): Promise<Told> {
  const spec: SecurityBaselineSpec = { podSecurity, ...(mode !== undefined && { mode }) };
  const standing = Object.fromEntries(Object.entries(labels).map(([key, value]) => [PREFIX + key, value]));
  const there = emptyNamespace("payments").map(
    ([resource, object]): Placed => [
      resource,
      resource === "namespaces"
        ? { ...object, metadata: { ...object.metadata, labels: { ...object.metadata?.labels, ...standing } } }
        : object,
    ],
  );
  const status = { controls: [{ runningPods: { floor } }] };
  const stored: Placed = [
    "securitybaselines",
    { metadata: { name: "baseline", namespace: "payments", uid: "b1" }, status } as unknown as KubernetesObject,
  ];
  const cluster = new ListedCluster([...CLUSTER_ROLES, ...(isThere ? there : []), ...(floor === undefined ? [] : [stored])]);
  cluster.warnings.set("payments", warnings);
  cluster.refuse = (_path, method) => (method === "PATCH" ? refused : undefined);
  const { code, out } = await plan({ "b.json": baselineText("payments", spec) }, cluster, { output: "json" });
  const [{ runningPods, unknown, problems, changes }] = JSON.parse(out).baselines;
  const fields = changes.flatMap((change: { fields: readonly JsonObject[] }) => change.fields);
  const changed = fields.flatMap(({ path, to }: { path: string; to?: string }) => {
    const [, label] = /^metadata\.labels\["pod-security\.kubernetes\.io\/(.*)"\]$/.exec(path) ?? [];
    return label === undefined ? [] : [[label, to]];
  });
  return { code, runningPods, unknown, problems, changes: Object.fromEntries(changed), rehearsed: cluster.rehearsed };
}

const RAISED = {
  enforce: '"restricted"',
  "enforce-version": '"latest"',
  audit: '"restricted"',
  "audit-version": '"latest"',
  warn: '"restricted"',
  "warn-version": '"latest"',
};
const { enforce: _enforce, "enforce-version": _version, ...AUDITED } = RAISED;
const HOLD: PodSecuritySection = { enforce: "restricted", onViolation: "Hold" };
const BROKEN = [BREAK, AGENT];

describe("running pods that a planned level would refuse", () => {
  it("are named, and the level rises in spite of them", async () => {
    const { runningPods, changes, unknown, rehearsed } = await told({ warnings: BROKEN });
    expect(runningPods).to.deep.equal({ asked: "restricted:latest", held: false, reportedOnly: false, ...PODS });
    expect([changes, unknown]).to.deep.equal([RAISED, []]);
    expect(rehearsed).to.deep.equal([
      { metadata: { labels: { [`${PREFIX}enforce`]: "restricted", [`${PREFIX}enforce-version`]: "latest" } } },
    ]);
  });

  it("hold the level where the baseline says so: enforce stays, audit and warn rise, and that is no problem of the baseline", async () => {
    const { runningPods, changes, problems } = await told({ podSecurity: HOLD, warnings: BROKEN });
    expect(runningPods).to.deep.equal({ asked: "restricted:latest", held: true, reportedOnly: false, ...PODS });
    expect([changes, problems]).to.deep.equal([AUDITED, []]);
  });

  it("hold the level above what somebody lowered it to: it was in place before", async () => {
    const { changes } = await told({ podSecurity: HOLD, warnings: BROKEN, labels: { enforce: "privileged" }, floor: "baseline:latest" });
    expect(changes).to.deep.equal({ ...AUDITED, enforce: '"baseline"', "enforce-version": '"latest"' });
  });

  it("are not waited for where none is in the way", async () => {
    const { code, runningPods, changes } = await told({ podSecurity: HOLD });
    expect([code, runningPods, changes]).to.deep.equal([1, undefined, RAISED]);
  });

  it("are a difference by themselves", async () => {
    const before = operatedNamespace("payments", { podSecurity: { audit: "restricted", warn: "restricted" } });
    const cluster = new ListedCluster([...CLUSTER_ROLES, ...before]);
    const files = { "b.json": baselineText("payments", { podSecurity: HOLD }) };
    cluster.warnings.set("payments", BROKEN);
    const { code, out } = await plan(files, cluster, { output: "json" });
    expect([code, JSON.parse(out).baselines[0].changes]).to.deep.equal([1, []]);
  });

  it("are asked for as what mode Enforce would meet, where a baseline only reports", async () => {
    const { code, runningPods, changes } = await told({ podSecurity: HOLD, mode: "Report", warnings: BROKEN });
    expect(runningPods).to.deep.equal({ asked: "restricted:latest", held: true, reportedOnly: true, ...PODS });
    expect([code, changes]).to.deep.equal([0, AUDITED]);
  });

  it("are said to be incomplete where the API server does not name all", async () => {
    expect((await told({ warnings: [BREAK] })).runningPods).to.deep.include({ pods: [], incomplete: true });
  });

  const unasked: readonly { readonly reason: string; readonly scene: Scene }[] = [
    { reason: "the level stands", scene: { labels: { enforce: "restricted", "enforce-version": "latest" } } },
    { reason: "a higher level stands", scene: { podSecurity: { enforce: "baseline" }, labels: { enforce: "restricted" } } },
    { reason: "no level is asked for", scene: { podSecurity: { warn: "restricted" } } },
    { reason: "the section is off", scene: { mode: "Off" } },
    { reason: "the namespace is not there", scene: { isThere: false } },
    { reason: "it was in place before", scene: { podSecurity: HOLD, labels: { enforce: "privileged" }, floor: "restricted:latest" } },
  ];
  for (const { reason, scene } of unasked) {
    it(`are not asked for where ${reason}`, async () => {
      const { rehearsed, runningPods, unknown } = await told({ ...scene, warnings: BROKEN });
      expect([rehearsed, runningPods, unknown]).to.deep.equal([[], undefined, []]);
    });
  }

  it("are not there in a namespace that is not there: nothing holds its level", async () => {
    expect((await told({ podSecurity: HOLD, isThere: false })).changes).to.deep.equal(RAISED);
  });

  it("are not known to who may not patch the Namespace, which is no difference", async () => {
    const { unknown, changes, runningPods } = await told({ refused: 403, warnings: BROKEN });
    expect([changes, runningPods]).to.deep.equal([RAISED, undefined]);
    expect(unknown).to.deep.equal([
      "which running pods break restricted:latest is not known: you may not patch the Namespace, also not in a dry run",
    ]);
  });

  it("hold the level also where they are not known, and the sentence says who will find out", async () => {
    const held = await told({ podSecurity: HOLD, refused: 403, labels: { enforce: "baseline" } });
    expect(held.changes).to.deep.equal(AUDITED);
    expect(held.unknown).to.deep.equal([
      "which running pods break restricted:latest is not known: you may not patch the Namespace, also not in a dry run; enforce stays at baseline:latest until the operator, which asks for itself, knows that none does",
    ]);
    expect((await told({ refused: 500 })).unknown).to.deep.equal([
      "which running pods break restricted:latest is not known: Failed: refused with 500",
    ]);
  });

  it("of many namespaces are asked for eight at a time", async () => {
    let [now, most] = [0, 0];
    const request = async (): Promise<KubernetesObject> => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return {};
    };
    const questions = Array.from({ length: 50 }, (_, index) => ({ namespace: `n${index}`, labels: {} }));
    const answers = await askAboutPods({ request }, questions);
    expect([most, answers.size]).to.deep.equal([8, 50]);
  });
});

describe("hostile words about running pods", () => {
  const pods = Array.from({ length: 30 }, (_, index) => `p${String(index).padStart(2, "0")}: ${"x".repeat(400)}\u001b[2J@admins ${index}`);

  it("move no cursor, make no markup, and are cut with a count", async () => {
    for (const output of ["text", "json", "markdown", "sarif"] as const) {
      const cluster = new ListedCluster([...CLUSTER_ROLES, ...emptyNamespace("payments")]);
      cluster.warnings.set("payments", [BREAK, ...pods.map((line) => line.replace("x".repeat(400), "[a](b)"))]);
      const { out } = await plan({ "b.json": baselineText("payments", { podSecurity: { enforce: "restricted" } }) }, cluster, { output });
      expect(out, output).not.to.contain("\u001b");
      expect(out, output)
        .to.contain("p19")
        .and.to.satisfy((text: string) => output === "json" || !text.includes("p20"));
      if (output !== "json") expect(out, output).to.contain("and others for 10 more reasons");
      if (output === "markdown") expect(out).not.to.match(/@admins|\[a\]/);
    }
  });

  it("are cut, however long", async () => {
    const cluster = new ListedCluster([...CLUSTER_ROLES, ...emptyNamespace("payments")]);
    cluster.warnings.set("payments", [BREAK, ...pods]);
    const { out } = await plan({ "b.json": baselineText("payments", { podSecurity: { enforce: "restricted" } }) }, cluster);
    expect(Math.max(...out.split("\n").map((line) => line.length))).to.be.below(400);
  });
});
