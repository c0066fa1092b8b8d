/** Proves that the confinement of the operator stands in nobody else's way, and what it costs others in the moments in which it does. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "../support/api-client.ts";
import { admin, freshNamespace, impersonate } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { applyAs, bindingOf, denyAll, group, MANAGED, namespaceWith, operatorClient, RBAC, roleOf } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";
const NO_BASELINE = "no params found for policy binding with `Deny` parameterNotFoundAction";

const SPEC: SecurityBaselineSpec = {
  deletionPolicy: "Retain",
  access: { roles: [{ name: "app-viewer", groups: ["team"] }] },
  network: {},
  serviceAccounts: { accounts: [{ name: "api" }] },
};

const inSection = (section: string) => ({ ...MANAGED, "securitybaseline.dev/control": section });

function retained(namespace: string): readonly KubernetesObject[] {
  const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] };
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { namespace, name: "default-deny", labels: inSection("network") },
      spec,
    },
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace, name: "api", labels: inSection("serviceAccounts") },
      automountServiceAccountToken: false,
    },
    bindingOf(namespace, "app-viewer", [group("team")]),
  ];
}

const refOf = ({ apiVersion = "", kind = "", metadata }: KubernetesObject) => ({
  apiVersion,
  kind,
  namespace: metadata?.namespace ?? "",
  name: metadata?.name ?? "",
});

describe("people and the operator's confinement", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClient();
  });

  it("lets somebody with edit, or admin, change and delete what was retained once the mark is gone", async () => {
    const namespace = await namespaceWith(SPEC);
    for (const object of retained(namespace)) await applyAs(operator, object);
    await admin().create(roleOf(namespace, "app-viewer", [], {}));
    for (const role of ["edit", "admin"]) {
      await admin().create({
        apiVersion: `${RBAC}/v1`,
        kind: "RoleBinding",
        metadata: { namespace, name: role },
        roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
        subjects: [{ apiGroup: RBAC, kind: "User", name: `${role}-of-${namespace}` }],
      });
    }
    await admin().delete({ apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" });
    await operator.mergePatch(
      { apiVersion: "v1", kind: "Namespace", name: namespace },
      { metadata: { labels: { "securitybaseline.dev/enforced": null } } },
    );
    const [policy, account, binding] = retained(namespace).map(refOf);
    if (policy === undefined || account === undefined || binding === undefined) throw new Error("three objects are retained");
    const editor = impersonate(`edit-of-${namespace}`);
    const owner = impersonate(`admin-of-${namespace}`);
    await eventually("the editor may, and the API server knows that the mark is gone", () =>
      editor.mergePatch(policy, { spec: { ingress: [{}] } }),
    );
    await editor.mergePatch(account, { imagePullSecrets: [{ name: "registry" }] });
    await owner.mergePatch(binding, { metadata: { labels: { team: "payments" } } });
    for (const ref of [policy, account]) await editor.delete(ref);
    await owner.delete(binding);
  });

  it("refuses everybody to change objects with our label for as long as a namespace is marked and its baseline is gone", async () => {
    const namespace = await namespaceWith(SPEC);
    const objects = retained(namespace);
    for (const object of objects) await applyAs(operator, object);
    await admin().delete({ apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" });
    for (const ref of objects.map(refOf)) {
      await eventually("the policies see that the baseline is gone", async () => {
        expect((await refusal(admin().mergePatch(ref, { metadata: { annotations: { "team.example/note": "x" } } }))).message).to.contain(
          NO_BASELINE,
        );
      });
      await admin().delete(ref);
    }
    // Objects of their own are not touched by it.
    await admin().create(denyAll(namespace, "theirs"));
    await admin().mergePatch(
      { apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" },
      { imagePullSecrets: [{ name: "x" }] },
    );
    await admin().mergePatch({ apiVersion: "v1", kind: "Namespace", name: namespace }, { metadata: { labels: { team: "payments" } } });
  });

  it("judges nobody who restores or propagates objects with our label where no baseline is", async () => {
    const bare = await freshNamespace("bare");
    for (const object of [...retained(bare), roleOf(bare, "log-reader", [])]) {
      await admin().create(object);
      await admin().mergePatch(refOf(object), { metadata: { finalizers: ["team.example/stay"] } });
      await admin().mergePatch(refOf(object), { metadata: { finalizers: null } });
      await admin().delete(refOf(object));
    }
  });

  it("lets garbage collection delete what belonged to a baseline", async () => {
    const namespace = await namespaceWith(SPEC);
    const { metadata: { uid } = {} } = await admin().get({
      apiVersion: API_VERSION,
      kind: "SecurityBaseline",
      namespace,
      name: "baseline",
    });
    const ownerReferences = [{ apiVersion: API_VERSION, kind: "SecurityBaseline", name: "baseline", uid }];
    const objects = retained(namespace);
    for (const object of objects) await applyAs(operator, { ...object, metadata: { ...object.metadata, ownerReferences } as object });
    await admin().delete({ apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" });
    for (const ref of objects.map(refOf)) {
      await eventually(`${ref.kind} is gone`, async () => (await admin().find(ref)) === undefined, 60_000);
    }
  });
});
