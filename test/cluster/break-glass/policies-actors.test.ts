/** Proves that emergency access, even as cluster-admin, changes nothing that decides about emergency access, and is told apart in the audit log. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { type AlmightyGrant, almightyGrant } from "../../support/almighty-grant.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { RBAC } from "../../support/operator-token.ts";
import { attempt, BG, mighty, policyRefusal, requestOf } from "../../support/policed.ts";

/** PEM in base64: for CN=mallory, of a key that nobody kept. */
const SIGNING_REQUEST = [
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITU1IUUNBUUF3RWpFUU1BNEdBMVVFQXd3SGJXRnNiRzl5ZVRCWk1CTUdCeX",
  "FHU000OUFnRUdDQ3FHU000OQpBd0VIQTBJQUJIdmNyVUZBOGovV1ZJSkY3ZU9mQWJWL1BlWkVWK1lUcHJEQmFaWW5IcWY4TmZMSXFrRVpuN0Nq",
  "CjIrT2l0c0t6YXRmcWdsUTVtWUdpUXZDTCtaQkFWeXFnQURBS0JnZ3Foa2pPUFFRREFnTklBREJGQWlBNEdsc28KUVJQUXhiaGR1UkxyZUFONk",
  "5vbTJiaXEvRDljd3lmenVENi9TNkFJaEFLOHVxa0FybnZaa1Q3cm5ZcThoellrUwo4Y2JBSGQyREU2eVVJa2hPb3g5TAotLS0tLUVORCBDRVJU",
  "SUZJQ0FURSBSRVFVRVNULS0tLS0K",
].join("");
const SIGNING_SPEC = { request: SIGNING_REQUEST, signerName: "x.io/x", usages: ["client auth"] };
const ADMISSION = "admissionregistration.k8s.io/v1";
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const LEDGER = "breakglassauditentries.securitybaseline.dev";
const KINDS = "emergency access changes no CustomResourceDefinition of rbac.authorization.k8s.io, admissionregistration.k8s.io";
const OUR_API = { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", name: "v1alpha1.securitybaseline.dev" };
const API_SPEC = { group: "x.example.com", version: "v1", groupPriorityMinimum: 1000, versionPriority: 10 };
const WEBHOOK = "actors-webhook";
const SIGNING = { apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", name: "actors-request" };

const crd = (name: string) => ({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name });
const UNINSTALL = "securitybaseline.dev/uninstall";
const KEPT = [crd(LEDGER), { apiVersion: "v1", kind: "Namespace", name: BG }];

/** A kind without fields. */
function crdOf(plural: string, group: string): KubernetesObject {
  const schema = { openAPIV3Schema: { type: "object" } };
  const spec = {
    group,
    scope: "Namespaced",
    names: { plural, singular: plural.slice(0, -1), kind: "Widget", listKind: "WidgetList" },
    versions: [{ name: "v1", served: true, storage: true, schema }],
  };
  return { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: `${plural}.${group}` }, spec };
}

function volume(source: object): KubernetesObject {
  const spec = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...source };
  return { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "actors" }, spec };
}

