/** Tests what is judged beyond the objects of a namespace: how much weakens the whole cluster, and what accounts may do elsewhere. */
import { expect } from "chai";
import type { FindingException } from "../../../operator/api/baseline.ts";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { clusterRole } from "../../../operator/kinds/cluster-role.ts";
import { clusterRoleBinding } from "../../../operator/kinds/cluster-role-binding.ts";
import { clusterSecretStore } from "../../../operator/kinds/cluster-secret-store.ts";
import type { JudgedKind } from "../../../operator/kinds/kind.ts";
import { role } from "../../../operator/kinds/role.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import { validatingWebhookConfiguration } from "../../../operator/kinds/validating-webhook.ts";
import { beyondOf, clusterNews, type Sight } from "../../../operator/plan/beyond.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";
import { type JudgedRow, Outreaches } from "../../../operator/plan/outreach.ts";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const RBAC = "rbac.authorization.k8s.io";
const bob: Json = { apiGroup: RBAC, kind: "User", name: "bob" };
const worker: Json = { kind: "ServiceAccount", namespace: "payments", name: "worker" };

type Row = JudgedRow & { readonly managed: boolean; readonly control: string | undefined };

function rowOf(kind: JudgedKind, object: JsonObject, marks: { readonly managed: boolean; readonly control?: string }): Row {
  const { namespace = "", name = "" } = object["metadata"] as { readonly namespace?: string; readonly name?: string };
  const { managed, control } = marks;
  return { namespace, name, traits: traitsOf(kind, object), managed, control };
}

const binding = (path: string, roleName: string, ...subjects: readonly Json[]): JsonObject => {
  const [namespace = "", name = ""] = path.split("/");
  return { metadata: { name, ...(namespace !== "" && { namespace }) }, roleRef: { kind: "ClusterRole", name: roleName }, subjects };
};

interface World {
  readonly clusterBindings?: readonly JsonObject[];
  readonly stores?: readonly JsonObject[];
  readonly webhooks?: readonly JsonObject[];
  readonly bindings?: readonly JsonObject[];
  /** Marks of the RoleBindings. */
  readonly marks?: { readonly managed: boolean; readonly control?: string };
  readonly listed?: boolean;
}

function sightOf({
  clusterBindings = [],
  stores = [],
  webhooks = [],
  bindings = [],
  marks = { managed: false },
  listed = true,
}: World): Sight {
  const outreaches = new Outreaches();
  const feed = (kind: JudgedKind, objects: readonly JsonObject[]) => {
    const rows = objects.map((object) => rowOf(kind, object, marks));
    for (const row of rows) outreaches.note(kind, { previous: undefined, current: row });
    const store = {
      list: (namespace: string) => new Map(rows.filter((row) => row.namespace === namespace).map((row) => [row.name, row])),
      get: (namespace: string, name: string) => rows.find((row) => row.namespace === namespace && row.name === name),
    };
    return { store, synced: listed, served: true };
  };
  const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
  return {
    judged: new Map([
      [clusterRoleBinding, feed(clusterRoleBinding, clusterBindings)],
      [validatingWebhookConfiguration, feed(validatingWebhookConfiguration, webhooks)],
    ]),
    observed: new Map([[clusterSecretStore, feed(clusterSecretStore, stores)]]),
    owned: new Map([
      [roleBinding, feed(roleBinding, bindings)],
      [role, feed(role, [])],
    ]),
    clusterRoles: feed(clusterRole, [{ metadata: { name: "cluster-admin" }, rules }]),
    outreaches,
  };
}

const exception = (name: string, expires: string): FindingException => ({
  rule: "UserSubject",
  ref: { kind: "ClusterRoleBinding", name },
  reason: "the administrator",
  owner: "platform",
  expires,
});

