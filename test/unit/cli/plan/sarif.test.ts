/** Proves that the SARIF of a plan is what SARIF 2.1.0 (OASIS) asks for and what code scanning reads. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import { ListedCluster } from "./listed-cluster.ts";
import { FILES, sceneCluster } from "./scene.ts";
import { baselineText, CLUSTER_ROLES, foreignBinding, operatedNamespace, plan } from "./stage.ts";

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: { readonly startLine: number } };
    readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[];
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly object[];
}

const SPEC: SecurityBaselineSpec = { network: { defaultDeny: ["Ingress"] } };

async function runOf(files: Readonly<Record<string, string>>, cluster: ListedCluster) {
  const { out } = await plan(files, cluster, { output: "sarif" });
  const log = JSON.parse(out);
  expect(Object.keys(log)).to.deep.equal(["$schema", "version", "runs"]);
  expect([log.version, log.runs.length]).to.deep.equal(["2.1.0", 1]);
  const [run] = log.runs;
  return {
    results: run.results as readonly Result[],
    rules: run.tool.driver.rules,
    driver: run.tool.driver,
    invocation: run.invocations[0],
  };
}

describe("the SARIF of a plan", () => {
  it("has what the specification requires of each rule and result", async () => {
    const { results, rules, driver, invocation } = await runOf(FILES, sceneCluster());
    expect(driver.name).to.equal("securitybaseline");
    expect(invocation.executionSuccessful).to.equal(true);
    expect(new Set(rules.map(({ id }: { id: string }) => id)).size).to.equal(rules.length);
    for (const { shortDescription, help } of rules)
      expect([shortDescription.text, help.text].every((text) => text.length > 0)).to.equal(true);
    for (const result of results) {
      expect(rules[result.ruleIndex].id).to.equal(result.ruleId);
      expect(["none", "note", "warning", "error"]).to.include(result.level);
      expect(result.message.text).not.to.equal("");
      const [{ physicalLocation }] = result.locations as [Result["locations"][number]];
      expect(physicalLocation.region.startLine).to.be.at.least(1);
      expect(result.partialFingerprints["securitybaseline/v1"]).to.match(/^[0-9a-f]{64}$/);
    }
  });

  it("has levels, standards and pages of findings", async () => {
    const { results, rules } = await runOf(FILES, sceneCluster());
    const levels = results.map(({ ruleId, level }) => `${ruleId} ${level}`);
    expect(levels).to.include.members([
      "ClusterAdminBinding error",
      "UserSubject error",
      "AutomountedToken note",
      "PlannedChange/Create note",
      "PlannedChange/Conflict warning",
      "PlannedChange/Refused error",
    ]);
    const rule = rules.find(({ id }: { id: string }) => id === "ClusterAdminBinding");
    expect(rule.properties).to.deep.equal({ "security-severity": "9.5", tags: ["security", "CIS-5.1.1"] });
    expect(rule.help.text).to.equal("See docs/findings/ClusterAdminBinding.md");
  });

  it("points to the line of the section, and suppresses what somebody accepted", async () => {
    const { results } = await runOf(FILES, sceneCluster());
    const lines = String(FILES["baselines/payments.json"]).split("\n");
    const accepted = results.filter(({ suppressions }) => suppressions !== undefined);
    expect(accepted.map(({ ruleId, suppressions }) => [ruleId, suppressions])).to.deep.equal([
      [
        "UserSubject",
        [{ kind: "inSource", status: "accepted", justification: "team payments, until 2027-01-01T00:00:00Z: looks after the migration" }],
      ],
    ]);
    expect(lines[(accepted[0]?.locations[0]?.physicalLocation.region.startLine ?? 0) - 1]).to.contain('"access"');
  });

  it("escapes what messages and addresses would read otherwise", async () => {
    const bob = foreignBinding("payments", "[a](b) {0}", "view", { kind: "User", name: "bob" });
    const { results } = await runOf(
      { "./my folder/ü[1].json": baselineText("payments", SPEC) },
      new ListedCluster([...CLUSTER_ROLES, ...operatedNamespace("payments", SPEC), bob]),
    );
    expect(results.map(({ message }) => message.text.split(" in ")[0])).to.deep.equal(["RoleBinding \\[a\\](b) {{0}}"]);
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).to.equal("my%20folder/%C3%BC%5B1%5D.json");
  });

  it("keeps a fingerprint while only the file moves, and tells two namespaces apart", async () => {
    const of = async (file: string, namespace: string) => {
      const bob = foreignBinding(namespace, "bob", "view", { kind: "User", name: "bob" });
      const cluster = new ListedCluster([...CLUSTER_ROLES, ...operatedNamespace(namespace, SPEC), bob]);
      return (await runOf({ [file]: baselineText(namespace, SPEC) }, cluster)).results[0]?.partialFingerprints["securitybaseline/v1"];
    };
    expect(await of("a.json", "payments")).to.equal(await of("b.json", "payments"));
    expect(await of("a.json", "payments")).not.to.equal(await of("a.json", "shop"));
  });

  it("notes what is not known as a notification, for it is no result", async () => {
    const cluster = new ListedCluster([...CLUSTER_ROLES, ...operatedNamespace("payments", SPEC)]);
    cluster.refuse = (path) => (path.endsWith("/networkpolicies") ? 403 : undefined);
    const { results, invocation } = await runOf({ "b.json": baselineText("payments", SPEC) }, cluster);
    expect(results).to.deep.equal([]);
    expect(
      invocation.toolExecutionNotifications.map(({ level, message }: { level: string; message: { text: string } }) => [
        level,
        message.text,
      ]),
    ).to.deep.equal([
      ["warning", "payments: not known: you may not list networkpolicies.networking.k8s.io in payments; nothing is told of network"],
    ]);
  });
});