describe("policies on what emergency access does", () => {
  let grant: AlmightyGrant;
  let actor: ApiClient;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    namespace = await freshNamespace("actors");
    grant = await almightyGrant("actors0000");
    actor = grant.client;
    // Without it another policy refuses to delete them, to everybody.
    for (const ref of KEPT) await admin().mergePatch(ref, { metadata: { labels: { [UNINSTALL]: "true" } } });
    await admin().create(tokenSecret("token"));
    await admin().create({ ...SIGNING, metadata: { name: SIGNING.name }, spec: SIGNING_SPEC } as KubernetesObject);
    await admin().apply({ apiVersion: ADMISSION, kind: "MutatingWebhookConfiguration", metadata: { name: WEBHOOK } });
  });

  after(async () => {
    await grant[Symbol.asyncDispose]();
    for (const ref of KEPT) await admin().mergePatch(ref, { metadata: { labels: { [UNINSTALL]: null } } });
    await admin().delete(SIGNING);
    await admin().delete({ apiVersion: ADMISSION, kind: "MutatingWebhookConfiguration", name: WEBHOOK });
  });

  const tokenSecret = (name = "x"): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace, name, annotations: { "kubernetes.io/service-account.name": "default" } },
    type: "kubernetes.io/service-account-token",
  });

  const configMap = (where: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: where, name: "x" },
  });

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
          spec: SIGNING_SPEC,
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
      reason: "entering a pod of the operator",
      tries: () => actor.send({ method: "POST", path: "/api/v1/namespaces/securitybaseline-system/pods/x/exec?command=id" }),
      message: "emergency access changes nothing in the namespaces securitybaseline-system and securitybaseline-breakglass",
    },
    {
      reason: "a token of its own",
      tries: () => actor.createToken(BG, grant.name, 600),
      message: "emergency access",
    },
    {
      reason: "a write in the break-glass namespace",
      tries: () => attempt(actor, configMap(BG)),
      message: "emergency access changes nothing in the namespaces securitybaseline-system and securitybaseline-breakglass",
    },
    {
      reason: "deleting the break-glass namespace",
      tries: () => actor.send({ method: "DELETE", path: `/api/v1/namespaces/${BG}?dryRun=All` }),
      message: "emergency access changes nothing in the namespaces securitybaseline-system and securitybaseline-breakglass",
    },
    {
      reason: "deleting the kind of the ledger",
      tries: () =>
        actor.send({
          method: "DELETE",
          path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/breakglassauditentries.securitybaseline.dev?dryRun=All",
        }),
      message: KINDS,
    },
    {
      reason: "deleting kinds of ours with others at once",
      tries: () => actor.send({ method: "DELETE", path: `${CRDS}?dryRun=All&labelSelector=${encodeURIComponent(`${UNINSTALL}=true`)}` }),
      message: KINDS,
    },
    {
      reason: "a change of a kind of ours",
      tries: () => actor.mergePatch(crd(LEDGER), { metadata: { annotations: { x: "y" } } }),
      message: KINDS,
    },
    {
      reason: "the status of a kind of ours",
      tries: () => actor.mergePatch({ ...crd(LEDGER), subresource: "status" }, { status: { conditions: [] } }),
      message: KINDS,
    },
    {
      reason: "another kind in our group",
      tries: () => attempt(actor, crdOf("widgets", "securitybaseline.dev")),
      message: KINDS,
    },
    {
      reason: "another server in the place of our API",
      tries: () => actor.mergePatch(OUR_API, { spec: { service: { namespace: "default", name: "mine" }, insecureSkipTLSVerify: true } }),
      message: "apiregistration.k8s.io",
    },
    {
      reason: "another server for an API of its own",
      tries: () => attempt(actor, { ...OUR_API, metadata: { name: "v1.x.example.com" }, spec: API_SPEC } as KubernetesObject),
      message: "emergency access changes nothing in rbac.authorization.k8s.io, admissionregistration.k8s.io, apiregistration.k8s.io",
    },
    {
      reason: "deleting a webhook",
      tries: () => actor.delete({ apiVersion: ADMISSION, kind: "MutatingWebhookConfiguration", name: WEBHOOK }),
      message: "emergency access changes nothing in",
    },
    {
      reason: "the approval of a certificate",
      tries: () => actor.mergePatch({ ...SIGNING, subresource: "approval" }, { status: { conditions: [] } }),
      message: "emergency access changes nothing in",
    },
    {
      reason: "a Secret that is a lasting token",
      tries: () => attempt(actor, tokenSecret()),
      message: "emergency access makes and changes no Secrets that are tokens",
    },
    {
      reason: "such a Secret that is there already",
      tries: () => actor.mergePatch({ apiVersion: "v1", kind: "Secret", namespace, name: "token" }, { data: null }),
      message: "emergency access makes and changes no Secrets that are tokens",
    },
    {
      reason: "a Secret by which nodes join",
      tries: () => attempt(actor, { ...tokenSecret(), type: "bootstrap.kubernetes.io/token" }),
      message: "emergency access makes and changes no Secrets that are tokens",
    },
    {
      reason: "the kubelet's own API, also to read",
      tries: () => actor.send({ method: "GET", path: "/api/v1/nodes/none/proxy/pods" }),
      message: "emergency access does not reach into nodes by nodes/proxy",
    },
    {
      reason: "a volume of a node's files",
      tries: () => attempt(actor, volume({ hostPath: { path: "/etc/kubernetes" } })),
      message: "emergency access makes no PersistentVolume of a node's own files",
    },
  ];
  for (const { reason, tries, message } of refused) {
    it(`refused: ${reason}`, async () => {
      expect(await policyRefusal(tries())).to.contain(message);
    });
  }

  it("refused: by impersonation, without a token of the grant", async () => {
    const message = await policyRefusal(attempt(mighty(`system:serviceaccount:${BG}:${grant.name}`), configMap(namespace)));
    expect(message).to.contain("refused emergency access without a token of its own");
  });

  it("not refused, a limit: who may impersonate the id of a token as well, as cluster administrators may", async () => {
    const masked = mighty(`system:serviceaccount:${BG}:${grant.name}`).withExtra(
      "authentication.kubernetes.io/credential-id",
      "JTI=made-up",
    );
    await attempt(masked, configMap(namespace));
  });

  it("refused: by the ServiceAccount default of the namespace", async () => {
    const message = await policyRefusal(attempt(mighty(`system:serviceaccount:${BG}:default`), configMap(namespace)));
    expect(message).to.contain("no identity of a grant");
  });

  it("refused: asking for emergency access", async () => {
    const request = requestOf(namespace, `system:serviceaccount:${BG}:${grant.name}`);
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
      "securitybaseline-break-glass-actors/grant": grant.name,
      "securitybaseline-break-glass-actors/deadline": new Date(Number(grant.name.slice(-10)) * 1000).toISOString().replace(".000Z", "Z"),
    });
  });

  const allowed: { reason: string; tries: () => Promise<unknown> }[] = [
    { reason: "a kind of another group", tries: () => attempt(actor, crdOf("widgets", "example.com")) },
    { reason: "a Secret of another type", tries: () => attempt(actor, { ...tokenSecret(), type: "Opaque" }) },
    { reason: "a volume of a server", tries: () => attempt(actor, volume({ nfs: { server: "nfs.example.com", path: "/" } })) },
    { reason: "a namespace", tries: () => attempt(actor, { apiVersion: "v1", kind: "Namespace", metadata: { name: "more" } }) },
    {
      reason: "deleting a Secret that is a token",
      tries: () => actor.send({ method: "DELETE", path: `/api/v1/namespaces/${namespace}/secrets/token?dryRun=All` }),
    },
  ];
  for (const { reason, tries } of allowed) it(`allowed: ${reason}`, tries);

  it("not judged: anybody else", async () => {
    await attempt(admin(), configMap(BG));
  });
});
