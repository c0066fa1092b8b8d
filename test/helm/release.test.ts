/** Proves with the real Helm and a real API server what becomes of kinds, baselines and policies when the chart is installed, upgraded, rolled back and uninstalled. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SHIPPED_IMAGE } from "../../hack/config/chart/manager.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { applyBaseline, awaitReady, baselineRef } from "../support/baselines.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { kubectl } from "../support/kubectl.ts";
import { startOperator } from "../support/operator-process.ts";
import { generatedNames } from "../support/owned-objects.ts";
import { authorizerCaughtUp, policiesCaughtUp } from "../support/server-caches.ts";
import { BUILDS, buildHelm, CHART, helm, helmRefusal, NAMESPACE, ROOT } from "./tools/helm.ts";

const NEW = ["--create-namespace", "--take-ownership"] as const;
const KIND = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "securitybaselines.securitybaseline.dev" };
const POLICY = "ValidatingAdmissionPolicy";
/** The API server takes no larger Secret. */
const LARGEST_SECRET = 1_048_576;

interface Kind extends KubernetesObject {
  readonly spec: { readonly names: { readonly shortNames?: readonly string[] } };
}

/** A chart as an older version might have been: another image, one policy less, a kind without its short name. */
async function previousChart(folder: string): Promise<string> {
  const chart = join(folder, "previous");
  await cp(CHART, chart, { recursive: true });
  const edit = async (path: string, change: (text: string) => string) => {
    const text = await readFile(join(chart, path), "utf8");
    const changed = change(text);
    expect(changed, path).to.not.equal(text);
    await writeFile(join(chart, path), changed);
  };
  await edit("Chart.yaml", (text) => text.replace(/^version: .*$/m, "version: 0.0.9").replace(/^appVersion: .*$/m, "appVersion: 0.0.9"));
  await edit("templates/crds/securitybaseline.dev_securitybaselines.yaml", (text) => text.replace("    shortNames:\n      - sb\n", ""));
  await rm(join(chart, "templates/policies/leases.yaml"));
  return chart;
}

async function shortNames(): Promise<readonly string[] | undefined> {
  return (await admin().get<Kind>(KIND)).spec.names.shortNames;
}

async function image(): Promise<string> {
  return kubectl(["get", "deployment", "securitybaseline-operator", "-n", NAMESPACE, "-o", "jsonpath={..image}"]);
}

async function policies(): Promise<readonly (string | undefined)[]> {
  const all = await admin().list("admissionregistration.k8s.io/v1", POLICY);
  return all.map(({ metadata }) => metadata?.name).filter((name) => name?.startsWith("securitybaseline-"));
}

/** Bytes of the Secret in which Helm keeps the newest release. */
async function releaseSize(): Promise<number> {
  type Release = KubernetesObject & { readonly type: string; readonly data: { readonly release: string } };
  const secrets = await admin().list<Release>("v1", "Secret", { namespace: NAMESPACE });
  const sizes = secrets.filter(({ type }) => type === "helm.sh/release.v1").map(({ data }) => Buffer.from(data.release, "base64").length);
  return Math.max(...sizes);
}

