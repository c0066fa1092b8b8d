/** Proves that neither the ledger nor the kinds of the installation are deleted in passing, by whatever right, and that an uninstall goes on. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admin, freshNamespace, impersonate } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { RBAC } from "../../support/operator-token.ts";
import { BG, mighty, policyRefusal } from "../../support/policed.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

const KEPT = "to uninstall, label it securitybaseline.dev/uninstall=true first";
const CRD = "securitybaselines.securitybaseline.dev";
const NAMED = "policies-keeping";

const namespaceRef = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });
const crdRef = (name: string) => ({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name });

describe("policies on the parts of the installation", () => {
  before(async () => {
    await installOperatorManifests();
    const rules = [{ apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "delete"] }];
    await admin().create({ apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name: NAMED }, rules } as KubernetesObject);
    await admin().create({
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: NAMED },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: NAMED },
      subjects: [{ apiGroup: RBAC, kind: "User", name: "selfservice" }],
    });
    await authorizerCaughtUp();
  });

  after(async () => {
    for (const kind of ["ClusterRoleBinding", "ClusterRole"]) await admin().delete({ apiVersion: `${RBAC}/v1`, kind, name: NAMED });
  });

  for (const name of [BG, "securitybaseline-system"]) {
    it(`refused: deleting the namespace ${name}, to a self-service role and to system:masters`, async () => {
      for (const client of [impersonate("selfservice"), admin(), mighty("system:serviceaccount:kube-system:namespace-controller")]) {
        expect(await policyRefusal(client.delete(namespaceRef(name)))).to.contain(KEPT);
      }
    });
  }

  it("refused: deleting a kind, alone and among all that there are", async () => {
    for (const name of [CRD, "breakglasscheckpoints.securitybaseline.dev"]) {
      expect(await policyRefusal(admin().delete(crdRef(name)))).to.contain(KEPT);
    }
    const all = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldSelector=metadata.name%3D${CRD}`;
    expect(await policyRefusal(admin().send({ method: "DELETE", path: all }))).to.contain(KEPT);
    expect(await admin().find(crdRef(CRD))).to.not.equal(undefined);
  });

  it("refused: a label that says something else", async () => {
    await admin().mergePatch(namespaceRef(BG), { metadata: { labels: { "securitybaseline.dev/uninstall": "false" } } });
    expect(await policyRefusal(admin().delete(namespaceRef(BG)))).to.contain(KEPT);
    await admin().mergePatch(namespaceRef(BG), { metadata: { labels: { "securitybaseline.dev/uninstall": null } } });
  });

  it("allowed: what is labelled, and what is not of the installation", async () => {
    const path = `${await admin().path(crdRef(CRD))}?dryRun=All`;
    await admin().mergePatch(crdRef(CRD), { metadata: { labels: { "securitybaseline.dev/uninstall": "true" } } });
    await admin().send({ method: "DELETE", path });
    await admin().mergePatch(crdRef(CRD), { metadata: { labels: { "securitybaseline.dev/uninstall": null } } });
    await impersonate("selfservice").delete(namespaceRef(await freshNamespace("kept-not")));
  });
});
