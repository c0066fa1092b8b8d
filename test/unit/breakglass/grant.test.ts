/** Proves what a grant is made of, field by field, and how a live object of one is read. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { deadlineOf, GRANT_KINDS, grantName, grantObjects, projectGrantObject, scopeOf } from "../../../operator/breakglass/grant.ts";
import type { GrantObject, GrantScope } from "../../../operator/breakglass/types.ts";

const SETTINGS = { namespace: "securitybaseline-breakglass", objectLabels: {} };
const UID = "0b5b1b7e-6a0f-4c0e-9a53-0d6b6f0a1c11";
/** 2026-11-23T10:00:00Z */
const DEADLINE = 1_795_428_000;
const NAME = "bg-g4r9n0qy1w-1795428000";

function objects(scope: GrantScope, request?: string): readonly GrantObject[] {
  const named = request === undefined ? {} : { request };
  return grantObjects({
    settings: SETTINGS,
    scope,
    requester: "alice@example.com",
    requestUID: UID,
    role: "sb-incident-admin",
    deadline: DEADLINE,
    ...named,
  });
}

function metadata(namespace: string | undefined, request: string | undefined) {
  return {
    name: NAME,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { "securitybaseline.dev/break-glass": "grant" },
    annotations: {
      "securitybaseline.dev/request-uid": UID,
      ...(request === undefined ? {} : { "securitybaseline.dev/request": request }),
      "securitybaseline.dev/deadline": "2026-11-23T10:00:00Z",
    },
  };
}

describe("the name of a grant", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["r-1", "bg-4mc432wz5b-1795428000"],
    ["00000000-0000-0000-0000-000000000000", "bg-rzm40a6ieg-1795428000"],
    [UID, NAME],
  ];
  for (const [uid, name] of cases) {
    it(`of request ${uid} is ${name}`, () => expect(grantName(uid, DEADLINE)).to.equal(name));
  }

  it("tells its deadline", () => expect(deadlineOf(NAME)).to.equal(DEADLINE));

  for (const name of ["default", "bg-g4r9n0qy1w", "bg-g4r9n0qy1w-179542800", "bg-G4r9n0qy1w-1795428000", "xbg-g4r9n0qy1w-1795428000"]) {
    it(`is not ${name}`, () => expect(deadlineOf(name)).to.equal(undefined));
  }
});

describe("the objects of a grant", () => {
  it("carry the labels that the installation asks for, and none of them is taken for the label of grants", () => {
    const settings = { ...SETTINGS, objectLabels: { team: "platform", "securitybaseline.dev/break-glass": "x" } };
    const input = { settings, scope: "cluster", requester: "a", requestUID: UID, role: "view", deadline: DEADLINE } as const;
    const labels = grantObjects(input).map(({ manifest }) => (manifest as unknown as KubernetesObject).metadata?.labels);
    expect(labels).to.deep.equal(Array.from({ length: 4 }, () => ({ team: "platform", "securitybaseline.dev/break-glass": "grant" })));
  });

  it("give access to a namespace by four objects, the identity first", () => {
    expect(objects({ namespace: "payments" }, "incident-1").map(({ manifest }) => manifest)).to.deep.equal([
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: metadata("securitybaseline-breakglass", "payments/incident-1"),
        automountServiceAccountToken: false,
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: metadata("payments", "payments/incident-1"),
        subjects: [{ kind: "ServiceAccount", namespace: "securitybaseline-breakglass", name: NAME }],
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "sb-incident-admin" },
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: metadata("securitybaseline-breakglass", "payments/incident-1"),
        rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", "mint"], resourceNames: [NAME] }],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: metadata("securitybaseline-breakglass", "payments/incident-1"),
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "alice@example.com" }],
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: NAME },
      },
    ]);
  });

  it("give access to the cluster by a ClusterRoleBinding", () => {
    const [, binding] = objects("cluster", "incident-1");
    expect(binding?.kind.resource).to.equal("clusterrolebindings");
    expect(binding?.namespace).to.equal("");
    expect(binding?.manifest).to.deep.equal({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: metadata(undefined, "securitybaseline-breakglass/incident-1"),
      subjects: [{ kind: "ServiceAccount", namespace: "securitybaseline-breakglass", name: NAME }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "sb-incident-admin" },
    });
  });

  it("can be made without a request, by hand", () => {
    expect(objects("cluster").map(({ manifest }) => manifest["metadata"])).to.deep.equal([
      metadata("securitybaseline-breakglass", undefined),
      metadata(undefined, undefined),
      metadata("securitybaseline-breakglass", undefined),
      metadata("securitybaseline-breakglass", undefined),
    ]);
  });

  it("never carry the label of what baselines manage", () => {
    expect(JSON.stringify(objects({ namespace: "payments" }))).not.to.contain("managed-by");
  });
});

