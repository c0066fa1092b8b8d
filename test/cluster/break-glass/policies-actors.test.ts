/** Proves that emergency access, even as cluster-admin, changes nothing that decides about emergency access, and is told apart in the audit log. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { admin, asServiceAccount, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { RBAC } from "../../support/operator-token.ts";
import { attempt, BG, grantNameIn, mighty, policyRefusal, requestOf } from "../../support/policed.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

/** PEM in base64: for CN=mallory, of a key that nobody kept. */
const SIGNING_REQUEST = [
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITU1IUUNBUUF3RWpFUU1BNEdBMVVFQXd3SGJXRnNiRzl5ZVRCWk1CTUdCeX",
  "FHU000OUFnRUdDQ3FHU000OQpBd0VIQTBJQUJIdmNyVUZBOGovV1ZJSkY3ZU9mQWJWL1BlWkVWK1lUcHJEQmFaWW5IcWY4TmZMSXFrRVpuN0Nq",
  "CjIrT2l0c0t6YXRmcWdsUTVtWUdpUXZDTCtaQkFWeXFnQURBS0JnZ3Foa2pPUFFRREFnTklBREJGQWlBNEdsc28KUVJQUXhiaGR1UkxyZUFONk",
  "5vbTJiaXEvRDljd3lmenVENi9TNkFJaEFLOHVxa0FybnZaa1Q3cm5ZcThoellrUwo4Y2JBSGQyREU2eVVJa2hPb3g5TAotLS0tLUVORCBDRVJU",
  "SUZJQ0FURSBSRVFVRVNULS0tLS0K",
].join("");
const ADMISSION = "admissionregistration.k8s.io/v1";

