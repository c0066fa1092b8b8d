/** Proves that who holds app-viewer sees all of an application and what bounds it, with kubectl as people use it, and no Secret. */
import { expect } from "chai";
import { protectedNamespace } from "../../support/baselines.ts";
import { cluster } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

describe("who holds app-viewer", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let viewer: Person;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await protectedNamespace("viewers", { network: {}, access: { roles: [{ name: "app-viewer", groups: ["viewers"] }] } });
    viewer = await person("vera", ["viewers"]);
    await authorizerCaughtUp();
  });

  after(() => operator.stop());

  const get = (resources: string) => cluster().kubectl(["get", resources, "-n", namespace], { as: viewer.kubeconfig });

  for (const resources of [
    "all",
    "quota,limits,pvc,networkpolicies,configmaps,events,ingresses,poddisruptionbudgets",
    "securitybaselines",
  ]) {
    it(`can get ${resources}`, async () => {
      const { code, stderr } = await get(resources);
      expect(stderr).to.not.contain("Forbidden");
      expect(code).to.equal(0);
    });
  }

  for (const resources of ["secrets", "serviceaccounts", "roles", "rolebindings"]) {
    it(`cannot get ${resources}`, async () => {
      expect((await get(resources)).stderr)
        .to.contain(`${resources}`)
        .and.to.contain("forbidden");
    });
  }
});
