/** Proves that the committed manifests are the generated ones, and that the hand-written ones fit together. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, parseAllDocuments } from "yaml";
import { manifestText } from "../../../hack/config/files.ts";
import { manifestFiles } from "../../../hack/config/manifests.ts";

const CONFIG = join(import.meta.dirname, "..", "..", "..", "config");

interface Port {
  readonly name: string;
  readonly containerPort: number;
}

const read = (path: string) => readFileSync(join(CONFIG, path), "utf8");

describe("manifests", () => {
  for (const file of manifestFiles) {
    it(`${file.path} is what the declarations say: run make generate`, () => {
      expect(read(file.path)).to.equal(manifestText(file));
    });
  }

  for (const folder of [
    "namespace",
    "policies",
    "rbac",
    "manager",
    "identity",
    "engines/kyverno",
    "engines/gatekeeper",
    "components/metrics",
    "components/custodians",
    "components/policy-reports-wgpolicyk8s",
    "components/policy-reports-openreports",
  ]) {
    it(`config/${folder} installs every file it has`, () => {
      const files = readdirSync(join(CONFIG, folder)).filter((name) => name !== "kustomization.yaml");
      expect(parse(read(`${folder}/kustomization.yaml`)).resources).to.have.members(files);
    });
  }

  it("no part of the installation carries the label of objects made for a baseline", () => {
    const documents = ["namespace", "policies", "rbac", "manager"].flatMap((folder) =>
      readdirSync(join(CONFIG, folder)).flatMap((name) => parseAllDocuments(read(join(folder, name))).map((document) => document.toJS())),
    );
    const labelled = documents.filter(({ metadata }) => metadata?.labels?.["app.kubernetes.io/managed-by"] !== undefined);
    expect(documents).to.have.length.greaterThan(30);
    expect(labelled).to.deep.equal([]);
  });

  it("probes, Service and NetworkPolicy name ports that the operator listens on", () => {
    const [container] = parse(read("manager/deployment.yaml")).spec.template.spec.containers;
    const ports = Object.fromEntries(container.ports.map(({ name, containerPort }: Port) => [name, containerPort]));
    expect(container.args).to.include.members([`--metrics-address=:${ports.metrics}`, `--health-address=:${ports.health}`]);
    expect([container.readinessProbe.httpGet.port, container.livenessProbe.httpGet.port]).to.deep.equal(["health", "health"]);
    expect(parse(read("manager/metrics-service.yaml")).spec.ports[0].targetPort).to.equal("metrics");
    expect(parse(read("manager/network-policy.yaml")).spec.ingress[0].ports).to.deep.equal([{ port: ports.metrics, protocol: "TCP" }]);
  });
});
