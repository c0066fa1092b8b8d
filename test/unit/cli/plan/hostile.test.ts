/** Proves that nobody who names or writes objects in a cluster makes a plan lie, obey, or grow without bounds. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { planMarkdown } from "../../../../operator/cli/plan/markdown.ts";
import type { PlannedBaseline } from "../../../../operator/cli/plan/outcome.ts";
import type { PlanForm } from "../../../../operator/cli/plan/plan.ts";
import { planSarif } from "../../../../operator/cli/plan/sarif.ts";
import { networkPolicy } from "../../../../operator/kinds/network-policy.ts";
import { roleBinding } from "../../../../operator/kinds/role-binding.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, foreignBinding, type Outcome, operatedNamespace, plan } from "./stage.ts";

const FORMS: readonly PlanForm[] = ["text", "json", "markdown", "sarif"];
const SPEC: SecurityBaselineSpec = {
  access: { roles: [{ name: "app-viewer", groups: ["support"] }] },
  network: { defaultDeny: ["Ingress"] },
};

const planned = (objects: readonly Placed[], output: PlanForm): Promise<Outcome> =>
  plan({ "b.json": baselineText("payments", SPEC) }, new ListedCluster([...CLUSTER_ROLES, ...objects]), { output });

/** What a terminal would obey. */
const OBEYED = /[\p{Cc}\p{Cf}]/u;

const NASTY =
  "x\u001b]0;owned\u0007\n| <img src=x onerror=alert(1)> [click](https://evil.example) @admins #1 `code` $(id) \u202e ![i](http://evil.example) www.evil.example";

