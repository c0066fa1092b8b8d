/** Tests the index of bindings that give accounts rights elsewhere: whom a change concerns, and what a look at a namespace finds. */
import { expect } from "chai";
import type { Json } from "../../../operator/api/json.ts";
import { clusterRoleBinding } from "../../../operator/kinds/cluster-role-binding.ts";
import type { JudgedKind } from "../../../operator/kinds/kind.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";
import { type JudgedRow, Outreaches } from "../../../operator/plan/outreach.ts";

const account = (path: string): Json => {
  const [namespace = "", name = ""] = path.split("/");
  return { kind: "ServiceAccount", namespace, name };
};

function row(kind: JudgedKind, path: string, role: readonly [string, string], ...accounts: readonly string[]): JudgedRow {
  const [namespace = "", name = ""] = path.split("/");
  const [roleKind, roleName] = role;
  const traits = traitsOf(kind, {
    metadata: { namespace, name },
    roleRef: { kind: roleKind, name: roleName },
    subjects: accounts.map(account),
  });
  return { namespace, name, traits };
}

const ADMIN = ["ClusterRole", "cluster-admin"] as const;
const READER = ["Role", "reader"] as const;

describe("bindings that reach out of a namespace", () => {
  let index: Outreaches;
  const put = (kind: JudgedKind, current: JudgedRow, previous?: JudgedRow): readonly string[] => index.note(kind, { previous, current });
  const names = (namespace: string): readonly string[] => index.into(namespace).map((one) => `${one.namespace}/${one.name}`);

  beforeEach(() => {
    index = new Outreaches();
  });

  it("concern the namespaces of the accounts that they name, and no other", () => {
    expect(put(clusterRoleBinding, row(clusterRoleBinding, "/ops", ADMIN, "a/x", "a/y", "b/x"))).to.deep.equal(["a", "b"]);
    expect(put(roleBinding, row(roleBinding, "c/readers", READER, "b/x", "c/own"))).to.deep.equal(["b"]);
    expect(names("a")).to.deep.equal(["/ops"]);
    expect(names("b")).to.deep.equal(["/ops", "c/readers"]);
    expect(names("c")).to.deep.equal([]);
  });

  it("concern those of before and those of now when they change, and nobody when they stay", () => {
    const before = row(clusterRoleBinding, "/ops", ADMIN, "a/x");
    const after = row(clusterRoleBinding, "/ops", ADMIN, "b/x");
    put(clusterRoleBinding, before);
    expect(put(clusterRoleBinding, before, before)).to.deep.equal([]);
    expect(put(clusterRoleBinding, after, before)).to.deep.equal(["a", "b"]);
    expect([names("a"), names("b")]).to.deep.equal([[], ["/ops"]]);
  });

  it("are forgotten with the last of them", () => {
    const one = row(clusterRoleBinding, "/ops", ADMIN, "a/x");
    put(clusterRoleBinding, one);
    expect(index.note(clusterRoleBinding, { previous: one, current: undefined })).to.deep.equal(["a"]);
    expect(names("a")).to.deep.equal([]);
    expect(index.holding({ kind: "ClusterRole", name: "cluster-admin" }, "")).to.deep.equal([]);
  });

  it("are found by their role: of the cluster wherever they are, of a namespace only there", () => {
    put(clusterRoleBinding, row(clusterRoleBinding, "/ops", ADMIN, "a/x"));
    put(roleBinding, row(roleBinding, "d/ops", ADMIN, "b/x"));
    put(roleBinding, row(roleBinding, "d/readers", READER, "c/x"));
    expect(index.holding({ kind: "ClusterRole", name: "cluster-admin" }, "")).to.deep.equal(["a", "b"]);
    expect(index.holding({ kind: "Role", name: "reader" }, "d")).to.deep.equal(["c"]);
    expect(index.holding({ kind: "Role", name: "reader" }, "e")).to.deep.equal([]);
  });

  it("are none where nobody but people is named, and where accounts are too many to be followed", () => {
    const many = Array.from({ length: 10_000 }, (_, number) => `team-${number}/default`);
    expect(put(clusterRoleBinding, row(clusterRoleBinding, "/people", ADMIN))).to.deep.equal([]);
    expect(put(clusterRoleBinding, row(clusterRoleBinding, "/crowd", ADMIN, ...many))).to.deep.equal([]);
  });
});
