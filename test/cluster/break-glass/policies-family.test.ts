/** Proves that who administers a namespace can neither take the names of emergency access there nor take away what bears them. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { protectedNamespace } from "../../support/baselines.ts";
import { bypass, INCIDENT, identityOf } from "../../support/break-glass.ts";
import { admin, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { RBAC_VERSION, user } from "../../support/grant-by-hand.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { RBAC } from "../../support/operator-token.ts";
import { person } from "../../support/people.ts";
import { grantNameIn, policyRefusal } from "../../support/policed.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

const OURS = "refused to take, change or remove a name of emergency access, which belongs to the operator";

describe("the names of emergency access in a namespace", () => {
  let operator: OperatorProcess;
  let namespace: string;
  /** Holds the rights in the namespace that Kubernetes' own `admin` gives. */
  const insider = () => impersonate("nadia");
  /** Holds every right there is, by RBAC. */
  const mightiest = () => impersonate("carl");

  const roleNamed = (name: string): KubernetesObject =>
    ({ apiVersion: RBAC_VERSION, kind: "Role", metadata: { namespace, name }, rules: [] }) as KubernetesObject;
  const bindingNamed = (name: string): KubernetesObject => ({
    apiVersion: RBAC_VERSION,
    kind: "RoleBinding",
    metadata: { namespace, name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "view" },
    subjects: [user("nadia")],
  });

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    namespace = await protectedNamespace("family", { breakGlass: { profiles: [INCIDENT] } });
    await admin().create({
      apiVersion: RBAC_VERSION,
      kind: "RoleBinding",
      metadata: { namespace, name: "administrators" },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "admin" },
      subjects: [user("nadia")],
    });
    await admin().create({
      apiVersion: RBAC_VERSION,
      kind: "ClusterRoleBinding",
      metadata: { name: "policies-family" },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
      subjects: [user("carl")],
    });
    await authorizerCaughtUp();
  });

  after(async () => {
    await admin().delete({ apiVersion: RBAC_VERSION, kind: "ClusterRoleBinding", name: "policies-family" });
    await operator.stop();
  });

  const taken: readonly { reason: string; name: () => string }[] = [
    { reason: "a grant", name: () => grantNameIn(900, "squatted00") },
    { reason: "the right to ask", name: () => "break-glass-request-database" },
    { reason: "the right to decide", name: () => "break-glass-approve-database" },
    { reason: "the right to stand in", name: () => "break-glass-stand-in-database" },
  ];
  for (const { reason, name } of taken) {
    it(`cannot be taken: that of ${reason}`, async () => {
      for (const object of [roleNamed(name()), bindingNamed(name())]) {
        for (const client of [insider(), mightiest()]) expect(await policyRefusal(client.create(object))).to.contain(OURS);
      }
    });
  }

  it("can be anything that only looks like one", async () => {
    for (const name of ["bg-mine", "break-glass-runbook", "bg-squatted00-17"]) await insider().create(roleNamed(name));
  });

  it("are not taken away, nor changed: that who may ask is kept from asking", async () => {
    const ref = { apiVersion: RBAC_VERSION, kind: "RoleBinding", namespace, name: "break-glass-request-incident" };
    expect(await policyRefusal(insider().delete(ref))).to.contain(OURS);
    for (const patch of [{ subjects: [] }, { metadata: { labels: { x: "y" } } }]) {
      expect(await policyRefusal(mightiest().mergePatch(ref, patch))).to.contain(OURS);
    }
  });

  it("are not taken away: that a grant in use ends", async () => {
    const request = await bypass(await person("jane", ["oncall"]), namespace);
    const ref = { apiVersion: RBAC_VERSION, kind: "RoleBinding", namespace, name: identityOf(request) };
    expect(await policyRefusal(insider().delete(ref))).to.contain(OURS);
    expect(await admin().find(ref)).to.not.equal(undefined);
  });

  it("go with the namespace", async () => {
    await admin().delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
    await eventually(
      "it is gone",
      async () => (await admin().find({ apiVersion: "v1", kind: "Namespace", name: namespace })) === undefined,
      40_000,
    );
  });
});
