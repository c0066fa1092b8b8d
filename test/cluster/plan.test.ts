/** Proves on a real API server that a plan is what the operator then does, whoever asks, with read rights alone, few requests, and no write. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { SecurityBaselineStatus } from "../../operator/api/baseline-status.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { type AuditEvent, auditEvents, auditMark } from "../support/audit-log.ts";
import { makePod } from "../support/bare-pods.ts";
import { applyBaseline, awaitCondition, SMALL_SPEC } from "../support/baselines.ts";
import { admin, freshNamespace, unusedName } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { type OperatorProcess, startOperator } from "../support/operator-process.ts";
import { isDryRun } from "../support/operator-requests.ts";
import { generatedNames, podSecurityLabels, refTo } from "../support/owned-objects.ts";
import { type Person, person } from "../support/people.ts";
import { type ProgramOutcome, runProgram } from "../support/program.ts";
import { authorizerCaughtUp } from "../support/server-caches.ts";

const RBAC = "rbac.authorization.k8s.io";
const PLANNER = "securitybaseline-planner";
/** Said to who may only read, where a level rises. */
const PODS_UNKNOWN = "which running pods break restricted:latest is not known: you may not patch the Namespace";
const BOB = [{ apiGroup: RBAC, kind: "User", name: "bob" }];

