/** Proves that the installation hands out exactly the rights that it says, to the operator and to people. */
import { expect } from "chai";
import type { ApiClient } from "../support/api-client.ts";
import { admin, asServiceAccount, freshNamespace, impersonate } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { refusal } from "../support/refusal.ts";
import { authorizerCaughtUp } from "../support/server-caches.ts";

interface RulesReview {
  readonly status: {
    readonly incomplete: boolean;
    readonly resourceRules: readonly { verbs: string[]; apiGroups: string[]; resources: string[]; resourceNames?: string[] }[];
    readonly nonResourceRules: readonly { verbs: string[]; nonResourceURLs: string[] }[];
  };
}

/** Verbs by what they may be used on: `group/resource`, followed by the name where only that object is meant. */
type Rights = Record<string, string>;

/** Held in every namespace, to keep what baselines ask for. */
const EVERYWHERE: Rights = {
  "/namespaces": "list patch watch",
  "/replicationcontrollers": "list watch",
  "/serviceaccounts": "create delete list patch watch",
  "admissionregistration.k8s.io/validatingadmissionpolicies": "list watch",
  "admissionregistration.k8s.io/validatingadmissionpolicybindings": "list watch",
  "admissionregistration.k8s.io/validatingwebhookconfigurations": "list watch",
  "apiregistration.k8s.io/apiservices": "list watch",
  "bitnami.com/sealedsecrets": "create delete list patch watch",
  "cilium.io/ciliumclusterwidenetworkpolicies": "list watch",
  "cilium.io/ciliumnetworkpolicies": "list watch",
  "cilium.io/tracingpoliciesnamespaced": "create delete list patch watch",
  "crd.projectcalico.org/globalnetworkpolicies": "list watch",
  "crd.projectcalico.org/networkpolicies": "list watch",
  "events.k8s.io/events": "create get list patch watch",
  "external-secrets.io/clustersecretstores": "list watch",
  "external-secrets.io/externalsecrets": "create delete list patch watch",
  "external-secrets.io/secretstores": "create delete list patch watch",
  "kyverno.io/policyexceptions": "list watch",
  "networking.k8s.io/networkpolicies": "create delete list patch watch",
  "policies.kyverno.io/namespacedimagevalidatingpolicies": "create delete list patch watch",
  "policies.kyverno.io/policyexceptions": "list watch",
  "policy.networking.k8s.io/adminnetworkpolicies": "list watch",
  "policy.networking.k8s.io/clusternetworkpolicies": "list watch",
  "projectcalico.org/globalnetworkpolicies": "list watch",
  "projectcalico.org/networkpolicies": "list watch",
  "rbac.authorization.k8s.io/clusterrolebindings": "create delete list watch",
  "rbac.authorization.k8s.io/clusterroles": "list watch",
  "rbac.authorization.k8s.io/clusterroles sb-cluster-admin": "bind",
  "rbac.authorization.k8s.io/clusterroles sb-drill": "bind",
  "rbac.authorization.k8s.io/clusterroles sb-incident-admin": "bind",
  "rbac.authorization.k8s.io/rolebindings": "create delete list patch watch",
  "rbac.authorization.k8s.io/roles": "create delete list patch watch",
  "rbac.authorization.k8s.io/roles app-deployer": "bind escalate",
  "rbac.authorization.k8s.io/roles app-viewer": "bind escalate",
  "rbac.authorization.k8s.io/roles external-secrets-token": "bind escalate",
  "rbac.authorization.k8s.io/roles namespace-admin": "bind escalate",
  "rbac.authorization.k8s.io/roles secret-manager": "bind escalate",
  "secrets-store.csi.x-k8s.io/secretproviderclasses": "create delete list patch watch",
  "secrets-store.csi.x-k8s.io/secretproviderclasspodstatuses": "list watch",
  "security.istio.io/authorizationpolicies": "create delete list patch watch",
  "security.istio.io/peerauthentications": "create delete list patch watch",
  "securitybaseline.dev/breakglassauditentries": "list watch",
  "securitybaseline.dev/breakglasscheckpoints": "list watch",
  "securitybaseline.dev/breakglasscheckpoints/status": "patch",
  "securitybaseline.dev/breakglassrequests/status": "patch",
  "securitybaseline.dev/clustersecuritybaselines": "list watch",
  "securitybaseline.dev/clustersecuritybaselines/status": "patch",
  "securitybaseline.dev/securitybaselines/status": "patch",
  "storage.k8s.io/csidrivers": "list watch",
  "wgpolicyk8s.io/policyreports": "list watch",
  // To be handed out to those whom profiles of emergency access list; policies refuse the operator to use them.
  "securitybaseline.dev/breakglassdecisions": "create delete get list watch",
  "securitybaseline.dev/breakglassprofiles": "approve review revoke stand-in use",
  "securitybaseline.dev/breakglassrequests": "create delete get list watch",
  "securitybaseline.dev/securitybaselines": "get list watch",
  // The shipped ceiling of custom roles; reading events is part of it, too.
  "/events": "get list watch",
  "/pods": "get list watch",
  "/pods/log": "get list watch",
  "apps/daemonsets": "get list watch",
  "apps/deployments": "get list watch",
  "apps/replicasets": "get list watch",
  "apps/statefulsets": "get list watch",
  "batch/cronjobs": "get list watch",
  "batch/jobs": "get list watch",
};

