/** Proves that a base and its overlays become the baselines of their namespaces, and what kustomize does to a baseline that is patched or renamed. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { awaitReady, baselineRef, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace, unusedName } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { kubectl, kubectlRefusal } from "../../support/kubectl.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { generatedNames, labelKeysIn, podSecurityLabels, refTo } from "../../support/owned-objects.ts";
import { awaitSilence } from "../../support/silence.ts";
import { build, EXAMPLES, type Overlay, overlayOn } from "./tools/kustomize.ts";

interface Case {
  readonly overlay: Overlay;
  readonly objects: readonly string[];
  /** Who may deploy. */
  readonly deployers: readonly string[];
  /** Pod Security levels that pods are refused, and warned of. */
  readonly levels: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    overlay: "staging",
    objects: [
      "NetworkPolicy allow-dns",
      "NetworkPolicy allow-ingress-from-gateway",
      "NetworkPolicy default-deny",
      "Role app-deployer",
      "Role app-viewer",
      "RoleBinding app-deployer",
      "RoleBinding app-viewer",
      "ServiceAccount api",
    ],
    deployers: ["payments-devs", "payments-qa"],
    levels: { enforce: "baseline", warn: "restricted" },
  },
  {
    overlay: "production",
    objects: [
      "NetworkPolicy allow-dns",
      "NetworkPolicy allow-egress-to-postgres",
      "NetworkPolicy allow-ingress-from-gateway",
      "NetworkPolicy default-deny",
      "Role app-deployer",
      "Role app-viewer",
      "Role secret-manager",
      "RoleBinding app-deployer",
      "RoleBinding app-viewer",
      "RoleBinding secret-manager",
      "ServiceAccount api",
    ],
    deployers: ["payments-leads"],
    levels: { enforce: "restricted", warn: "restricted" },
  },
];

const IN_STAGING = [
  { name: "app-deployer", groups: ["payments-devs", "payments-qa"] },
  { name: "app-viewer", groups: ["payments-devs", "support"] },
];
const ADDED = { name: "namespace-admin", groups: ["everybody"] };

/** Somebody adds a group to a role, and a role. */
async function edit(namespace: string): Promise<void> {
  const [deployer, viewer] = IN_STAGING;
  const roles = [{ ...deployer, groups: ["payments-devs", "payments-qa", "everybody"] }, viewer, ADDED];
  await admin().mergePatch(baselineRef(namespace), { spec: { access: { roles } } }, { manager: "dashboard" });
}

async function rolesOf(namespace: string): Promise<unknown> {
  return (await readBaseline(namespace)).spec?.access?.roles;
}

async function groupsOf(namespace: string, binding: string): Promise<unknown> {
  const { subjects } = await admin().get<{ subjects: readonly { name: string }[] }>(refTo(namespace, "RoleBinding", binding));
  return subjects.map(({ name }) => name);
}

