/** Proves on the API server that sb-cluster-admin is enough to work with, and is no way to stay. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { AccessRule } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { unboundedBecause } from "../../../operator/breakglass/unbounded.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { admin, cluster, freshNamespace, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { RBAC } from "../../support/operator-token.ts";
import { attempt } from "../../support/policed.ts";
import { runProgram } from "../../support/program.ts";
import { refusal } from "../../support/refusal.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

const RBAC_VERSION = `${RBAC}/v1`;
const LABEL = { "securitybaseline.dev/aggregate-to-sb-cluster-admin": "true" };
const ENGINEER = "engineer";
const MEDDLER = "meddler";

interface Role extends KubernetesObject {
  readonly rules: readonly AccessRule[];
}

const rulesOf = async (name: string) => (await admin().get<Role>({ apiVersion: RBAC_VERSION, kind: "ClusterRole", name })).rules;

/** Binds somebody to a ClusterRole in the whole cluster, by a binding of their own name. */
async function bind(name: string, role: string): Promise<void> {
  const subjects = [{ apiGroup: RBAC, kind: "User", name }];
  const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: role };
  await admin().apply({ apiVersion: RBAC_VERSION, kind: "ClusterRoleBinding", metadata: { name }, roleRef, subjects });
}

/** `verb group/resource/subresource`, or `get` and a path. */
async function can(who: ApiClient, words: string): Promise<boolean> {
  const [verb = "", what = ""] = words.split(" ");
  const [group, resource, subresource] = what.split("/");
  const attributes = what.startsWith("//")
    ? { nonResourceAttributes: { verb, path: what.slice(1) } }
    : { resourceAttributes: { verb, group, resource, ...(subresource !== undefined && { subresource }), namespace: "default" } };
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: attributes };
  const { status } = await who.send<{ status: { allowed: boolean } }>({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: review,
  });
  return status.allowed;
}

const WORK = [
  "patch /nodes",
  "delete /nodes",
  "create /pods/eviction",
  "create /pods",
  "create /pods/exec",
  "create /pods/portforward",
  "get /pods/log",
  "patch /pods/ephemeralcontainers",
  "create /persistentvolumes",
  "patch /persistentvolumeclaims",
  "delete storage.k8s.io/volumeattachments",
  "create storage.k8s.io/storageclasses",
  "delete storage.k8s.io/csinodes",
  "patch apps/deployments",
  "patch apps/daemonsets",
  "update apps/statefulsets/scale",
  "create batch/jobs",
  "patch autoscaling/horizontalpodautoscalers",
  "delete policy/poddisruptionbudgets",
  "create networking.k8s.io/networkpolicies",
  "patch networking.k8s.io/ingresses",
  "patch /services",
  "patch /endpoints",
  "patch discovery.k8s.io/endpointslices",
  "create /configmaps",
  "create /namespaces",
  "patch /namespaces",
  "update /namespaces/finalize",
  "delete coordination.k8s.io/leases",
  "create scheduling.k8s.io/priorityclasses",
  "list /events",
  "list metrics.k8s.io/nodes",
  "get //metrics",
  "list flowcontrol.apiserver.k8s.io/flowschemas",
  `list ${RBAC}/clusterrolebindings`,
  "list admissionregistration.k8s.io/validatingadmissionpolicies",
  "list apiextensions.k8s.io/customresourcedefinitions",
  "list apiregistration.k8s.io/apiservices",
  "list securitybaseline.dev/clustersecuritybaselines",
];

const CLOSED = [
  "get /secrets",
  "create /secrets",
  "impersonate /users",
  "impersonate /serviceaccounts",
  "create /serviceaccounts/token",
  "patch /serviceaccounts",
  "get /nodes/proxy",
  "patch /nodes/status",
  `create ${RBAC}/rolebindings`,
  `bind ${RBAC}/clusterroles`,
  `escalate ${RBAC}/roles`,
  "delete admissionregistration.k8s.io/validatingadmissionpolicybindings",
  "create admissionregistration.k8s.io/mutatingwebhookconfigurations",
  "patch apiregistration.k8s.io/apiservices",
  "patch apiextensions.k8s.io/customresourcedefinitions",
  "update apiextensions.k8s.io/customresourcedefinitions/status",
  "update certificates.k8s.io/certificatesigningrequests/approval",
  "create certificates.k8s.io/certificatesigningrequests",
  "approve certificates.k8s.io/signers",
  "patch storage.k8s.io/csidrivers",
  "create securitybaseline.dev/breakglassdecisions",
  "use securitybaseline.dev/breakglassprofiles",
  "patch securitybaseline.dev/securitybaselines",
];

