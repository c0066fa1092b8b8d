/** Proves which custom resources become part of the role for the whole cluster, and which do not. */
import { expect } from "chai";
import { customResources } from "../../../operator/breakglass/custom-resources.ts";

const WRITE = ["get", "list", "watch", "create", "update", "patch", "delete"];
const CHANGE = ["get", "update", "patch"];
const KINDS = [
  { group: "db.example.com", resource: "databases", subresources: ["status", "scale"] },
  { group: "db.example.com", resource: "backups", subresources: [] },
  { group: "apps.example.com", resource: "sites", subresources: [] },
  { group: "securitybaseline.dev", resource: "securitybaselines", subresources: ["status"] },
];

describe("the custom resources of the role for the whole cluster", () => {
  it("are listed by group, subresources apart, and become part of it by a label", () => {
    expect(customResources(KINDS, []).role).to.deep.equal({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: {
        name: "sb-cluster-admin-custom-resources",
        labels: { "app.kubernetes.io/name": "securitybaseline", "securitybaseline.dev/aggregate-to-sb-cluster-admin": "true" },
      },
      rules: [
        { apiGroups: ["apps.example.com"], resources: ["sites"], verbs: WRITE },
        { apiGroups: ["db.example.com"], resources: ["backups", "databases"], verbs: WRITE },
        { apiGroups: ["db.example.com"], resources: ["databases/scale", "databases/status"], verbs: CHANGE },
      ],
    });
  });

  it("are the same whatever the order of the kinds", () => {
    expect(customResources(KINDS.toReversed(), [])).to.deep.equal(customResources(KINDS, []));
  });

  it("are none of the groups by which a grant could make itself permanent, which are told", () => {
    expect(customResources(KINDS, []).closed).to.deep.equal(["securitybaseline.dev"]);
  });

  it("are none of the groups that somebody leaves out", () => {
    const { role, closed } = customResources(KINDS, ["db.example.com", "securitybaseline.dev"]);
    expect(role["rules"]).to.deep.equal([{ apiGroups: ["apps.example.com"], resources: ["sites"], verbs: WRITE }]);
    expect(closed).to.deep.equal([]);
  });

  it("are none where a cluster has none", () => {
    expect(customResources([], []).role["rules"]).to.deep.equal([]);
  });
});
