/** Owns the tests of the facts about kinds that shared code relies on. */
import { expect } from "chai";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";

describe("the kinds that we own", () => {
  it("live where the API serves them, and only those that exist without us are shareable", () => {
    const facts = ownedKinds.map(({ apiVersion, kind, resource, namespaced, ...more }) => [
      `${apiVersion} ${kind}`,
      resource,
      namespaced,
      ["default", "other"].filter((name) => more.shareable?.(name) === true),
    ]);
    expect(facts).to.deep.equal([
      ["rbac.authorization.k8s.io/v1 Role", "roles", true, []],
      ["rbac.authorization.k8s.io/v1 RoleBinding", "rolebindings", true, []],
      ["networking.k8s.io/v1 NetworkPolicy", "networkpolicies", true, []],
      ["v1 Namespace", "namespaces", false, ["default", "other"]],
      ["v1 ServiceAccount", "serviceaccounts", true, ["default"]],
    ]);
  });

  it("have ranks from restrictions to grants", () => {
    const ranks = ownedKinds.map(({ kind, rank }) => [kind, rank("any")]);
    expect(ranks).to.deep.equal([
      ["Role", 50],
      ["RoleBinding", 60],
      ["NetworkPolicy", 30],
      ["Namespace", 10],
      ["ServiceAccount", 20],
    ]);
    expect(networkPolicy.rank("default-deny")).to.equal(40);
  });
});
