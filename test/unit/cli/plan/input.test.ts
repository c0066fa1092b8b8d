/** Proves which input `plan` takes, and how it tells what it does not take. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { manifestsIn } from "../../../../operator/cli/manifest-files.ts";
import { ListedCluster } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, plan } from "./stage.ts";

const HEAD = "apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\n";
const PAYMENTS = `${HEAD}metadata: {name: baseline, namespace: payments}\nspec: {network: {}}\n`;
const DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";

describe("the input of plan", () => {
  const refused = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const cluster = new ListedCluster(CLUSTER_ROLES);
    const { code, out, err } = await plan(files, cluster);
    expect([code, out, cluster.asked]).to.deep.equal([2, "", []]);
    return err;
  };

  it("may hold whatever a repository holds, beside a baseline", async () => {
    const { code, out, err } = await plan(
      { "deploy.yaml": DEPLOYMENT, "b.yaml": `${DEPLOYMENT}---\n${PAYMENTS}---\n- a\n- list\n`, "values.yaml": "replicas: 2\n" },
      new ListedCluster(CLUSTER_ROLES),
    );
    expect([code, err]).to.deep.equal([1, ""]);
    expect(out).to.match(/^payments \(enforce\) {2}b\.yaml:7\n/);
  });

  it("may hold objects that the baseline beside them would not admit: that is for lint to tell", async () => {
    const admitting = PAYMENTS.replace("{network: {}}", "{admission: {registries: [ghcr.io/acme]}}");
    const refusedByIt = `${DEPLOYMENT}spec: {template: {spec: {containers: [{name: web, image: nginx}]}}}\n`;
    const { code, err } = await plan({ "b.yaml": `${refusedByIt}---\n${admitting}` }, new ListedCluster(CLUSTER_ROLES));
    expect([code, err]).to.deep.equal([1, ""]);
  });

  it("names two baselines of one namespace, and where they stand", async () => {
    expect(await refused({ "a.yaml": PAYMENTS, "b.yaml": `# a copy\n${PAYMENTS}` })).to.equal(
      "b.yaml:4: namespace payments has one already at a.yaml:3: give each namespace one SecurityBaseline\n",
    );
  });

  it("is refused with file and line as lint refuses it", async () => {
    expect(await refused({ "b.yaml": PAYMENTS.replace("name: baseline", "name: mine") })).to.match(/^b\.yaml:\d: .*"?baseline"?/);
    expect(await refused({ "b.yaml": `${PAYMENTS}  no: [yaml` })).to.match(/^b\.yaml:\d: /);
    expect(await refused({ "b.yaml": `${HEAD}metadata: {name: baseline}\nspec: {}\n` })).to.equal(
      "b.yaml:3: metadata.namespace is missing: name the namespace to plan for\n",
    );
    expect(await refused({ "deploy.yaml": DEPLOYMENT })).to.contain("no object of securitybaseline.dev found in deploy.yaml");
  });

  it("believes no identity and no status that a file claims", async () => {
    const status = { inventory: ["networkpolicies.networking.k8s.io default-deny u"] };
    const claimed = { ...JSON.parse(baselineText("payments", { network: {} })), status };
    claimed.metadata = { ...claimed.metadata, uid: "forged", creationTimestamp: "2020-01-01T00:00:00Z" };
    const plain = await plan({ "b.yaml": baselineText("payments", { network: {} }) }, new ListedCluster(CLUSTER_ROLES), {
      output: "markdown",
    });
    const forged = await plan({ "b.yaml": JSON.stringify(claimed) }, new ListedCluster(CLUSTER_ROLES), { output: "markdown" });
    expect(forged.out).to.equal(plain.out.replace("b.yaml&#58;4", "b.yaml&#58;1"));
  });
});

describe("the files of plan", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-plan-"));
    await mkdir(join(folder, "z/deep.yaml"), { recursive: true });
    for (const name of ["b.yml", "a.yaml", "c.json", "README.md", "z/deep.yaml/d.yaml"]) await writeFile(join(folder, name), "{}");
    await symlink("a.yaml", join(folder, "link.yaml"));
    await symlink(folder, join(folder, "loop.yaml"));
  });
  after(() => rm(folder, { recursive: true }));

  it("are the manifests in a folder and below, sorted, without a way back", async () => {
    const names = ["a.yaml", "b.yml", "c.json", "link.yaml", "z/deep.yaml/d.yaml"].map((name) => join(folder, name));
    expect(await manifestsIn([folder])).to.deep.equal(names);
  });

  it("are taken by name whatever they are called, once, with standard input", async () => {
    const readme = join(folder, "README.md");
    expect(await manifestsIn([readme, "-", readme, join(folder, "missing.yaml")])).to.deep.equal([
      readme,
      "-",
      join(folder, "missing.yaml"),
    ]);
  });
});
