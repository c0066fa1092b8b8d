/** Tests the order of writes. */
import { expect } from "chai";
import type { Desired } from "../../../operator/controls/control.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Action } from "../../../operator/plan/types.ts";
import {
  allowDNS,
  apiAccount,
  defaultAccount,
  defaultDeny,
  input,
  logReader,
  logReaderBinding,
  paymentsNamespace,
  retired,
  section,
} from "./baseline-objects.ts";
import { ModelCluster } from "./model-cluster.ts";

const NETWORK = [defaultDeny(), allowDNS()];
const ACCESS = [logReaderBinding(), logReader()];
const ACCOUNTS = [defaultAccount(), apiAccount()];
const ALL_RETIRED = [retired("access"), retired("network"), retired("podSecurity"), retired("serviceAccounts")];

function clusterWith(...objects: readonly Desired[]): ModelCluster {
  const cluster = new ModelCluster();
  for (const desired of objects) cluster.apply(desired);
  return cluster;
}

function told(batches: readonly (readonly Action[])[]): string[][] {
  return batches.map((batch) =>
    batch.map((action) => {
      const { kind, name } = action.verb === "apply" ? action.desired : action.live;
      return `${action.verb} ${kind.kind} ${name}`;
    }),
  );
}

describe("the order of writes", () => {
  it("creates restrictions before grants and allows before default-deny", () => {
    const cluster = clusterWith(paymentsNamespace("baseline"), defaultAccount(true));
    const sections = [
      section("access", ACCESS),
      section("network", NETWORK),
      section("serviceAccounts", ACCOUNTS),
      section("podSecurity", [paymentsNamespace()]),
    ];
    expect(told(planBaseline(input({ sections, live: cluster.live() })).batches)).to.deep.equal([
      ["apply Namespace payments"],
      ["apply ServiceAccount api", "apply ServiceAccount default"],
      ["apply NetworkPolicy allow-dns"],
      ["apply NetworkPolicy default-deny"],
      ["apply Role log-reader"],
      ["apply RoleBinding log-reader"],
    ]);
  });

  it("removes grants before restrictions, and default-deny before the allows that it makes matter", () => {
    const cluster = clusterWith(paymentsNamespace(), ...ACCOUNTS, ...NETWORK, ...ACCESS);
    expect(told(planBaseline(input({ retired: ALL_RETIRED, live: cluster.live() })).batches)).to.deep.equal([
      ["delete RoleBinding log-reader"],
      ["delete Role log-reader"],
      ["delete NetworkPolicy default-deny"],
      ["delete NetworkPolicy allow-dns"],
      ["delete ServiceAccount api", "release ServiceAccount default"],
      ["release Namespace payments"],
    ]);
  });

  it("takes grants away before it applies anything, and removes restrictions after", () => {
    const cluster = clusterWith(...NETWORK, ...ACCESS);
    const sections = [section("serviceAccounts", [apiAccount()]), section("access", [logReader(["list"])])];
    const live = cluster.live();
    expect(told(planBaseline(input({ sections, retired: [retired("network")], live })).batches)).to.deep.equal([
      ["delete RoleBinding log-reader"],
      ["apply ServiceAccount api"],
      ["apply Role log-reader"],
      ["delete NetworkPolicy default-deny"],
      ["delete NetworkPolicy allow-dns"],
    ]);
  });
});
