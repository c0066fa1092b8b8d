/** Proves that the optional components of kustomize build on top of config/default, alone and together, to what they say, and that of Argo CD on top of its installation. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect } from "chai";
import { parse, parseAllDocuments, stringify } from "yaml";
import { reportRights } from "../../hack/config/rights.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import { installationRights } from "../../operator/breakglass/installation-rights.ts";
import { policyDocuments } from "../../operator/policies/documents.ts";
import { allPolicies } from "../../operator/policies/index.ts";
import { cluster } from "../support/cluster.ts";
import { kubectl } from "../support/kubectl.ts";

const CONFIG = join(import.meta.dirname, "../../config");
const GROUP = "securitybaseline-custodians";
const SETTINGS = { breakGlass: { ...DEFAULT_SETTINGS, custodians: [GROUP] }, allowReservedNamespaces: false };

/** What an overlay of config/default with these components is built to. */
async function built(...components: string[]): Promise<readonly KubernetesObject[]> {
  const folder = join(cluster().dir, "components", components.join("-").replaceAll("/", "-") || "none");
  await mkdir(folder, { recursive: true });
  const paths = components.map((name) => relative(folder, join(CONFIG, name)));
  await writeFile(
    join(folder, "kustomization.yaml"),
    stringify({ resources: [relative(folder, join(CONFIG, "default"))], components: paths }),
  );
  return parseAllDocuments(await kubectl(["kustomize", folder])).map((document) => document.toJS());
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.namespace ?? ""}/${metadata?.name}`;
}

function named(objects: readonly KubernetesObject[]): Readonly<Record<string, KubernetesObject>> {
  return Object.fromEntries(objects.map((object) => [nameOf(object), object]));
}

const DEPLOYMENT = "Deployment securitybaseline-system/securitybaseline-operator";
const ARGS = `${DEPLOYMENT}.spec.template.spec.containers[0].args`;

describe("the component", () => {
  let plain: readonly KubernetesObject[];
  before(async () => {
    plain = await built();
  });

  const added = (objects: readonly KubernetesObject[]) => {
    const names = new Set(plain.map(nameOf));
    return objects.map(nameOf).filter((name) => !names.has(name));
  };

  it("metrics adds a ServiceMonitor and the alerts, and changes nothing", async () => {
    const objects = await built("components/metrics");
    expect(added(objects)).to.have.members([
      "ServiceMonitor securitybaseline-system/securitybaseline-operator",
      "PrometheusRule securitybaseline-system/securitybaseline-operator",
    ]);
    expect(named(objects)).to.deep.include(named(plain));
    const rule = objects.find(({ kind }) => kind === "PrometheusRule");
    expect(rule?.["spec"]).to.deep.equal(parse(await readFile(join(CONFIG, "monitoring/alerts.yaml"), "utf8")));
  });

  it("ha asks for three replicas on nodes of their own, and no fourth during a rollout", async () => {
    const objects = await built("components/ha");
    expect(added(objects)).to.deep.equal([]);
    const spec = objects.find(({ kind }) => kind === "Deployment")?.["spec"];
    expect(spec).to.deep.include({ replicas: 3, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } });
    expect(spec).to.have.deep.nested.property("template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution", [
      {
        topologyKey: "kubernetes.io/hostname",
        labelSelector: { matchLabels: { "app.kubernetes.io/name": "securitybaseline", "app.kubernetes.io/component": "operator" } },
      },
    ]);
    const others = plain.filter((object) => nameOf(object) !== DEPLOYMENT);
    expect(named(objects)).to.deep.include(named(others));
  });

  it("custodians makes policies and rights of what the operator expects under its flag", async () => {
    const objects = await built("components/custodians");
    expect(added(objects)).to.have.members([
      "ClusterRole /securitybaseline-break-glass-custodians",
      "ClusterRoleBinding /securitybaseline-break-glass-custodians",
      "Role securitybaseline-breakglass/securitybaseline-break-glass-custodians",
      "RoleBinding securitybaseline-breakglass/securitybaseline-break-glass-custodians",
    ]);
    const expected = [...allPolicies(SETTINGS).flatMap(policyDocuments), ...installationRights(SETTINGS.breakGlass)];
    expect(named(objects)).to.deep.include(named(expected as unknown as KubernetesObject[]));
    expect(named(objects)).to.have.nested.property(ARGS).that.includes(`--break-glass-custodians=${GROUP}`);
  });

  for (const [name, group] of [
    ["policy-reports-wgpolicyk8s", "wgpolicyk8s.io"],
    ["policy-reports-openreports", "openreports.io"],
  ] as const) {
    it(`${name} adds the flag, and the rights and policies that go with it`, async () => {
      const objects = await built(`components/${name}`);
      const policies = allPolicies({ ...SETTINGS, breakGlass: DEFAULT_SETTINGS, policyReports: group }).flatMap(policyDocuments);
      const expected = named([...policies, ...reportRights(group)] as unknown as KubernetesObject[]);
      expect(named(objects)).to.deep.include(expected);
      expect(added(objects).filter((object) => expected[object] === undefined)).to.deep.equal([]);
      expect(named(objects)).to.have.nested.property(ARGS).that.includes(`--policy-reports=${group}`);
    });
  }

  it("of each kind goes with the others, and with that of an engine", async () => {
    const objects = await built(
      "components/metrics",
      "components/ha",
      "components/custodians",
      "components/policy-reports-openreports",
      "engines/kyverno",
    );
    const policies = allPolicies({ ...SETTINGS, admissionEngine: "Kyverno", policyReports: "openreports.io" }).flatMap(policyDocuments);
    expect(named(objects)).to.deep.include(named(policies as unknown as KubernetesObject[]));
    expect(named(objects)[DEPLOYMENT]).to.have.nested.property("spec.replicas", 3);
    expect(named(objects))
      .to.have.nested.property(ARGS)
      .that.includes.members([`--break-glass-custodians=${GROUP}`, "--policy-reports=openreports.io", "--admission-engine=Kyverno"]);
  });
});

describe("the component for Argo CD", () => {
  /** Argo CD's ConfigMap as people have it, and what the kustomization of their installation is built to. */
  const builtOn = async (data: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> => {
    const folder = join(cluster().dir, "components", "argo-cd");
    await mkdir(folder, { recursive: true });
    const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "argocd-cm" }, data };
    await writeFile(join(folder, "argocd-cm.yaml"), stringify(settings));
    const kustomization = { namespace: "argocd", resources: ["argocd-cm.yaml"], components: [relative(folder, join(CONFIG, "argo-cd"))] };
    await writeFile(join(folder, "kustomization.yaml"), stringify(kustomization));
    return parse(await kubectl(["kustomize", folder])).data;
  };

  it("adds health and actions of our kinds to what somebody has set, as they lie in the folder of Argo CD's own repository", async () => {
    const own = { url: "https://argocd.example.com", "resource.customizations.health.example.com_Thing": "return {}" };
    const data = await builtOn(own);
    expect(data).to.include(own);
    const kinds = ["BreakGlassCheckpoint", "BreakGlassRequest", "ClusterSecurityBaseline", "SecurityBaseline"];
    const keys = kinds.map((kind) => `resource.customizations.health.securitybaseline.dev_${kind}`);
    const actions = "resource.customizations.actions.securitybaseline.dev_SecurityBaseline";
    expect(Object.keys(data)).to.have.members([...Object.keys(own), ...keys, actions]);
    for (const [index, kind] of kinds.entries()) {
      const script = join(CONFIG, "argo-cd/resource_customizations/securitybaseline.dev", kind, "health.lua");
      expect(data[keys[index] ?? ""]).to.equal(await readFile(script, "utf8"));
    }
    expect(parse(String(data[actions])).definitions.map(({ name }: { name: string }) => name)).to.deep.equal([
      "enforce",
      "preview",
      "refresh",
    ]);
  });
});