describe("plan on a real API server", () => {
  let folder: string;
  let operator: OperatorProcess | undefined;
  /** May read what docs/plan.md says, everywhere. */
  let planner: Person;

  before(async () => {
    await installOperatorManifests();
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-plan-"));
    planner = await person(unusedName("planner"), []);
    await admin().apply(await documentedRole(), { force: true });
    await admin().create(bindingFor(planner, "ClusterRoleBinding", undefined));
    await authorizerCaughtUp();
  });
  afterEach(async () => {
    await operator?.stop();
    operator = undefined;
  });
  after(() => rm(folder, { recursive: true }));

  const plan = async (files: Readonly<Record<string, SecurityBaselineSpec>>, who: Person, ...flags: string[]): Promise<ProgramOutcome> => {
    await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-plan-"));
    for (const [namespace, spec] of Object.entries(files)) {
      const baseline = {
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "SecurityBaseline",
        metadata: { name: "baseline", namespace },
        spec,
      };
      await writeFile(join(folder, `${namespace}.json`), JSON.stringify(baseline));
    }
    return runProgram(["plan", "-f", folder, "--kubeconfig", who.kubeconfig, ...flags]);
  };
  const changes = async (namespace: string, spec: SecurityBaselineSpec, who = planner): Promise<readonly string[]> => {
    const { stdout, stderr } = await plan({ [namespace]: spec }, who, "-o", "json");
    expect(stderr).to.equal("");
    const [{ changes: all, unknown }] = JSON.parse(stdout).baselines;
    expect(unknown.filter((sentence: string) => !sentence.startsWith(PODS_UNKNOWN))).to.deep.equal([]);
    return all.map(({ type, ref }: { type: string; ref: { kind: string; name: string } }) => `${type} ${ref.kind} ${ref.name}`);
  };
  const create = (object: object) => admin().create(object as KubernetesObject);

  it("creates exactly what the operator makes in a namespace that was not there, and then nothing", async () => {
    const namespace = unusedName("planned");
    const planned = await changes(namespace, SMALL_SPEC);
    await create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await eventually("its default account is there", () => admin().get(refTo(namespace, "ServiceAccount", "default")));
    expect(await changes(namespace, SMALL_SPEC)).to.deep.equal(planned);

    operator = await startOperator();
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitCondition(namespace, "Ready", "True");
    expect(planned.filter((change) => change.startsWith("Create ")).map((change) => change.slice("Create ".length))).to.deep.equal(
      await generatedNames(namespace),
    );
    expect(planned.filter((change) => !change.startsWith("Create "))).to.deep.equal([
      `Change Namespace ${namespace}`,
      "Change ServiceAccount default",
    ]);
    const { code, stdout } = await plan({ [namespace]: SMALL_SPEC }, planner, "--exit-code");
    expect([code, stdout.split("\n").slice(1)]).to.deep.equal([
      0,
      ["  nothing to do", "", "Plan: 0 to create, 0 to change, 0 to remove; 0 findings", ""],
    ]);
  });

  it("tells what people did to a namespace, who, and what the operator then does about it", async () => {
    operator = await startOperator();
    const namespace = await freshNamespace("dirty");
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitCondition(namespace, "Ready", "True");
    await operator.stop();

    const at = (kind: "Role" | "NetworkPolicy" | "ServiceAccount", name: string) => refTo(namespace, kind, name);
    await admin().delete(at("Role", "log-reader"));
    await admin().mergePatch(at("NetworkPolicy", "default-deny"), { spec: { ingress: [{}] } }, { manager: "kubectl-edit" });
    await admin().mergePatch(
      { apiVersion: "v1", kind: "Namespace", name: namespace },
      { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
    );
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" };
    await create({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata: { name: "bob-admin", namespace }, roleRef, subjects: BOB });
    await create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "worker", namespace } });
    const wanted = { ...SMALL_SPEC, serviceAccounts: { accounts: [{ name: "worker" }] } };

    expect(await changes(namespace, wanted)).to.deep.equal([
      "Create Role log-reader",
      `Change Namespace ${namespace}`,
      "Change NetworkPolicy default-deny",
      "Remove ServiceAccount api",
      "Conflict ServiceAccount worker",
    ]);
    const { code, stdout } = await plan({ [namespace]: wanted }, planner, "--exit-code");
    expect(code).to.equal(1);
    expect(stdout).to.contain("      spec.ingress: [{}] -> [] (set by kubectl-edit)\n");
    expect(stdout).to.contain("    Critical ClusterAdminBinding RoleBinding/bob-admin: grants cluster-admin to User bob");
    expect(stdout).to.match(/\nPlan: 1 to create, 2 to change, 1 to remove, 1 conflict; 3 findings; 1 not known\n$/);

    operator = await startOperator();
    await applyBaseline(namespace, wanted);
    await eventually("the operator did what was planned", async () => {
      expect(await changes(namespace, wanted)).to.deep.equal(["Conflict ServiceAccount worker"]);
    });
    expect((await podSecurityLabels(namespace))["enforce"]).to.equal("restricted");
    expect(await admin().find(at("ServiceAccount", "api"))).to.equal(undefined);

    await admin().delete(at("ServiceAccount", "worker"));
    await admin().delete({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace, name: "bob-admin" });
    await eventually("nothing is left to do", async () => (await plan({ [namespace]: wanted }, planner, "--exit-code")).code === 0);
  });

  it("finds what the status tells, and nothing else", async () => {
    operator = await startOperator();
    const namespace = await freshNamespace("found");
    await applyBaseline(namespace, SMALL_SPEC);
    await awaitCondition(namespace, "Ready", "True");
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "edit" };
    await create({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata: { name: "bob-edits", namespace }, roleRef, subjects: BOB });
    const open = { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] };
    await create({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "open", namespace }, spec: open });
    const { status } = await awaitCondition(namespace, "Compliant", "False");
    const told = await eventually("all is found", async () => {
      const { stdout } = await plan({ [namespace]: SMALL_SPEC }, planner, "-o", "json");
      const [{ findings }] = JSON.parse(stdout).baselines;
      const { status: now } = await admin().get<{ status: typeof status }>({
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "SecurityBaseline",
        namespace,
        name: "baseline",
      });
      const without = (now?.findings ?? []).map(({ control, firstSeen: _firstSeen, ...rest }) => ({ section: control, ...rest }));
      expect(findings).to.have.deep.members(without);
      return findings as readonly { readonly rule: string }[];
    });
    expect(told.map(({ rule }) => rule)).to.include.members(["UserSubject", "PermissiveNetworkPolicy"]);
  });

  it("takes few requests for fifty baselines, and none of them writes", async () => {
    const namespaces = Array.from({ length: 50 }, () => unusedName("one-of-many"));
    const mark = await auditMark();
    const { code, stdout } = await plan(Object.fromEntries(namespaces.map((namespace) => [namespace, SMALL_SPEC])), planner, "-o", "json");
    expect([code, JSON.parse(stdout).baselines.length]).to.deep.equal([0, 50]);
    const requests = await eventually("the requests are recorded", async () => {
      const seen = await auditEvents(mark, { user: planner.name });
      expect(seen).not.to.deep.equal([]);
      return seen;
    });
    expect(writesIn(requests)).to.deep.equal([]);
    expect(requests.filter(({ verb }) => verb !== "list")).to.deep.equal([]);
    // Further pages of a list are asked for by what is in the cluster, however many baselines are planned.
    const lists = requests.map(({ requestURI }) => requestURI).filter((uri) => !uri.includes("continue="));
    expect(lists.length, lists.join("\n")).to.be.within(1, 22);
  });

  it("works in one namespace with rights in that namespace, and says what is not known", async () => {
    const namespace = await freshNamespace("own-rights");
    const developer = await person(unusedName("developer"), []);
    await create(bindingFor(developer, "RoleBinding", namespace));
    await authorizerCaughtUp();
    const mark = await auditMark();
    const { code, stdout } = await plan({ [namespace]: SMALL_SPEC }, developer);
    expect(code).to.equal(0);
    expect(stdout).to.contain("  + NetworkPolicy default-deny\n").and.to.contain(`  ~ Namespace ${namespace}\n`);
    expect(stdout.split("\n").filter((line) => line.includes("not known"))).to.deep.equal([
      "  not known you may not list clusterrolebindings.rbac.authorization.k8s.io; nothing is told of rights of its ServiceAccounts in the whole cluster",
      "  not known you may not list clusterroles.rbac.authorization.k8s.io; nothing is told of what bindings give",
      "  not known you may not list rolebindings.rbac.authorization.k8s.io in all namespaces; nothing is told of rights of its ServiceAccounts in other namespaces",
      "  not known you may not list validatingwebhookconfigurations.admissionregistration.k8s.io; nothing is told of ValidatingWebhookConfigurations",
      "  not known which running pods break restricted:latest is not known: you may not patch the Namespace, also not in a dry run",
      lastLine(stdout),
    ]);
    expect(writesIn(await auditEvents(mark, { user: developer.name }))).to.deep.equal([]);
  });

  it("names the running pods that a level would refuse by a dry run that stores nothing, and shows the labels that the operator then sets", async () => {
    const PREFIX = "pod-security.kubernetes.io/";
    const namespace = await freshNamespace("runs", { [`${PREFIX}enforce`]: "privileged" });
    await makePod(namespace, "node-agent", { spec: { volumes: [{ name: "root", hostPath: { path: "/" } }] } });
    const patcher = await person(unusedName("patcher"), []);
    await create(bindingFor(patcher, "ClusterRoleBinding", undefined));
    const rules = [{ apiGroups: [""], resources: ["namespaces"], verbs: ["patch"], resourceNames: [namespace] }];
    const metadata = { name: unusedName("namespace-patcher") };
    await create({ apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata, rules });
    await create(bindingFor(patcher, "ClusterRoleBinding", undefined, metadata.name));
    await authorizerCaughtUp();
    const labels = async () => (await admin().get({ apiVersion: "v1", kind: "Namespace", name: namespace })).metadata;
    const before = await labels();
    const mark = await auditMark();

    const rise: SecurityBaselineSpec = { podSecurity: { enforce: "restricted" } };
    await eventually("the pod is named", async () => {
      const { code, stdout } = await plan({ [namespace]: rise }, patcher, "--exit-code");
      expect(code).to.equal(1);
      expect(stdout).to.contain(
        "  running pods break restricted:latest: they run on and could not come back\n    node-agent: restricted volume types\n",
      );
      expect(lastLine(stdout)).to.match(/; 1 running pod refused$/);
    });
    expect(await labels()).to.deep.equal(before);
    const asked = await eventually("the dry run is recorded", async () => {
      const seen = (await auditEvents(mark, { user: patcher.name })).filter(({ verb }) => verb === "patch");
      expect(seen).not.to.deep.equal([]);
      return seen;
    });
    expect(asked.filter((event) => !isDryRun(event))).to.deep.equal([]);
    expect(writesIn(await auditEvents(mark, { user: patcher.name }))).to.deep.equal([]);

    const hold: SecurityBaselineSpec = { podSecurity: { enforce: "restricted", onViolation: "Hold" } };
    const { stdout } = await plan({ [namespace]: hold }, patcher, "-o", "json");
    const [{ changes: planned, runningPods }] = JSON.parse(stdout).baselines;
    expect(runningPods).to.deep.equal({
      asked: "restricted:latest",
      held: true,
      reportedOnly: false,
      pods: [{ name: "node-agent", others: 0, reasons: "restricted volume types" }],
    });
    const fields = planned.flatMap((change: { fields: { path: string; to?: string }[] }) => change.fields);
    const changed = fields.flatMap(({ path, to = "null" }: { path: string; to?: string }) => {
      const [, label] = /^metadata\.labels\["pod-security\.kubernetes\.io\/(.*)"\]$/.exec(path) ?? [];
      return label === undefined ? [] : [[label, JSON.parse(to)]];
    });
    operator = await startOperator();
    await applyBaseline(namespace, hold);
    await awaitCondition(namespace, "Ready", "False");
    expect(await podSecurityLabels(namespace)).to.deep.equal({ enforce: "privileged", ...Object.fromEntries(changed) });
  });

  it("finds what weakens the whole cluster, as the status of its posture tells", async () => {
    operator = await startOperator();
    const posture = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "ClusterSecurityBaseline", metadata: { name: "cluster" } };
    const binding = { ...bindingFor({ name: "bob" }, "ClusterRoleBinding", undefined, "view") };
    await create(binding);
    await admin().apply({ ...posture, spec: {} });
    try {
      await eventually("plan and status find the same", async () => {
        await writeFile(join(folder, "cluster.json"), JSON.stringify({ ...posture, spec: {} }));
        const { stdout } = await runProgram(["plan", "-f", join(folder, "cluster.json"), "--kubeconfig", planner.kubeconfig, "-o", "json"]);
        const [{ findings, unknown }] = JSON.parse(stdout).baselines;
        const { status } = await admin().get<KubernetesObject & { status?: SecurityBaselineStatus }>({ ...posture, name: "cluster" });
        const told = (status?.findings ?? []).map(({ control, firstSeen: _firstSeen, ...rest }) => ({ section: control, ...rest }));
        expect(unknown).to.deep.equal([]);
        expect(findings).to.deep.equal(told);
        expect(findings.map(({ rule, ref }: never) => `${rule} ${ref["kind"]}/${ref["name"]}`)).to.include(
          `UserSubject ClusterRoleBinding/${binding.metadata?.name}`,
        );
      });
    } finally {
      await admin().delete({ ...posture, name: "cluster" });
      await admin().delete({ apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", name: binding.metadata?.name ?? "" });
    }
  });

  it("guesses nothing for somebody without rights, and fails where nobody answers", async () => {
    const stranger = await person(unusedName("stranger"), []);
    const [one, other] = [await freshNamespace("unseen"), await freshNamespace("unseen")];
    const { code, stdout, stderr } = await plan({ [one]: SMALL_SPEC, [other]: SMALL_SPEC }, stranger, "--exit-code");
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).not.to.match(/^ {2}[+~=!-] /m);
    expect(stdout).to.contain(`you may not list securitybaselines.securitybaseline.dev in ${one}`);
    const nowhere = await runProgram(["plan", "-f", folder, "--kubeconfig", await elsewhere(stranger)]);
    expect([nowhere.code, nowhere.stdout]).to.deep.equal([3, ""]);
    expect(nowhere.stderr).to.match(/^securitybaseline: cannot reach https:\/\/127\.0\.0\.1:1: .*\n$/);
  });

  /** A kubeconfig of the same person for an address at which nothing listens. */
  async function elsewhere({ kubeconfig }: Person): Promise<string> {
    const path = join(folder, "elsewhere.kubeconfig");
    const text = await readFile(kubeconfig, "utf8");
    await writeFile(path, text.replace(/"server":"[^"]*"/, '"server":"https://127.0.0.1:1"'));
    return path;
  }
});

/** The last line, which counts what is not known. */
function lastLine(stdout: string): string {
  return stdout.trimEnd().split("\n").at(-1) ?? "";
}

/** Requests that stored something. */
function writesIn(events: readonly AuditEvent[]): readonly AuditEvent[] {
  return events.filter((event) => !["get", "list"].includes(event.verb) && !isDryRun(event));
}

function bindingFor(
  { name }: Pick<Person, "name">,
  kind: "ClusterRoleBinding" | "RoleBinding",
  namespace: string | undefined,
  role = PLANNER,
): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name: unusedName("planner"), ...(namespace !== undefined && { namespace }) },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup: RBAC, kind: "User", name }],
  } as KubernetesObject;
}

/** The ClusterRole that docs/plan.md says is enough. */
async function documentedRole(): Promise<KubernetesObject> {
  const page = await readFile(join(import.meta.dirname, "../../docs/plan.md"), "utf8");
  const [, yaml = ""] = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(page) ?? [];
  return parseAllDocuments(yaml)[0]?.toJS();
}
