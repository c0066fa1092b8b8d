/** Proves that news about the whole cluster is told once, waits for a look that succeeds, and reaches each namespace in its turn. */
import { expect } from "chai";
import type { Posture } from "../../../operator/api/postures.ts";
import { clusterPosture, namespacePosture } from "../../../operator/api/postures.ts";
import { clusterRoleBinding } from "../../../operator/kinds/cluster-role-binding.ts";
import type { Sight } from "../../../operator/plan/beyond.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";
import { Outreaches } from "../../../operator/plan/outreach.ts";
import { Bulletin } from "../../../operator/reconcile/bulletin.ts";
import type { BaselineEntry } from "../../../operator/reconcile/caches.ts";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const POSTURE = { baseline: { spec: {} } as Posture };

/** A cluster in which these users have a binding of `view`. */
function clusterWith(...users: readonly string[]): Sight {
  const rows = users.map((name) => {
    const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }];
    const object = { metadata: { name }, roleRef: { kind: "ClusterRole", name: "view" }, subjects };
    return { namespace: "", name, traits: traitsOf(clusterRoleBinding, object) };
  });
  const store = { list: () => new Map(rows.map((row) => [row.name, row])), get: () => undefined };
  return {
    judged: new Map([[clusterRoleBinding, { store, synced: true, served: true }]]),
    observed: new Map(),
    owned: new Map(),
    clusterRoles: { store: { get: () => undefined } },
    outreaches: new Outreaches(),
  };
}

describe("news about the whole cluster", () => {
  let bulletin: Bulletin;

  beforeEach(() => {
    bulletin = new Bulletin();
    bulletin.renew(clusterWith("bob"), POSTURE, NOW);
  });

  it("is news once", () => {
    expect([bulletin.take(), bulletin.take()]).to.deep.equal([true, false]);
    bulletin.renew(clusterWith("bob"), POSTURE, NOW);
    expect(bulletin.take()).to.equal(false);
  });

  it("stays news until somebody takes it: the look that found it may fail", () => {
    bulletin.renew(clusterWith("bob"), POSTURE, NOW);
    bulletin.renew(clusterWith("ann", "bob"), POSTURE, NOW);
    expect(bulletin.take()).to.equal(true);
  });

  it("is another number of findings, or another place where they are listed; another person is none", () => {
    bulletin.take();
    bulletin.renew(clusterWith("ann"), POSTURE, NOW);
    expect(bulletin.take()).to.equal(false);
    bulletin.renew(clusterWith("ann", "bob"), POSTURE, NOW);
    expect(bulletin.take()).to.equal(true);
    bulletin.renew(clusterWith("ann", "bob"), undefined, NOW);
    expect(bulletin.take()).to.equal(true);
  });

  it("is for namespaces, each in its turn, and not for the cluster's own posture", () => {
    const payments = { posture: namespacePosture, home: "payments" } as BaselineEntry;
    const news = { open: 1, listed: true };
    expect(bulletin.for(payments)).to.deep.equal({ news, due: false });
    bulletin.tell("payments");
    expect(bulletin.for(payments)).to.deep.equal({ news, due: true });
    bulletin.told("payments");
    expect(bulletin.for(payments)).to.deep.equal({ news, due: false });
    expect(bulletin.for({ ...payments, posture: clusterPosture })).to.equal(undefined);
  });
});
