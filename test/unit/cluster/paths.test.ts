/** Proves the paths of the API and what is read back from them. */
import { expect } from "chai";
import { collectionPath, groupVersionPath, objectPath, pathInfo } from "../../../operator/cluster/paths.ts";
import type { ResourceType } from "../../../operator/cluster/types.ts";

const PODS: ResourceType = { apiVersion: "v1", resource: "pods", namespaced: true };
const ROLES: ResourceType = { apiVersion: "rbac.authorization.k8s.io/v1", resource: "roles", namespaced: true };
const NAMESPACES: ResourceType = { apiVersion: "v1", resource: "namespaces", namespaced: false };

describe("paths", () => {
  const cases: readonly { reason: string; path: string; expected: string }[] = [
    { reason: "the core group has a root of its own", path: groupVersionPath("v1"), expected: "/api/v1" },
    { reason: "all other groups share one", path: groupVersionPath("apps/v1"), expected: "/apis/apps/v1" },
    { reason: "no namespace means all", path: collectionPath(PODS), expected: "/api/v1/pods" },
    { reason: "one namespace", path: collectionPath(PODS, "shop"), expected: "/api/v1/namespaces/shop/pods" },
    { reason: "cluster scope ignores a namespace", path: collectionPath(NAMESPACES, "shop"), expected: "/api/v1/namespaces" },
    { reason: "a cluster-scoped object", path: objectPath({ type: NAMESPACES, name: "shop" }), expected: "/api/v1/namespaces/shop" },
    {
      reason: "RBAC names keep capitals and may hold colons",
      path: objectPath({ type: ROLES, namespace: "shop", name: "Team:Log-Reader" }),
      expected: "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/Team%3ALog-Reader",
    },
    {
      reason: "no name leads out of its place",
      path: objectPath({ type: ROLES, namespace: "shop", name: "../../x?y" }),
      expected: "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/..%2F..%2Fx%3Fy",
    },
    {
      reason: "a subresource follows the name",
      path: objectPath({ type: PODS, namespace: "shop", name: "a", subresource: "status" }),
      expected: "/api/v1/namespaces/shop/pods/a/status",
    },
  ];
  for (const { reason, path, expected } of cases) {
    it(reason, () => expect(path).to.equal(expected));
  }

  const readings: readonly { path: string; resource: string; named: boolean }[] = [
    { path: "/api/v1/pods", resource: "pods", named: false },
    { path: "/api/v1/namespaces", resource: "namespaces", named: false },
    { path: "/api/v1/namespaces/shop", resource: "namespaces", named: true },
    { path: "/api/v1/namespaces/shop/status", resource: "namespaces/status", named: true },
    { path: "/api/v1/namespaces/shop/pods", resource: "pods", named: false },
    { path: "/api/v1/namespaces/shop/pods/a/log", resource: "pods/log", named: true },
    { path: "/apis/apps/v1/deployments", resource: "deployments", named: false },
    { path: "/apis/apps/v1/namespaces/shop/deployments/a", resource: "deployments", named: true },
    { path: "/apis/apps/v1", resource: "", named: false },
  ];
  for (const { path, resource, named } of readings) {
    it(`reads ${path}`, () => expect(pathInfo(path)).to.deep.equal({ resource, named }));
  }
});