describe("rights", () => {
  before(installOperatorManifests);

  describe("of the operator equal what is written here", () => {
    const places: { reason: string; namespace: () => Promise<string>; besides: Rights }[] = [
      { reason: "in any namespace", namespace: () => freshNamespace("rights"), besides: {} },
      { reason: "in kube-system", namespace: async () => "kube-system", besides: {} },
      {
        reason: "in default, where the API server's endpoints are",
        namespace: async () => "default",
        besides: { "discovery.k8s.io/endpointslices": "list watch" },
      },
      {
        reason: "in the break-glass namespace, where ledger and grants are",
        namespace: async () => "securitybaseline-breakglass",
        besides: { "securitybaseline.dev/breakglassauditentries": "create get list watch", "/serviceaccounts/token": "create mint" },
      },
      {
        reason: "in its own namespace, where its lease is",
        namespace: async () => "securitybaseline-system",
        besides: { "coordination.k8s.io/leases": "create", "coordination.k8s.io/leases securitybaseline-operator": "get update" },
      },
    ];
    for (const { reason, namespace, besides } of places) {
      it(reason, async () => {
        const place = await namespace();
        const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
        const nobody = await asServiceAccount(await freshNamespace("nobody"), "default");
        await eventually("the ceiling is aggregated", async () => {
          expect(await rightsBeyond(operator, nobody, place)).to.deep.equal({ ...EVERYWHERE, ...besides });
        });
      });
    }
  });

  it("of the operator contain no verb on Secrets, in any group", async () => {
    const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
    const rights = await rightsIn(operator, await freshNamespace("rights"));
    expect(Object.keys(rights).filter((target) => /^[^/]*\/(secrets|\*)( |$)/.test(target))).to.deep.equal([]);
  });

  it("of people: the editor writes baselines and cannot delete them, who views a namespace reads them", async () => {
    const namespace = await freshNamespace("people");
    for (const [role, user] of [
      ["securitybaseline-editor", "erin"],
      ["view", "vera"],
    ] as const) {
      await admin().create({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { namespace, name: user },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
      });
    }
    const baseline = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata: { namespace, name: "baseline" } };
    const ref = { ...baseline, namespace, name: "baseline" };
    await eventually("the role of viewers is aggregated", async () => {
      const view = await admin().get({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "view" });
      expect(JSON.stringify(view["rules"])).to.contain("breakglassdecisions");
    });
    await authorizerCaughtUp();
    await impersonate("erin").apply({ ...baseline, spec: {} });
    await impersonate("vera").get(ref);
    await impersonate("vera").list("securitybaseline.dev/v1alpha1", "BreakGlassRequest", { namespace });
    await impersonate("vera").list("securitybaseline.dev/v1alpha1", "BreakGlassDecision", { namespace });
    const ledger = impersonate("vera").list("securitybaseline.dev/v1alpha1", "BreakGlassAuditEntry", { namespace });
    expect((await refusal(ledger)).message).to.contain('cannot list resource "breakglassauditentries"');
    expect((await refusal(impersonate("erin").delete(ref))).message).to.contain('cannot delete resource "securitybaselines"');
    expect((await refusal(impersonate("vera").apply({ ...baseline, spec: {} }))).message).to.contain(
      'cannot patch resource "securitybaselines"',
    );
  });
});

describe("rights of auditors", () => {
  const AUDITOR = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "auditors-of-rights-test" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "securitybaseline-auditor" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "aude" }],
  };

  before(async () => {
    await installOperatorManifests();
    await admin().create(AUDITOR);
    await authorizerCaughtUp();
  });

  after(() => admin().delete({ apiVersion: AUDITOR.apiVersion, kind: AUDITOR.kind, name: AUDITOR.metadata.name }));

  for (const kind of ["BreakGlassAuditEntry", "BreakGlassCheckpoint", "BreakGlassDecision", "BreakGlassRequest"]) {
    it(`read every ${kind} and no Secret`, async () => {
      await impersonate("aude").list("securitybaseline.dev/v1alpha1", kind);
      expect((await refusal(impersonate("aude").list("v1", "Secret"))).message).to.contain('cannot list resource "secrets"');
    });
  }
});

/** What `client` may do in a namespace and every ServiceAccount (here `nobody`) may not. */
async function rightsBeyond(client: ApiClient, nobody: ApiClient, namespace: string): Promise<Rights> {
  const [own, common] = await Promise.all([rightsIn(client, namespace), rightsIn(nobody, namespace)]);
  return Object.fromEntries(Object.entries(own).filter(([target, verbs]) => common[target] !== verbs));
}

async function rightsIn(client: ApiClient, namespace: string): Promise<Rights> {
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
  const { status } = await client.create<RulesReview & object>(review);
  expect(status.incomplete).to.equal(false);
  const held = new Map<string, string[]>();
  for (const [target, verb] of [...status.resourceRules.flatMap(resourceRights), ...status.nonResourceRules.flatMap(urlRights)]) {
    held.set(target, [...(held.get(target) ?? []), verb]);
  }
  return Object.fromEntries([...held].map(([target, verbs]) => [target, sortedOnce(verbs).join(" ")]));
}

type Right = readonly [target: string, verb: string];

function resourceRights({ apiGroups, resources, resourceNames = [], verbs }: RulesReview["status"]["resourceRules"][number]): Right[] {
  const names = resourceNames.length > 0 ? resourceNames.map((name) => ` ${name}`) : [""];
  const targets = apiGroups.flatMap((group) => resources.flatMap((resource) => names.map((name) => `${group}/${resource}${name}`)));
  return targets.flatMap((target) => verbs.map((verb): Right => [target, verb]));
}

function urlRights({ nonResourceURLs, verbs }: RulesReview["status"]["nonResourceRules"][number]): Right[] {
  return nonResourceURLs.flatMap((url) => verbs.map((verb): Right => [url, verb]));
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => a.localeCompare(b));
}