async function caughtUp(): Promise<void> {
  await kubectl(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
  await authorizerCaughtUp();
  await policiesCaughtUp();
}

/** Runs the operator with these flags for a while; `problems` are the policies that it tells to be wrong. */
async function withOperator(
  flags: readonly string[],
  work: (problems: () => Promise<readonly string[]>) => Promise<unknown>,
): Promise<void> {
  const operator = await startOperator({ flags });
  try {
    await work(async () => {
      const metrics = await (await fetch(`${operator.metrics}/metrics`)).text();
      expect(metrics).to.contain("securitybaseline_is_leader 1");
      return metrics.split("\n").filter((line) => line.startsWith("securitybaseline_policy_problem{"));
    });
  } finally {
    await operator.stop();
  }
}

describe("a release of the chart", function () {
  this.timeout(BUILDS);
  let folder: string;
  let namespace: string;
  let previous: string;

  before(async () => {
    await buildHelm();
    folder = await mkdtemp(join(tmpdir(), "helm-"));
    previous = await previousChart(folder);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it("is refused where the namespace that Helm makes is not handed over, and starts anew after an uninstallation", async () => {
    const said = await helmRefusal("install", "securitybaseline", previous, "--namespace", NAMESPACE, "--create-namespace");
    expect(said).to.contain('namespaces "securitybaseline-system" already exists');
    await helm("uninstall", "securitybaseline", "--namespace", NAMESPACE);
  });

  it("installs in one go, into a namespace of Pod Security restricted", async () => {
    await helm("install", "securitybaseline", previous, "--namespace", NAMESPACE, ...NEW);
    await caughtUp();
    expect(await image()).to.equal("registry.example.com/securitybaseline/operator:0.0.9");
    expect(await shortNames()).to.equal(undefined);
    const space = await admin().get({ apiVersion: "v1", kind: "Namespace", name: NAMESPACE });
    expect(space.metadata?.labels).to.include({
      "pod-security.kubernetes.io/enforce": "restricted",
      "app.kubernetes.io/managed-by": "Helm",
    });
  });

  it("is far from the size that a Secret may have", async () => {
    const size = await releaseSize();
    expect(size).to.be.greaterThan(50_000);
    expect(size).to.be.lessThan(LARGEST_SECRET / 2);
  });

  it("upgrades kinds, policies and image, and every policy is as the operator declares it", async () => {
    namespace = await freshNamespace("helm");
    await applyBaseline(namespace, { network: {} });
    await helm("upgrade", "securitybaseline", CHART, "--namespace", NAMESPACE, "--set-json", 'breakGlass.custodians=["ops"]');
    await caughtUp();
    expect(await shortNames()).to.deep.equal(["sb"]);
    expect(await image()).to.equal(`registry.example.com/securitybaseline/operator:${SHIPPED_IMAGE.tag}`);
    expect(await policies()).to.include("securitybaseline-operator-leases");
    // The control: without the flag the operator must miss what it expects.
    await withOperator([], (problems) =>
      eventually("policies are told to be others than without custodians", async () =>
        expect(await problems()).to.have.length.greaterThan(3),
      ),
    );
    await withOperator(["--break-glass-custodians=ops"], async (problems) => {
      await awaitReady(namespace);
      await eventually("no policy is told to be wrong", async () => expect(await problems()).to.deep.equal([]));
    });
  });

  it("upgrades to what is installed already without changing an object", async () => {
    const versions = () =>
      kubectl(["get", "validatingadmissionpolicies,crd,clusterroles", "-o", "jsonpath={.items[*].metadata.generation}"]);
    const before = await versions();
    await helm("upgrade", "securitybaseline", CHART, "--namespace", NAMESPACE, "--reuse-values");
    expect(await versions()).to.equal(before);
  });

  it("rolls back to the version before, and no baseline is lost", async () => {
    await helm("rollback", "securitybaseline", "1", "--namespace", NAMESPACE);
    await caughtUp();
    expect(await shortNames()).to.equal(undefined);
    expect(await image()).to.equal("registry.example.com/securitybaseline/operator:0.0.9");
    expect(await policies()).to.not.include("securitybaseline-operator-leases");
    expect(await admin().get(baselineRef(namespace))).to.have.nested.property("spec.network");
  });

  it("leaves kinds, baselines, what they made, and both namespaces at an uninstallation", async () => {
    await helm("upgrade", "securitybaseline", CHART, "--namespace", NAMESPACE);
    await caughtUp();
    const made = await generatedNames(namespace);
    expect(made).to.deep.equal(["NetworkPolicy allow-dns", "NetworkPolicy default-deny"]);
    await helm("uninstall", "securitybaseline", "--namespace", NAMESPACE);
    expect(await shortNames()).to.deep.equal(["sb"]);
    expect(await admin().get(baselineRef(namespace))).to.have.nested.property("spec.network");
    expect(await generatedNames(namespace)).to.deep.equal(made);
    for (const name of [NAMESPACE, "securitybaseline-breakglass"]) {
      expect((await admin().get({ apiVersion: "v1", kind: "Namespace", name })).metadata).to.not.have.property("deletionTimestamp");
    }
    expect(await policies()).to.deep.equal([]);
    expect(
      await kubectl(["get", "deployments,clusterroles", "-A", "-l", "app.kubernetes.io/name=securitybaseline", "-o", "name"]),
    ).to.equal("");
  });

  it("takes over what an uninstallation left, and what kubectl installed", async () => {
    await helm("install", "securitybaseline", CHART, "--namespace", NAMESPACE);
    await helm("uninstall", "securitybaseline", "--namespace", NAMESPACE);
    await kubectl(["apply", "--server-side", "--force-conflicts", "-k", join(ROOT, "config/default")]);
    await helm("install", "securitybaseline", CHART, "--namespace", NAMESPACE, ...NEW);
    await caughtUp();
    expect(await admin().get(baselineRef(namespace))).to.have.nested.property("spec.network");
    expect(await policies()).to.include("securitybaseline-operator-leases");
  });
});
