/** Proves which workloads `plan` says could not be made again under section `admission`, when it asks for them, and in how many requests. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { AdmissionSection } from "../../../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import type { PlanForm } from "../../../../operator/cli/plan/plan.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, emptyNamespace, operatedNamespace, plan } from "./stage.ts";

const SECTION: AdmissionSection = { registries: ["ghcr.io/acme"] };
const FROM = "which is not from ghcr.io/acme";
const says = (image: string): string => `container "web" uses ${image}, ${FROM}`;

function template(image: unknown): object {
  return { spec: { containers: [{ name: "web", image }] } };
}

function workload(
  resource: string,
  name: string,
  image: unknown,
  { metadata, ...rest }: { readonly metadata?: object; readonly status?: object } = {},
): Placed {
  const spec = resource === "cronjobs" ? { jobTemplate: { spec: { template: template(image) } } } : { template: template(image) };
  return [resource, { metadata: { name, namespace: "payments", uid: `uid-of-${name}`, ...metadata }, spec, ...rest } as KubernetesObject];
}

const controlledBy = (kind: string) => ({
  metadata: { ownerReferences: [{ apiVersion: "x/v1", kind, name: "o", uid: "u", controller: true }] },
});
const over = (type: string) => ({ status: { conditions: [{ type, status: "True" }] } });

const ALL: readonly Placed[] = [
  workload("deployments", "good", "ghcr.io/acme/web:1"),
  workload("deployments", "bad", "nginx:1"),
  workload("statefulsets", "sta-0", "nginx:2"),
  workload("daemonsets", "agent", "nginx:3"),
  workload("replicasets", "alone", "nginx:4"),
  workload("replicasets", "owned", "nginx:5", controlledBy("Deployment")),
  workload("replicationcontrollers", "old", "nginx:6"),
  workload("jobs", "waits", "nginx:7"),
  workload("jobs", "done", "nginx:8", over("Complete")),
  workload("jobs", "failed", "nginx:8", over("Failed")),
  workload("jobs", "of-cron", "nginx:8", controlledBy("CronJob")),
  workload("cronjobs", "nightly", "nginx:9"),
];

const spec = (section: AdmissionSection = {}): SecurityBaselineSpec => ({ admission: { ...SECTION, ...section } });

interface Scene {
  readonly section?: AdmissionSection;
  readonly spec?: SecurityBaselineSpec;
  readonly objects?: readonly Placed[];
  readonly refuse?: (path: string) => boolean;
  readonly output?: PlanForm;
}

async function run({ section, spec: whole = spec(section), objects = ALL, refuse = () => false, output = "json" }: Scene) {
  const cluster = new ListedCluster([...CLUSTER_ROLES, ...operatedNamespace("payments", whole), ...objects]);
  cluster.refuse = (path) => (refuse(path) ? 403 : undefined);
  const { code, out } = await plan({ "b.json": baselineText("payments", whole) }, cluster, { output });
  return { code, out, cluster };
}

async function told(scene: Scene) {
  const { code, out } = await run(scene);
  const { summary, baselines } = JSON.parse(out);
  return { code, summary: summary.workloads, changes: baselines[0].changes, ...baselines[0] };
}

const RESOURCES = ["daemonsets", "deployments", "replicasets", "statefulsets", "cronjobs", "jobs", "replicationcontrollers"];
const isWorkload = (request: string): boolean => RESOURCES.some((resource) => request.endsWith(`/${resource}`));

const refused = (kind: string, name: string, image: string) => ({ kind, name, message: says(image) });
const REFUSED = [
  refused("CronJob", "nightly", "nginx:9"),
  refused("DaemonSet", "agent", "nginx:3"),
  refused("Deployment", "bad", "nginx:1"),
  refused("Job", "waits", "nginx:7"),
  refused("ReplicaSet", "alone", "nginx:4"),
  refused("ReplicationController", "old", "nginx:6"),
  refused("StatefulSet", "sta-0", "nginx:2"),
];

describe("workloads that could not be made again", () => {
  it("are named of each kind, but for those that others own and Jobs that are over, and are a difference by themselves", async () => {
    const { code, summary, changes, workloads } = await told({});
    expect([code, summary, changes]).to.deep.equal([1, 7, []]);
    expect(workloads).to.deep.equal({ judged: 8, reportedOnly: false, refused: REFUSED });
  });

  it("are read by a person as a count and one line each", async () => {
    const { out } = await run({ objects: ALL.slice(0, 3), output: "text" });
    expect(out).to.equal(`payments (enforce)  b.json:4
  2 of 3 workloads could not be made again
    Deployment bad: container "web" uses nginx:1, which is not from ghcr.io/acme
    StatefulSet sta-0: container "web" uses nginx:2, which is not from ghcr.io/acme

Plan: 0 to create, 0 to change, 0 to remove; 0 findings; 2 workloads refused
`);
  });

  it("are reported and no difference where the section only reports", async () => {
    // Without a section that is enforced the mark of the namespace would go.
    const whole: SecurityBaselineSpec = { ...spec({ mode: "Report" }), network: { defaultDeny: ["Ingress"] } };
    const { code, summary, workloads } = await told({ spec: whole, objects: ALL.slice(1, 2) });
    expect([code, summary]).to.deep.equal([0, 0]);
    expect(workloads).to.deep.equal({ judged: 1, reportedOnly: true, refused: [refused("Deployment", "bad", "nginx:1")] });
    const { out } = await run({ spec: whole, objects: ALL.slice(1, 2), output: "text" });
    expect(out).to.contain("\n  1 of 1 workload could not be made again (reported only)\n");
  });

  it("pass where they are only warned of, and their pods do not", async () => {
    const { code, workloads } = await told({ section: { workloads: "Warn" }, objects: ALL.slice(1, 2) });
    expect([code, workloads.podsOnly]).to.deep.equal([1, true]);
    const { out } = await run({ section: { workloads: "Warn" }, objects: ALL.slice(1, 2), output: "text" });
    expect(out).to.contain("\n  1 of 1 workload could not have their pods made again\n");
  });

  it("are not told of where each could be made again", async () => {
    const { code, workloads, unknown } = await told({ objects: ALL.slice(0, 1) });
    expect([code, workloads, unknown]).to.deep.equal([0, undefined, []]);
  });

  it("are exempt until the day that is written", async () => {
    const exemption = {
      name: "legacy",
      checks: ["registries"] as const,
      matchLabels: { app: "legacy" },
      reason: "on its way out",
      owner: "team",
    };
    const labelled = (image: string) => ({ metadata: { labels: { app: "legacy" } }, ...template(image) });
    const object = { metadata: { name: "legacy", namespace: "payments" }, spec: { template: labelled("nginx:1") } };
    const objects: readonly Placed[] = [["deployments", object as unknown as KubernetesObject]];
    // The stage's clock stands at 10:00:00Z.
    const at = (expires: string) => told({ section: { exemptions: [{ ...exemption, expires }] }, objects });
    expect((await at("2026-11-23T10:00:01Z")).workloads).to.equal(undefined);
    expect((await at("2026-11-23T10:00:00Z")).workloads.refused).to.have.length(1);
  });

  it("are said to be unknown by kind to who may not list them, which is no difference, and the others are told of", async () => {
    const { code, workloads, unknown } = await told({
      objects: ALL.filter(([, { metadata }]) => ["good", "done"].includes(metadata?.name ?? "")),
      refuse: (path) => /\/(jobs|deployments)$/.test(path),
    });
    expect([code, workloads]).to.deep.equal([0, undefined]);
    expect(unknown).to.deep.equal([
      "you may not list deployments.apps in payments; nothing is told of its Deployments",
      "you may not list jobs.batch in payments; nothing is told of its Jobs",
    ]);
    const seen = await told({ refuse: (path) => path.endsWith("/deployments") });
    expect([seen.workloads.judged, seen.workloads.refused.length]).to.deep.equal([6, 6]);
  });

  for (const [reason, whole] of [
    ["no section is there", { network: { defaultDeny: ["Ingress"] } }],
    ["it is off", spec({ mode: "Off" })],
    ["the baseline is off", { ...spec(), mode: "Off" }],
  ] as const) {
    it(`are not asked for where ${reason}`, async () => {
      const { cluster, out } = await run({ spec: whole });
      expect(cluster.asked.filter(isWorkload)).to.deep.equal([]);
      expect(JSON.parse(out).baselines[0].workloads).to.equal(undefined);
    });
  }

  it("are one list per kind for any number of baselines, and only those of namespaces with such a section are judged", async () => {
    for (const count of [1, 2, 300]) {
      const names = Array.from({ length: count }, (_, index) => `team-${index}`);
      const here = (name: string): Placed => workload("deployments", "bad", "nginx:1", { metadata: { namespace: name } });
      const cluster = new ListedCluster([...CLUSTER_ROLES, ...emptyNamespace("team-0"), here("team-0"), here("quiet"), here("other")]);
      const files = Object.fromEntries(names.map((name) => [`${name}.json`, baselineText(name, spec())]));
      const { out } = await plan({ ...files, "quiet.json": baselineText("quiet", { network: {} }) }, cluster, { output: "json" });
      const asked = cluster.asked.filter(isWorkload);
      expect(asked, `${count} namespaces`).to.have.length(7);
      expect(asked.filter((request) => request.includes("/namespaces/team-0/"))).to.have.length(count === 1 ? 7 : 0);
      const found = JSON.parse(out).baselines.filter(({ workloads }: { workloads?: object }) => workloads !== undefined);
      expect(found.map(({ namespace }: { namespace: string }) => namespace)).to.deep.equal(["team-0"]);
    }
  });

  it("are found where only lists in each namespace are allowed", async () => {
    const cluster = new ListedCluster([...CLUSTER_ROLES, ...emptyNamespace("payments"), ...emptyNamespace("shop"), ...ALL]);
    cluster.refuse = (path) => (isWorkload(path) && !path.includes("/namespaces/") ? 403 : undefined);
    const files = { "a.json": baselineText("payments", spec()), "b.json": baselineText("shop", spec()) };
    const { out } = await plan(files, cluster, { output: "json" });
    expect(JSON.parse(out).baselines.map(({ workloads }: { workloads?: { judged: number } }) => workloads?.judged)).to.deep.equal([
      8,
      undefined,
    ]);
  });

  it("are a warning each in SARIF, at the line of the section, and a note where it only reports", async () => {
    for (const mode of ["Enforce", "Report"] as const) {
      const { out } = await run({ section: { mode }, objects: ALL.slice(1, 2), output: "sarif" });
      const [{ results, tool }] = JSON.parse(out).runs;
      const [result] = results.filter(({ ruleId }: { ruleId: string }) => ruleId === "WorkloadRefused");
      expect(result.level).to.equal(mode === "Enforce" ? "warning" : "note");
      const fate = `could not be made again${mode === "Enforce" ? "" : " (reported only)"}`;
      expect(result.message.text).to.equal(`Deployment bad in payments ${fate}: ${says("nginx:1")}`);
      expect(result.locations[0].physicalLocation.region.startLine).to.equal(9);
      expect(result.locations[0].logicalLocations[0].fullyQualifiedName).to.equal("payments/Deployment/bad");
      expect(tool.driver.rules[result.ruleIndex].help.text).to.equal("See docs/plan.md");
    }
  });
});

describe("hostile workloads", () => {
  const objects = Array.from({ length: 30 }, (_, index) =>
    workload("deployments", `d${String(index).padStart(2, "0")}`, `\u001b[2J\n@admins[a](b)|${"x".repeat(2000)}`),
  );

  for (const output of ["text", "json", "markdown", "sarif"] as const) {
    it(`move no cursor in form ${output}`, async () => {
      expect((await run({ objects, output })).out).not.to.contain("\u001b");
    });
  }

  it("make no markup, and are cut with a count; JSON has them all", async () => {
    for (const output of ["text", "markdown"] as const) {
      const { out } = await run({ objects, output });
      expect(out, output).to.contain("d19").and.to.contain("and 10 others").and.not.contain("d20");
      expect(Math.max(...out.split("\n").map((line) => line.length)), output).to.be.below(1200);
    }
    expect((await run({ objects, output: "markdown" })).out).not.to.match(/@admins|\[a\]/);
    expect((await told({ objects })).workloads.refused).to.have.length(30);
  });

  it("of any shape are refused as what cannot be judged, and end nothing", async () => {
    const shapes: readonly unknown[] = [null, 7, "x", [], { spec: 7 }, { spec: { containers: [null] } }, { spec: { containers: "x" } }];
    const objects = shapes.map(
      (shape, index): Placed => [
        "deployments",
        {
          metadata: { name: `d${index}`, namespace: "payments", ownerReferences: null },
          spec: { template: shape },
          status: { conditions: [null, 7] },
        } as unknown as KubernetesObject,
      ],
    );
    const { workloads } = await told({ objects });
    const cannot = "securitybaseline-admission-pods cannot judge it, and refuses it for that";
    expect(workloads.refused.map(({ name, message }: { name: string; message: string }) => [name, message])).to.deep.include([
      "d5",
      cannot,
    ]);
    expect(workloads.judged).to.equal(7);
  });

  it("with fields that every object inherits lack the labels of that name", async () => {
    const section: AdmissionSection = { requiredLabels: [{ key: "constructor" }] };
    const labels = JSON.parse('{"__proto__": "x"}');
    const object = { metadata: { name: "web", namespace: "payments" }, spec: { template: { metadata: { labels }, ...template("x:1") } } };
    const { workloads } = await told({
      spec: { admission: section },
      objects: [["deployments", object as unknown as KubernetesObject]],
    });
    expect(workloads.refused[0].message).to.equal("the label constructor is missing in the labels of its pod template");
  });
});
