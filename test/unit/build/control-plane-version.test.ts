/** Proves that each Kubernetes version which tests can be run against is the one that its go.mod names, in all of its modules. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { kubernetesVersion, MODULE, requirementsOf } from "../../../hack/control-plane-version.ts";

const SUPPORTED = ["1.34", "1.35", "1.36", "1.37"];

describe("the versions of the control plane", () => {
  for (const minor of SUPPORTED) {
    it(`has ${minor} from modules of one release`, () => {
      const { modfile } = requirementsOf(minor);
      const version = kubernetesVersion(modfile);
      expect(version.startsWith(`${minor}.`)).to.equal(true);
      const staging = `v0.${version.slice("1.".length)}`;
      const lines = readFileSync(join(MODULE, modfile), "utf8").matchAll(/^\t(k8s\.io\/\S+) => (k8s\.io\/\S+) (\S+)$/gm);
      const replaced = [...lines].map(([, from, to, at]) => ({ from, to, at }));
      expect(replaced.length).to.be.at.least(20);
      for (const { from, to, at } of replaced) expect([from, at]).to.deep.equal([to, staging]);
    });
  }

  it("takes the newest where nobody asks, and keeps the builds apart", () => {
    expect([undefined, "", "1.37"].map((version) => requirementsOf(version).modfile)).to.deep.equal(["go.mod", "go.mod", "go.mod"]);
    expect(new Set(SUPPORTED.map((version) => requirementsOf(version).name)).size).to.equal(SUPPORTED.length);
  });

  for (const version of ["1.33", "v1.36", "1.36.3", "../../x", "go"]) {
    it(`refuses ${version} with what to write instead`, () => {
      expect(() => requirementsOf(version)).to.throw("write one of 1.34, 1.35, 1.36, 1.37");
    });
  }
});