describe("the supplied role for the whole cluster", () => {
  const engineer = () => impersonate(ENGINEER);

  before(async () => {
    await installOperatorManifests();
    await eventually("the role is filled", async () => ((await rulesOf("sb-cluster-admin")) ?? []).length > 0);
    await bind(ENGINEER, "sb-cluster-admin");
    await authorizerCaughtUp();
  });

  after(async () => {
    for (const name of [ENGINEER, MEDDLER]) {
      const ref = { apiVersion: RBAC_VERSION, kind: "ClusterRoleBinding", name };
      if (await admin().find(ref)) await admin().delete(ref);
    }
    await authorizerCaughtUp();
  });

  for (const name of ["sb-incident-admin", "sb-cluster-admin", "sb-drill"]) {
    it(`cannot make itself permanent, as the API server has it: ${name}`, async () => {
      expect(unboundedBecause(((await rulesOf(name)) ?? []) as never)).to.equal(undefined);
    });
  }

  for (const name of ["cluster-admin", "admin", "edit"]) {
    it(`is unlike Kubernetes' own ${name}, which can`, async () => {
      expect(unboundedBecause((await rulesOf(name)) as never)).to.match(/^may act as somebody else/);
    });
  }

  for (const words of WORK) it(`lets ${words}`, async () => expect(await can(engineer(), words)).to.equal(true));
  for (const words of CLOSED) it(`does not let ${words}`, async () => expect(await can(engineer(), words)).to.equal(false));

  it("cordons and taints a node, and drains it", async () => {
    const namespace = await freshNamespace("drain");
    const node = { apiVersion: "v1", kind: "Node", name: "tired" };
    await admin().create({ ...node, metadata: { name: node.name } });
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { namespace, name: "web" } };
    await admin().create({ ...pod, spec: { nodeName: node.name, containers: [{ name: "x", image: "x" }] } });
    await engineer().mergePatch(node, { spec: { unschedulable: true, taints: [{ key: "broken", effect: "NoExecute" }] } });
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: pod.metadata };
    await engineer().send({ method: "POST", path: `/api/v1/namespaces/${namespace}/pods/web/eviction`, body: eviction });
    await engineer().delete(node);
  });

  it("gets the custom resources of a cluster from what the program prints, but for closed groups", async () => {
    const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "gadgets.role.example.com" };
    const schema = { openAPIV3Schema: { type: "object" } };
    await admin().apply({
      apiVersion: crd.apiVersion,
      kind: crd.kind,
      metadata: { name: crd.name },
      spec: {
        group: "role.example.com",
        scope: "Namespaced",
        names: { plural: "gadgets", singular: "gadget", kind: "Gadget", listKind: "GadgetList" },
        versions: [{ name: "v1", served: true, storage: true, schema, subresources: { status: {} } }],
      },
    });
    expect(await can(engineer(), "create role.example.com/gadgets")).to.equal(false);
    const { code, stdout, stderr } = await runProgram(["break-glass", "custom-resources", "--kubeconfig", cluster().kubeconfig]);
    expect(code, stderr).to.equal(0);
    const file = join(cluster().dir, "custom-resources.yaml");
    await writeFile(file, stdout);
    const applied = await cluster().kubectl(["apply", "--server-side", "-f", file]);
    expect(applied.code, applied.stderr).to.equal(0);
    const part = { apiVersion: RBAC_VERSION, kind: "ClusterRole", name: "sb-cluster-admin-custom-resources" };
    try {
      await eventually("the role has them", () => can(engineer(), "create role.example.com/gadgets"));
      expect(await can(engineer(), "patch role.example.com/gadgets/status")).to.equal(true);
      expect(await can(engineer(), "create securitybaseline.dev/breakglassdecisions")).to.equal(false);
      expect(unboundedBecause((await rulesOf("sb-cluster-admin")) as never)).to.equal(undefined);
    } finally {
      await admin().delete(part);
      await admin().delete(crd);
      await eventually("the role has them no more", async () => !(await can(engineer(), "create role.example.com/gadgets")));
    }
  });

  describe("cannot be widened by who may write ClusterRoles and no more", () => {
    before(async () => {
      const rules = [{ apiGroups: [RBAC], resources: ["clusterroles"], verbs: ["get", "create", "update", "patch"] }];
      await admin().apply({ apiVersion: RBAC_VERSION, kind: "ClusterRole", metadata: { name: MEDDLER }, rules });
      await bind(MEDDLER, MEDDLER);
      await authorizerCaughtUp();
    });

    after(() => admin().delete({ apiVersion: RBAC_VERSION, kind: "ClusterRole", name: MEDDLER }));

    const tries: { reason: string; tries: (meddler: ApiClient) => Promise<unknown> }[] = [
      {
        reason: "by a part of their own",
        tries: (meddler) =>
          attempt(meddler, {
            apiVersion: RBAC_VERSION,
            kind: "ClusterRole",
            metadata: { name: "part", labels: LABEL },
            rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
          }),
      },
      {
        reason: "by the label on another role",
        tries: (meddler) =>
          meddler.mergePatch({ apiVersion: RBAC_VERSION, kind: "ClusterRole", name: "edit" }, { metadata: { labels: LABEL } }),
      },
      {
        reason: "by another selector",
        tries: (meddler) =>
          meddler.mergePatch(
            { apiVersion: RBAC_VERSION, kind: "ClusterRole", name: "sb-cluster-admin" },
            { aggregationRule: { clusterRoleSelectors: [{ matchLabels: {} }] } },
          ),
      },
    ];
    for (const { reason, tries: meddle } of tries) {
      it(reason, async () => {
        const { status, message } = await refusal(meddle(impersonate(MEDDLER)));
        expect(status, message).to.equal(403);
        expect(message).to.match(/attempting to grant RBAC permissions not currently held|must have cluster-admin privileges/);
      });
    }
  });
});