describe("a baseline that kustomize builds", () => {
  let operator: OperatorProcess;
  const namespaces: string[] = [];

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  for (const { overlay, objects, deployers, levels } of CASES) {
    it(`as the overlay ${overlay} is carried out, and is as applied from then on`, async () => {
      const namespace = unusedName("kustomize");
      namespaces.push(namespace);
      const folder = await overlayOn(overlay, namespace);
      await kubectl(["apply", "--server-side", "-k", folder]);
      await awaitReady(namespace);
      expect(await generatedNames(namespace)).to.deep.equal(objects);
      expect(await groupsOf(namespace, "app-deployer")).to.deep.equal(deployers);
      expect(await podSecurityLabels(namespace)).to.include(levels);
      // Exit code 0: no difference.
      await kubectl(["diff", "--server-side", "-k", folder]);
    });
  }

  it("hands its labels to nothing that it makes", async () => {
    const [namespace = ""] = namespaces;
    expect((await readBaseline(namespace)).metadata.labels).to.deep.equal({ team: "payments" });
    expect(await labelKeysIn(namespace)).to.deep.equal(["app.kubernetes.io/managed-by", "securitybaseline.dev/control"]);
  });

  it("and that somebody edited is a conflict for server-side apply, which puts groups back by force and leaves the roles that were added", async () => {
    const [namespace = ""] = namespaces;
    const folder = await overlayOn("staging", namespace);
    await edit(namespace);
    expect(await kubectlRefusal(["apply", "--server-side", "-k", folder])).to.include('conflict with "dashboard"');
    await kubectl(["apply", "--server-side", "--force-conflicts", "-k", folder]);
    expect(await rolesOf(namespace)).to.have.deep.members([...IN_STAGING, ADDED]);
  });

  it("and that somebody edited is put back as a whole by client-side apply", async () => {
    const namespace = unusedName("kustomize");
    namespaces.push(namespace);
    const folder = await overlayOn("staging", namespace);
    await kubectl(["apply", "-k", folder]);
    await edit(namespace);
    await kubectl(["apply", "-k", folder]);
    expect(await rolesOf(namespace)).to.deep.equal(IN_STAGING);
  });

  it("is waited for by kubectl until the generation that was applied is carried out", async () => {
    const [namespace = ""] = namespaces;
    const wait = ["wait", "--for=condition=Ready", "securitybaseline/baseline", "-n", namespace];
    process.kill(operator.pid, "SIGSTOP");
    try {
      await kubectl(["apply", "--server-side", "--force-conflicts", "-k", await overlayOn("production", namespace)]);
      expect(await kubectlRefusal([...wait, "--timeout=1s"])).to.include("timed out waiting for the condition");
    } finally {
      process.kill(operator.pid, "SIGCONT");
    }
    await kubectl([...wait, "--timeout=40s"]);
    expect(await groupsOf(namespace, "app-deployer")).to.deep.equal(["payments-leads"]);
  });

  it("comes to rest, ready", async () => {
    await awaitSilence(namespaces);
    for (const namespace of namespaces) await awaitReady(namespace);
  });

  it("keeps its selectors where labels are added to selectors, too", async () => {
    const more = { labels: [{ pairs: { tier: "gold" }, includeSelectors: true }] };
    const [, baseline] = await build(await overlayOn("base", unusedName("kustomize"), more));
    expect(baseline?.metadata?.labels).to.include({ tier: "gold" });
    expect(JSON.stringify(baseline?.["spec"])).to.not.include("gold");
  });

  it("loses the other entries of a list of which a merge patch names one", async () => {
    const patch = {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata: { name: "baseline" },
      spec: { access: { roles: [{ name: "app-viewer", groups: ["auditors"] }] } },
    };
    const [, baseline] = await build(await overlayOn("base", unusedName("kustomize"), { patches: [{ patch: JSON.stringify(patch) }] }));
    const spec = baseline?.["spec"] as { readonly access: unknown } | undefined;
    expect(spec?.access).to.deep.equal({ roles: [{ name: "app-viewer", groups: ["auditors"] }] });
  });

  it("is not built where an entry is not where the overlay expects it", async () => {
    const moved = [{ op: "test", path: "/spec/access/roles/1/name", value: "app-deployer" }];
    const folder = await overlayOn("base", unusedName("kustomize"), {
      patches: [{ target: { kind: "SecurityBaseline" }, patch: JSON.stringify(moved) }],
    });
    expect(await kubectlRefusal(["kustomize", folder])).to.include("testing value /spec/access/roles/1/name failed");
  });

  it("is refused under another name, and says what to write", async () => {
    const namespace = await freshNamespace("kustomize");
    const folder = await overlayOn("base", namespace, { namePrefix: "blue-" });
    const refusal = await kubectlRefusal(["apply", "--server-side", "-k", folder]);
    // In between an API server before 1.35 says what the value is: "object".
    expect(refusal).to.include('SecurityBaseline "blue-baseline" is invalid: <nil>: Invalid value: ');
    expect(refusal).to.include('a namespace has one SecurityBaseline: set metadata.name to "baseline"');
  });

  it("keeps its name under a prefix with the transformer of the documentation", async () => {
    const keepName = await readFile(join(EXAMPLES, "kustomize", "keep-name.yaml"), "utf8");
    const folder = await overlayOn("base", unusedName("kustomize"), { namePrefix: "blue-", transformers: [keepName] });
    const built = (await build(folder)).map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
    expect(built).to.include("SecurityBaseline baseline");
  });
});