describe("the scope of a request", () => {
  it("is its namespace, and from the break-glass namespace the cluster", () => {
    expect(scopeOf("payments", SETTINGS)).to.deep.equal({ namespace: "payments" });
    expect(scopeOf("securitybaseline-breakglass", SETTINGS)).to.equal("cluster");
  });
});

describe("a live object of a grant", () => {
  const [identity, binding, minter] = objects({ namespace: "payments" });

  /** As the API server stores what we create: with its own metadata, and subjects in full. */
  function stored(
    object: GrantObject | undefined,
    more: { readonly manager?: string; readonly subresource?: string; readonly fields?: object } = {},
  ): KubernetesObject {
    const { manager = "securitybaseline-breakglass", subresource, fields = {} } = more;
    const managedFields = [{ manager, operation: "Update", ...(subresource === undefined ? {} : { subresource }) }];
    const { metadata: made = {}, ...body } = (object?.manifest ?? {}) as KubernetesObject;
    return { ...body, ...fields, metadata: { ...made, uid: "u-1", resourceVersion: "7", managedFields } };
  }

  it("is read as what was made", () => {
    const live = projectGrantObject("binding", GRANT_KINDS.binding.namespace, stored(binding));
    expect(live).to.deep.equal({
      part: "binding",
      kind: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", resource: "rolebindings", namespaced: true },
      namespace: "payments",
      name: NAME,
      uid: "u-1",
      resourceVersion: "7",
      terminatingSince: undefined,
      requestUID: UID,
      ours: true,
      content: binding?.content,
    });
  });

  const differing: readonly (readonly [string, Parameters<typeof projectGrantObject>])[] = [
    ["a subject more", ["binding", GRANT_KINDS.binding.namespace, stored(binding, { fields: { subjects: [] } })]],
    [
      "another role",
      ["binding", GRANT_KINDS.binding.namespace, stored(binding, { fields: { roleRef: { kind: "ClusterRole", name: "cluster-admin" } } })],
    ],
    ["a rule more", ["minter", GRANT_KINDS.minter.namespace, stored(minter, { fields: { rules: [] } })]],
    ["a mounted token", ["identity", GRANT_KINDS.identity.namespace, stored(identity, { fields: { automountServiceAccountToken: true } })]],
    [
      "the default of mounting",
      ["identity", GRANT_KINDS.identity.namespace, stored(identity, { fields: { automountServiceAccountToken: undefined } })],
    ],
  ];
  for (const [title, input] of differing) {
    it(`differs by ${title}`, () => {
      const wanted = objects({ namespace: "payments" }).find(({ part }) => part === input[0]);
      expect(projectGrantObject(...input).content).not.to.equal(wanted?.content);
    });
  }

  it("is equal where the API server fills in what means the same", () => {
    const subjects = [{ kind: "ServiceAccount", apiGroup: "", namespace: "securitybaseline-breakglass", name: NAME }];
    expect(projectGrantObject("binding", GRANT_KINDS.binding.namespace, stored(binding, { fields: { subjects } })).content).to.equal(
      binding?.content,
    );
  });

  it("is not ours by a mark alone, nor by a write to its status", () => {
    expect(projectGrantObject("minter", GRANT_KINDS.minter.namespace, stored(minter, { manager: "kubectl" })).ours).to.equal(false);
    expect(projectGrantObject("minter", GRANT_KINDS.minter.namespace, stored(minter, { subresource: "status" })).ours).to.equal(false);
  });

  it("is on its way out once it has a deletion time", () => {
    const object = stored(identity);
    const terminating = { ...object, metadata: { ...object.metadata, deletionTimestamp: "2026-11-23T10:00:00Z" } };
    expect(projectGrantObject("identity", GRANT_KINDS.identity.namespace, terminating).terminatingSince).to.equal(
      Date.UTC(2026, 10, 23, 10),
    );
  });

  it("may lack everything", () => {
    const bare = projectGrantObject("minter", GRANT_KINDS.minter.namespace, {});
    expect([bare.name, bare.uid, bare.requestUID, bare.ours]).to.deep.equal(["", "", undefined, false]);
  });
});
