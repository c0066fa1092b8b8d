/** Proves how feeds are named that cannot be followed: resources of one name in two groups are told apart. */
import { expect } from "chai";
import { Feeds } from "../../../operator/cluster/feeds.ts";
import { settle } from "../../support/manual-clock.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

describe("feeds that cannot be followed", () => {
  it("have the name of their resource, and their group where another group had that name first", async () => {
    const cluster = new PretendCluster();
    const feeds = new Feeds(cluster, { info: () => undefined, warn: () => undefined }, () => undefined);
    for (const apiVersion of ["networking.k8s.io/v1", "crd.projectcalico.org/v1"]) {
      const type = { apiVersion, resource: "networkpolicies", namespaced: true };
      feeds.follow({ type, project: () => undefined, onChange: () => undefined });
    }
    cluster.absent.add("networkpolicies");
    const stop = new AbortController();
    const running = feeds.run(stop.signal);
    await settle();
    expect(feeds.failing()).to.deep.equal(["networkpolicies", "networkpolicies.crd.projectcalico.org"]);
    stop.abort();
    await running;
  });
});
