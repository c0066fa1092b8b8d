/** Tests what the kinds declare about themselves and shared code relies on. */
import { expect } from "chai";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import { peerAuthentication } from "../../../operator/kinds/peer-authentication.ts";

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
      ["v1 Namespace", "namespaces", false, ["default", "other"]],
      ["policies.kyverno.io/v1 NamespacedImageValidatingPolicy", "namespacedimagevalidatingpolicies", true, []],
      ["v1 Namespace", "namespaces", false, ["default", "other"]],
      ["security.istio.io/v1 PeerAuthentication", "peerauthentications", true, []],
      ["security.istio.io/v1 AuthorizationPolicy", "authorizationpolicies", true, []],
      ["v1 Namespace", "namespaces", false, ["default", "other"]],
      ["networking.k8s.io/v1 NetworkPolicy", "networkpolicies", true, []],
      ["v1 Namespace", "namespaces", false, ["default", "other"]],
      ["cilium.io/v1alpha1 TracingPolicyNamespaced", "tracingpoliciesnamespaced", true, []],
      ["external-secrets.io/v1 ExternalSecret", "externalsecrets", true, []],
      ["external-secrets.io/v1 SecretStore", "secretstores", true, []],
      ["secrets-store.csi.x-k8s.io/v1 SecretProviderClass", "secretproviderclasses", true, []],
      ["bitnami.com/v1alpha1 SealedSecret", "sealedsecrets", true, []],
      ["v1 ServiceAccount", "serviceaccounts", true, ["default"]],
    ]);
  });

  it("may be absent where another project serves them", () => {
    const optional = ownedKinds.filter((kind) => kind.optional === true).map(({ kind }) => kind);
    expect(optional).to.deep.equal([
      "NamespacedImageValidatingPolicy",
      "PeerAuthentication",
      "AuthorizationPolicy",
      "TracingPolicyNamespaced",
      "ExternalSecret",
      "SecretStore",
      "SecretProviderClass",
      "SealedSecret",
    ]);
  });

  it("have ranks from restrictions to grants", () => {
    const ranks = ownedKinds.map(({ kind, rank }) => [kind, rank("any")]);
    expect(ranks).to.deep.equal([
      ["Role", 50],
      ["RoleBinding", 60],
      ["Namespace", 70],
      ["NamespacedImageValidatingPolicy", 40],
      ["Namespace", 40],
      ["PeerAuthentication", 30],
      ["AuthorizationPolicy", 40],
      ["Namespace", 40],
      ["NetworkPolicy", 30],
      ["Namespace", 10],
      ["TracingPolicyNamespaced", 42],
      ["ExternalSecret", 46],
      ["SecretStore", 44],
      ["SecretProviderClass", 46],
      ["SealedSecret", 46],
      ["ServiceAccount", 20],
    ]);
    expect(networkPolicy.rank("default-deny")).to.equal(40);
    expect(peerAuthentication.rank("default")).to.equal(40);
  });
});