describe("policies on what emergency access does", () => {
  let name: string;
  const power = "break-glass-power";
  let actor: ApiClient;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    name = grantNameIn(3000, "actors0000");
    namespace = await freshNamespace("actors");
    const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
    const labels = { "securitybaseline.dev/break-glass": "grant" };
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace: BG, name, labels } };
    await operator.create({ ...account, automountServiceAccountToken: false });
    actor = admin().as({ token: await admin().createToken(BG, name, 2400) });
    // All rights, by a binding that no policy can tell from others: to every ServiceAccount of the cluster.
    await admin().create({
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: power },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ apiGroup: RBAC, kind: "Group", name: "system:serviceaccounts" }],
    });
    await authorizerCaughtUp();
  });

  after(async () => {
    await admin().delete({ apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", name: power });
    await authorizerCaughtUp();
  });

  const configMap = (where: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: where, name: "x" },
  });

  /** Tries to delete a part of the installation that is free to go for everybody else, so that no other policy answers. */
  const deleteLabelled = async (ref: ObjectRef): Promise<unknown> => {
    const path = `${await admin().path(ref)}?dryRun=All`;
    await admin().mergePatch(ref, { metadata: { labels: { "securitybaseline.dev/uninstall": "true" } } });
    try {
      return await actor.send({ method: "DELETE", path });
    } finally {
      await admin().mergePatch(ref, { metadata: { labels: { "securitybaseline.dev/uninstall": null } } });
    }
  };

  const refused: { reason: string; tries: () => Promise<unknown>; message: string }[] = [
    {
      reason: "a RoleBinding",
      tries: () =>
        attempt(actor, {
          apiVersion: `${RBAC}/v1`,
          kind: "RoleBinding",
          metadata: { namespace, name: "x" },
          roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "admin" },
          subjects: [{ apiGroup: RBAC, kind: "User", name: "mallory" }],
        }),
      message: "emergency access changes nothing in rbac.authorization.k8s.io",
    },
    {
      reason: "deleting a ClusterRole",
      tries: () => actor.delete({ apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: "view" }),
      message: "emergency access changes nothing in rbac.authorization.k8s.io",
    },
    {
      reason: "a SecurityBaseline",
      tries: () =>
        attempt(actor, {
          apiVersion: "securitybaseline.dev/v1alpha1",
          kind: "SecurityBaseline",
          metadata: { namespace, name: "baseline" },
          spec: {},
        }),
      message: "emergency access changes nothing in",
    },
    {
      reason: "a webhook",
      tries: () => attempt(actor, { apiVersion: ADMISSION, kind: "ValidatingWebhookConfiguration", metadata: { name: "x" } }),
      message: "emergency access changes nothing in",
    },
    {
      reason: "a request for a certificate",
      tries: () =>
        attempt(actor, {
          apiVersion: "certificates.k8s.io/v1",
          kind: "CertificateSigningRequest",
          metadata: { name: "x" },
          spec: { request: SIGNING_REQUEST, signerName: "x.io/x", usages: ["client auth"] },
        }),
      message: "emergency access changes nothing in",
    },
    {
      reason: "a token of another ServiceAccount",
      tries: () => actor.createToken(namespace, "default", 600),
      message: "emergency access mints no tokens",
    },
    {
      reason: "a write in the operator's namespace",
      tries: () => attempt(actor, configMap("securitybaseline-system")),
      message: "emergency access changes nothing in the namespaces securitybaseline-system and securitybaseline-breakglass",
    },
    {
      reason: "a write in the break-glass namespace",
      tries: () => attempt(actor, configMap(BG)),
      message: "emergency access changes nothing in the namespaces securitybaseline-system and securitybaseline-breakglass",
    },
    {
      reason: "deleting the break-glass namespace",
      tries: () => deleteLabelled({ apiVersion: "v1", kind: "Namespace", name: BG }),
      message: "emergency access changes nothing in the namespaces securitybaseline-system and securitybaseline-breakglass",
    },
    {
      reason: "deleting the kind of the ledger",
      tries: () =>
        deleteLabelled({
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          name: "breakglassauditentries.securitybaseline.dev",
        }),
      message: "emergency access changes no CustomResourceDefinition of securitybaseline.dev",
    },
  ];
  for (const { reason, tries, message } of refused) {
    it(`refused: ${reason}`, async () => {
      expect(await policyRefusal(tries())).to.contain(message);
    });
  }

  it("refused: by impersonation, without a token of the grant", async () => {
    const message = await policyRefusal(attempt(mighty(`system:serviceaccount:${BG}:${name}`), configMap(namespace)));
    expect(message).to.contain("refused emergency access without a token of its own");
  });

  it("refused: by the ServiceAccount default of the namespace", async () => {
    const message = await policyRefusal(attempt(mighty(`system:serviceaccount:${BG}:default`), configMap(namespace)));
    expect(message).to.contain("no identity of a grant");
  });

  it("refused: asking for emergency access", async () => {
    const request = requestOf(namespace, `system:serviceaccount:${BG}:${name}`);
    await eventually("a policy answers", async () => {
      expect((await policyRefusal(attempt(actor, request))).length).to.be.greaterThan(0);
    });
  });

  it("allowed: other writes and reads, stamped with grant and deadline in the audit log", async () => {
    const mark = await auditMark();
    await actor.create(configMap(namespace));
    await actor.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "x" });
    const stamp = await eventually("the audit log has it", async () => {
      const events = await auditEvents(mark);
      const created = events.find(
        ({ verb, objectRef }) => verb === "create" && objectRef?.resource === "configmaps" && objectRef.namespace === namespace,
      );
      return (created as { annotations?: Record<string, string> } | undefined)?.annotations ?? false;
    });
    expect(stamp).to.include({
      "securitybaseline-break-glass-actors/grant": name,
      "securitybaseline-break-glass-actors/deadline": new Date(Number(name.slice(-10)) * 1000).toISOString().replace(".000Z", "Z"),
    });
  });

  it("not judged: anybody else", async () => {
    await attempt(admin(), configMap(BG));
  });
});
