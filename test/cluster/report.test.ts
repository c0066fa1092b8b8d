/** Proves on a real API server that a report tells how namespaces are covered, by few requests that change nothing, to whoever may read. */
import { expect } from "chai";
import type { Report } from "../../operator/cli/report/report.ts";
import { auditEvents, auditMark } from "../support/audit-log.ts";
import { applyBaseline, awaitReady, protectedNamespace, SMALL_SPEC } from "../support/baselines.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { type OperatorProcess, startOperator } from "../support/operator-process.ts";
import { type Person, person } from "../support/people.ts";
import { runProgram } from "../support/program.ts";
import { authorizerCaughtUp } from "../support/server-caches.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

const BINDINGS = ["view", "securitybaseline-auditor"].map((role) => ({
  apiVersion: RBAC,
  kind: "ClusterRoleBinding",
  metadata: { name: `report-test-${role}` },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "report-test-officers" }],
}));

describe("report on a real cluster", () => {
  let operator: OperatorProcess;
  let olga: Person;
  let enforced = "";
  let reporting = "";
  let without = "";

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    await Promise.all(BINDINGS.map((binding) => admin().create(binding)));
    olga = await person("olga", ["report-test-officers"]);
    enforced = await protectedNamespace("report-enforced", SMALL_SPEC);
    reporting = await freshNamespace("report-reporting");
    await applyBaseline(reporting, { ...SMALL_SPEC, mode: "Report" });
    await awaitReady(reporting);
    without = await freshNamespace("report-without");
    await authorizerCaughtUp();
    await eventually("the role of viewers is aggregated", () =>
      olga.client.list("securitybaseline.dev/v1alpha1", "ClusterSecurityBaseline"),
    );
  });

  after(async () => {
    await operator.stop();
    await Promise.all(BINDINGS.map(({ apiVersion, kind, metadata: { name } }) => admin().delete({ apiVersion, kind, name })));
  });

  it("tells what is covered and how, by one request per kind, and changes nothing", async () => {
    const mark = await auditMark();
    const { code, stdout, stderr } = await runProgram(["report", "-A", "-o", "json", "--kubeconfig", olga.kubeconfig]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    const report = JSON.parse(stdout) as Report;
    expect(report.notKnown).to.deep.equal([]);
    const rows = report.namespaces?.filter(({ name }) => [enforced, reporting, without, "kube-system"].includes(name));
    expect(
      rows?.map(({ name, coverage, compliant, drift, isSystem }) => ({ name, coverage, compliant, drift, isSystem })),
    ).to.have.deep.members([
      { name: enforced, coverage: "Enforced", compliant: "True", drift: 0, isSystem: false },
      { name: reporting, coverage: "Reporting", compliant: "False", drift: 8, isSystem: false },
      { name: without, coverage: "Without", compliant: null, drift: null, isSystem: false },
      { name: "kube-system", coverage: "Without", compliant: null, drift: null, isSystem: true },
    ]);
    expect(report.drift?.open.filter(({ namespace }) => namespace === reporting)).to.have.length(8);

    const asked = await eventually("all requests are recorded", async () => {
      // Further pages of a list are asked for by what is in the cluster.
      const events = (await auditEvents(mark, { user: "olga" })).filter(({ requestURI }) => !requestURI.includes("continue="));
      expect(events.map(({ requestURI }) => requestURI)).to.have.length(5);
      return events;
    });
    expect(asked.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`)).to.have.members([
      "list breakglassauditentries",
      "list breakglassrequests",
      "list clustersecuritybaselines",
      "list namespaces",
      "list securitybaselines",
    ]);
  });

  it("of one namespace is about that one", async () => {
    const { code, stdout } = await runProgram(["report", "-n", reporting, "-o", "json", "--kubeconfig", olga.kubeconfig]);
    const report = JSON.parse(stdout) as Report;
    expect({ code, namespaces: report.namespaces?.map(({ name }) => name) }).to.deep.equal({ code: 0, namespaces: [reporting] });
  });

  it("draws a page", async () => {
    const { code, stdout } = await runProgram(["report", "-A", "-o", "html", "--kubeconfig", olga.kubeconfig]);
    expect(code).to.equal(0);
    expect(stdout).to.contain(`<th scope="row" class="name">${without}</th>`);
  });

  it("agrees with status, which reads less", async () => {
    const mark = await auditMark();
    const status = (namespace: string) => runProgram(["status", "-n", namespace, "--kubeconfig", olga.kubeconfig]);
    const fine = await status(enforced);
    expect({ code: fine.code, stderr: fine.stderr }).to.deep.equal({ code: 0, stderr: "" });
    const [first, ...lines] = fine.stdout.trimEnd().split("\n");
    expect(first).to.match(new RegExp(`^${enforced}  compliant \\((\\d+) of \\1 objects in place\\)$`));
    expect(lines.filter((line) => line.startsWith("    ") && !line.endsWith("  in place"))).to.deep.equal([]);
    expect(lines).to.include.members(["    RoleBinding log-reader  in place", "    NetworkPolicy default-deny  in place"]);
    const drifted = await status(reporting);
    expect(drifted.code).to.equal(1);
    expect(drifted.stdout.split("\n").filter((line) => line.startsWith("    ") && !line.includes("  in place"))).to.have.length(8);
    expect((await status(without)).code).to.equal(1);
    const all = await runProgram(["status", "-A", "-o", "json", "--kubeconfig", olga.kubeconfig]);
    const namespaces = JSON.parse(all.stdout).baselines as readonly { readonly namespace: string; readonly state: string }[];
    expect(namespaces.filter(({ namespace }) => [enforced, reporting].includes(namespace)).map(({ state }) => state)).to.deep.equal([
      "Compliant",
      "NotCompliant",
    ]);
    const asked = await auditEvents(mark, { user: "olga" });
    expect(new Set(asked.map(({ objectRef }) => objectRef?.resource))).to.deep.equal(
      new Set(["securitybaselines", "clustersecuritybaselines"]),
    );
  });

  it("says to whoever may read nothing whom to ask", async () => {
    const stranger = await person("sam", ["support"]);
    const { code, stdout, stderr } = await runProgram(["report", "-A", "-o", "html", "--kubeconfig", stranger.kubeconfig]);
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: "" });
    expect(stderr).to.match(
      /^securitybaseline: nothing to report on: .*Have the ClusterRoles view and securitybaseline-auditor bound to you.*\n$/,
    );
  });
});