describe("what weakens the whole cluster", () => {
  const sight = sightOf({
    clusterBindings: [binding("/bob", "view", bob), binding("/flux", "cluster-admin", worker)],
    stores: [{ metadata: { name: "vault" }, spec: {} }],
    bindings: [binding("payments/bob", "cluster-admin", bob)],
  });

  it("is counted without what is in a namespace, and without controllers", () =>
    expect(clusterNews(sight, [], NOW)).to.deep.equal({ open: 2, listed: true }));

  it("is not counted where somebody answers for it, until that ends", () => {
    expect(clusterNews(sight, [exception("bob", "2027-03-31T00:00:00Z")], NOW).open).to.equal(1);
    // The finding is open again, and the exception is told besides.
    expect(clusterNews(sight, [exception("bob", "2026-01-01T00:00:00Z")], NOW).open).to.equal(3);
  });

  it("is said to be listed nowhere without a posture of the cluster", () =>
    expect(clusterNews(sight, undefined, NOW)).to.deep.equal({ open: 2, listed: false }));

  it("is counted to the last of five thousand", () => {
    const clusterBindings = Array.from({ length: 5000 }, (_, number) => binding(`/b${number}`, "view", bob));
    expect(clusterNews(sightOf({ clusterBindings }), [], NOW).open).to.equal(5000);
  });
});

describe("what lies beyond a namespace", () => {
  it("is what is outside of all only for the posture of the cluster", () => {
    const sight = sightOf({ clusterBindings: [binding("/bob", "view", bob)] });
    expect(beyondOf(sight, "payments", { wide: false }).suspects).to.deep.equal([]);
    expect(beyondOf(sight, "emergency", { wide: true }).suspects.map(({ name, ours }) => [name, ours])).to.deep.equal([["bob", false]]);
  });

  it("is in each namespace what means something else there, and the same thing once for the cluster", () => {
    const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
    const namespaceSelector = { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["payments"] }] };
    const webhook = { name: "w.example.com", failurePolicy: "Ignore", namespaceSelector, rules };
    const sight = sightOf({ webhooks: [{ metadata: { name: "engine" }, webhooks: [webhook] }] });
    const reaching = (namespace: string, wide: boolean) =>
      beyondOf(sight, namespace, { wide }).suspects.map((one) => one.reaching === true);
    expect([reaching("payments", false), reaching("emergency", true)]).to.deep.equal([[true], [false]]);
    // That it fails open is told once; whom it leaves out is told there.
    expect(clusterNews(sight, [], NOW).open).to.equal(1);
  });

  it("is not seen before it is listed", () => {
    const sight = sightOf({ listed: false });
    expect(beyondOf(sight, "emergency", { wide: true }).unseen.map(({ kind }) => kind)).to.deep.equal([
      "ClusterRoleBinding",
      "ValidatingWebhookConfiguration",
      "ClusterSecretStore",
    ]);
    expect(beyondOf(sight, "payments", { wide: false }).unseen.map(({ kind }) => kind)).to.deep.equal(["ValidatingWebhookConfiguration"]);
  });

  const outside = (world: World, account = "worker"): readonly string[] =>
    beyondOf(sightOf(world), "payments", { wide: false })
      .outside(account)
      .map(({ kind, namespace, name, rights }) => `${kind} ${namespace}/${name} ${rights.includes("Everything")}`);

  it("is what an account may do elsewhere, by either kind of binding", () => {
    const world = {
      clusterBindings: [binding("/flux", "cluster-admin", worker)],
      bindings: [binding("billing/worker", "cluster-admin", worker), binding("payments/worker", "cluster-admin", worker)],
    };
    expect(outside(world)).to.deep.equal(["ClusterRoleBinding /flux true", "RoleBinding billing/worker true"]);
    expect(outside(world, "other")).to.deep.equal([]);
  });

  it("is told of the account that every namespace has, where all accounts have it", () => {
    const all: Json = { apiGroup: RBAC, kind: "Group", name: "system:serviceaccounts:payments" };
    const world = { clusterBindings: [binding("/all", "cluster-admin", all)] };
    expect(outside(world, "default")).to.deep.equal(["ClusterRoleBinding /all true"]);
    expect(outside(world)).to.deep.equal([]);
  });

  it("is not what a baseline of another namespace asks for; one mark alone is not believed", () => {
    const bindings = [binding("billing/worker", "cluster-admin", worker)];
    expect(outside({ bindings, marks: { managed: true, control: "secrets" } })).to.deep.equal([]);
    expect(outside({ bindings, marks: { managed: false, control: "secrets" } })).to.have.length(1);
    expect(outside({ bindings, marks: { managed: true } })).to.have.length(1);
  });

  it("gives nothing by a role that is not there", () =>
    expect(outside({ clusterBindings: [binding("/gone", "gone", worker)] })).to.deep.equal(["ClusterRoleBinding /gone false"]));
});