describe("a hostile name or value", () => {
  it("moves no cursor and adds no line, in any form", async () => {
    const objects = [...operatedNamespace("payments", SPEC), foreignBinding("payments", NASTY, "view", { kind: "User", name: NASTY })];
    for (const output of FORMS) {
      const { code, out } = await planned(objects, output);
      expect(code).to.equal(1);
      const lines = out.split("\n");
      expect(
        lines.filter((line) => OBEYED.test(line)),
        output,
      ).to.deep.equal([]);
      if (output === "json") expect(JSON.parse(out).baselines[0].findings[0].ref.name).to.equal(NASTY);
    }
    const { out } = await planned(objects, "text");
    expect(out.split("\n").filter((line) => line.includes("owned"))).to.have.length(1);
  });

  it("stays text in Markdown: no tag, link, mention, cell or code span of its own", async () => {
    const objects = [...operatedNamespace("payments", SPEC), foreignBinding("payments", NASTY, "view", { kind: "User", name: NASTY })];
    const { out } = await planned(objects, "markdown");
    const [row = ""] = out.split("\n").filter((line) => line.includes("owned"));
    expect(row.split(" | ")).to.have.length(4);
    // Outside of what we wrote ourselves there is nothing but text.
    const foreign = row
      .replace(/<\/?code>/g, "")
      .replace(/&#\d+;/g, "")
      .slice(2, -2)
      .replaceAll(" | ", "");
    expect(foreign).to.match(/^[\p{L}\p{N} "'()+,\-./;=]*$/u);
    expect(out).not.to.match(/www\.|@admins|https?:|<img/);
  });

  it("is no path of ours: what every object inherits is nobody's field", async () => {
    const rules = [JSON.parse('{"apiGroups":["__proto__"],"resources":["constructor"],"verbs":["__proto__"]}')];
    const named = ["__proto__", "constructor", "toString"].map(
      (name): Placed => ["roles", { metadata: { name, namespace: "payments" }, rules } as unknown as KubernetesObject],
    );
    const bound = ["__proto__", "constructor"].map((name) => foreignBinding("payments", name, name, { kind: "User", name }));
    const { out } = await planned([...operatedNamespace("payments", SPEC), ...named, ...bound], "json");
    const [{ changes, findings }] = JSON.parse(out).baselines;
    expect(changes).to.deep.equal([]);
    expect(findings.map(({ ref }: { ref: { name: string } }) => ref.name)).to.deep.equal(["__proto__", "constructor"]);
  });

  it("is cut, however large: in the text, in a comment, and in JSON", async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ from: [{ ipBlock: { cidr: `10.0.${index % 256}.0/24` } }] }));
    const objects = operatedNamespace("payments", SPEC, (model) =>
      model.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: many }),
    );
    for (const output of FORMS) {
      const { out } = await planned(objects, output);
      expect(out.length, output).to.be.below(12_000);
      expect(out, output).to.contain("spec.ingress");
    }
  });

  it("hides no difference behind a long beginning", async () => {
    const groups = Array.from({ length: 30 }, (_, index) => `group-${String(index).padStart(2, "0")}`);
    const spec = { access: { roles: [{ name: "app-viewer", groups }] } };
    const subjects = [...groups, "zz-attackers"].map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name }));
    const objects = operatedNamespace("payments", spec, (model) =>
      model.set(roleBinding, "app-viewer", { path: ["subjects"], value: subjects }),
    );
    for (const output of ["text", "json", "markdown"] as const) {
      const { out } = await plan({ "b.json": baselineText("payments", spec) }, new ListedCluster([...CLUSTER_ROLES, ...objects]), {
        output,
      });
      expect(out, output).to.contain("zz-attackers");
    }
  });

  it("of content that cannot be read differs, and does not end the plan", async () => {
    let deep: JsonObject[] = [];
    for (let depth = 0; depth < 20_000; depth += 1) deep = [deep as unknown as JsonObject];
    const objects = operatedNamespace("payments", SPEC).map(
      ([resource, object]): Placed => [
        resource,
        resource === "roles" ? ({ ...object, rules: deep } as unknown as KubernetesObject) : object,
      ],
    );
    const { code, out } = await planned(objects, "text").catch((error: unknown) => ({ code: -1, out: String(error) }));
    expect([code, out.split("\n")[1]]).to.deep.equal([1, "  ~ Role app-viewer"]);
  });

  it("of a file is told with what moves the cursor written out", async () => {
    const { out } = await plan({ "a\u001b[2J.json": baselineText("payments", SPEC) }, new ListedCluster(CLUSTER_ROLES));
    expect(out).to.contain("a\\u{1b}[2J.json:4");
  });
});

describe("a plan of very many objects", () => {
  const many = (count: number): PlannedBaseline => ({
    kind: "SecurityBaseline",
    name: "baseline",
    namespace: "payments",
    mode: "Enforce",
    document: { file: "b.yaml", value: {}, lineOf: () => 1 },
    refused: undefined,
    changes: [],
    findings: Array.from({ length: count }, (_, index) => ({
      control: "access",
      rule: "UserSubject",
      severity: "High",
      ref: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name: `b${index}` },
      message: "grants view to User bob",
    })),
    runningPods: undefined,
    workloads: undefined,
    problems: [],
    unknown: [],
    notes: [],
  });

  it("fits into one comment, begins with the whole count and says how much was cut", () => {
    const out = planMarkdown([many(5_000)]);
    expect(out.length).to.be.below(61_000);
    expect(out.split("\n")[0]).to.equal("**Plan: 0 to create, 0 to change, 0 to remove; 5000 findings**");
    expect(out.trimEnd().split("\n").at(-1)).to.match(/^Cut here: \d+ lines more than fit into a comment\.$/);
  });

  it("has a rule once in SARIF, to which each result points", () => {
    const [run] = JSON.parse(planSarif([many(3)])).runs;
    expect(run.tool.driver.rules).to.have.length(1);
    expect(run.results.map(({ ruleIndex }: { ruleIndex: number }) => ruleIndex)).to.deep.equal([0, 0, 0]);
    expect(new Set(run.results.map((result: JsonObject) => JSON.stringify(result["partialFingerprints"]))).size).to.equal(3);
  });
});
