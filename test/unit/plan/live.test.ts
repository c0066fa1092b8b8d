/** Proves what the cache keeps of a live object. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject, ManagedFieldsEntry, ObjectMeta, OwnerReference } from "../../../operator/api/object.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { role } from "../../../operator/kinds/role.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import { secretStore } from "../../../operator/kinds/secret-store.ts";
import { serviceAccount } from "../../../operator/kinds/service-account.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import type { Live } from "../../../operator/plan/types.ts";

const LABELS = { "app.kubernetes.io/managed-by": "securitybaseline", "securitybaseline.dev/control": "access" };
const OURS: ManagedFieldsEntry = { manager: "securitybaseline", operation: "Apply", fieldsV1: { "f:rules": {} } };
const GET = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
const LIST = [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }];

function object(metadata: ObjectMeta, body: JsonObject = {}): KubernetesObject {
  return { metadata: { namespace: "payments", name: "log-reader", uid: "u1", resourceVersion: "7", ...metadata }, ...body };
}

const ourRole = (rules: JsonObject[] = GET, metadata: ObjectMeta = {}): KubernetesObject =>
  object({ labels: LABELS, managedFields: [OURS], ...metadata }, { rules });

/** As the cache keeps it once it was seen in place. */
const verified = (live: Live): Live => ({ ...live, satisfies: "wanted-1", detail: undefined });

describe("projectLive", () => {
  it("keeps the facts of an object of ours, and its values until it is verified", () => {
    const { hash, ...live } = projectLive(role, ourRole());
    expect(hash).to.match(/^[\w-]{22}$/);
    expect(live).to.deep.equal({
      kind: role,
      namespace: "payments",
      name: "log-reader",
      uid: "u1",
      resourceVersion: "7",
      terminating: false,
      control: "access",
      created: undefined,
      tool: undefined,
      controller: undefined,
      mark: undefined,
      ownerIndexes: [],
      deletionPolicy: undefined,
      managed: true,
      immutable: undefined,
      facts: undefined,
      traits: '{"rights":[]}',
      due: undefined,
      satisfies: undefined,
      detail: {
        values: {
          rules: '[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]',
          'metadata.labels["app.kubernetes.io/managed-by"]': '"securitybaseline"',
          'metadata.labels["securitybaseline.dev/control"]': '"access"',
        },
        managers: [OURS],
        before: undefined,
      },
    });
  });

  const facts: readonly { readonly reason: string; readonly metadata: ObjectMeta; readonly want: Partial<Live> }[] = [
    { reason: "a deletionTimestamp", metadata: { deletionTimestamp: "2026-11-23T10:00:00Z" }, want: { terminating: true } },
    {
      reason: "our managed-by, which marks nothing as ours",
      metadata: { labels: { "app.kubernetes.io/managed-by": "securitybaseline" } },
      want: { control: undefined },
    },
    {
      reason: "the time of an object that is not ours",
      metadata: { creationTimestamp: "2026-11-23T10:00:00Z" },
      want: { created: 1_795_428_000 },
    },
    { reason: "the mark of a namespace", metadata: { labels: { "securitybaseline.dev/enforced": "true" } }, want: { mark: "true" } },
    { reason: "no managedFields", metadata: {}, want: { managed: false } },
    {
      reason: "our update, which no apply of ours is",
      metadata: { managedFields: [{ ...OURS, operation: "Update" }] },
      want: { managed: false },
    },
    { reason: "our entry for a subresource", metadata: { managedFields: [{ ...OURS, subresource: "status" }] }, want: { managed: false } },
    { reason: "another manager", metadata: { managedFields: [{ ...OURS, manager: "argo" }] }, want: { managed: false } },
    {
      reason: "the deletion policy",
      metadata: { annotations: { "securitybaseline.dev/deletion-policy": "Retain" } },
      want: { deletionPolicy: "Retain" },
    },
  ];
  for (const { reason, metadata, want } of facts) {
    it(`reads ${reason}`, () => expect(projectLive(role, object(metadata))).to.deep.include(want));
  }

  it("reads a cluster-scoped object, which has no namespace", () => {
    expect(projectLive(namespace, { metadata: { name: "payments", uid: "u2", resourceVersion: "1" } }).namespace).to.equal("");
  });

  describe("verification", () => {
    it("holds while the decisive content stays the same", () => {
      const previous = verified(projectLive(role, ourRole()));
      const live = projectLive(role, ourRole(GET, { resourceVersion: "8", labels: { ...LABELS, team: "a" } }), { previous });
      expect(live).to.deep.include({ resourceVersion: "8", satisfies: "wanted-1", detail: undefined });
    });

    it("ends with a change, and what the object satisfied before is remembered", () => {
      const live = projectLive(role, ourRole(LIST), { previous: verified(projectLive(role, ourRole())) });
      expect(live.satisfies).to.equal(undefined);
      expect(live.detail?.before).to.equal("wanted-1");
    });

    it("is remembered over a second change", () => {
      const first = projectLive(role, ourRole(LIST), { previous: verified(projectLive(role, ourRole())) });
      expect(projectLive(role, ourRole([]), { previous: first }).detail?.before).to.equal("wanted-1");
    });

    it("does not pass to another object of the same name", () => {
      const live = projectLive(role, ourRole(GET, { uid: "u9" }), { previous: verified(projectLive(role, ourRole())) });
      expect(live.satisfies).to.equal(undefined);
      expect(live.detail?.before).to.equal(undefined);
    });

    const changes: readonly { readonly reason: string; readonly metadata: ObjectMeta }[] = [
      { reason: "another control label", metadata: { labels: { ...LABELS, "securitybaseline.dev/control": "network" } } },
      { reason: "a stripped managed-by label", metadata: { labels: { "securitybaseline.dev/control": "access" } } },
      { reason: "a deletion policy", metadata: { annotations: { "securitybaseline.dev/deletion-policy": "Retain" } } },
    ];
    for (const { reason, metadata } of changes) {
      it(`ends with ${reason}`, () => {
        expect(projectLive(role, ourRole(GET, metadata), { previous: verified(projectLive(role, ourRole())) }).satisfies).to.equal(
          undefined,
        );
      });
    }
  });

  describe("owner references", () => {
    const reference = {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      name: "baseline",
      uid: "b",
      controller: true,
    };
    const booked = (manager: string): ManagedFieldsEntry => ({
      ...OURS,
      manager,
      fieldsV1: { "f:metadata": { "f:ownerReferences": { 'k:{"uid":"b"}': {} } } },
    });
    const referencesOf = (metadata: ObjectMeta): string | undefined =>
      projectLive(role, ourRole(GET, metadata)).detail?.values["metadata.ownerReferences"];
    const text = '[{"apiVersion":"securitybaseline.dev/v1alpha1","kind":"SecurityBaseline","name":"baseline","uid":"b"}]';

    it("to a baseline count if we applied them", () => {
      expect(
        referencesOf({ ownerReferences: [{ ...reference, blockOwnerDeletion: false }], managedFields: [booked("securitybaseline")] }),
      ).to.equal(text);
    });

    it("to a baseline that others set do not count: we could not remove them", () => {
      expect(referencesOf({ ownerReferences: [reference], managedFields: [OURS, booked("argo")] })).to.equal(undefined);
    });

    it("to anything else do not count", () => {
      const foreign = { ...reference, apiVersion: "apps/v1", kind: "Deployment" };
      expect(referencesOf({ ownerReferences: [foreign], managedFields: [booked("securitybaseline")] })).to.equal(undefined);
    });
  });

  describe("our reference among the ownerReferences", () => {
    const other = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d" };
    const baseline = (uid: string): OwnerReference => ({
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      name: "baseline",
      uid,
    });
    const applied = { ...OURS, fieldsV1: { "f:metadata": { "f:ownerReferences": { 'k:{"uid":"b"}': {} } } } };
    const cases: readonly {
      readonly reason: string;
      readonly references?: readonly OwnerReference[];
      readonly want: readonly number[];
    }[] = [
      { reason: "is found at its place", references: [other, baseline("b")], want: [1] },
      { reason: "is not one to a baseline that somebody else set", references: [baseline("x"), baseline("b")], want: [1] },
      { reason: "is not one to anything else", references: [other], want: [] },
      { reason: "is absent from an object without owners", want: [] },
    ];
    for (const { reason, references, want } of cases) {
      it(reason, () => {
        const metadata = { managedFields: [applied], ...(references && { ownerReferences: references }) };
        expect(projectLive(role, ourRole(GET, metadata)).ownerIndexes).to.deep.equal(want);
      });
    }
  });

  describe("what health needs", () => {
    const status = { conditions: [{ type: "Ready", status: "True", reason: "Valid", message: "path secret/data/payments" }] };

    it("is kept as text of a kind that declares it, whoever made the object, and with none of the backend's own words", () => {
      expect(projectLive(secretStore, object({}, { status })).facts).to.equal('{"reason":"Valid","status":"True"}');
    });

    it("does not end the verification when it changes", () => {
      const ours = (more: JsonObject): KubernetesObject => object({ labels: LABELS, managedFields: [OURS] }, { spec: {}, ...more });
      const live = projectLive(secretStore, ours({ status }), { previous: verified(projectLive(secretStore, ours({}))) });
      expect(live).to.deep.include({ facts: '{"reason":"Valid","status":"True"}', satisfies: "wanted-1" });
    });
  });

  describe("an object of others", () => {
    it("is kept by name only", () => {
      expect(projectLive(role, object({}, { rules: GET }))).to.deep.include({ hash: "", satisfies: undefined, detail: undefined });
    });

    it("keeps the field that cannot change, which decides whether it can be taken over", () => {
      const roleRef = { kind: "ClusterRole", name: "view" };
      expect(projectLive(roleBinding, object({}, { roleRef })).immutable).to.equal(
        '{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"}',
      );
    });

    it("keeps its values where we might share it and it has any", () => {
      const account = { automountServiceAccountToken: true };
      expect(projectLive(serviceAccount, object({ name: "default" }, account)).detail?.values).to.deep.equal({
        automountServiceAccountToken: "true",
      });
      expect(projectLive(serviceAccount, object({ name: "default" })).detail).to.equal(undefined);
      expect(projectLive(serviceAccount, object({ name: "builder" }, account)).detail).to.equal(undefined);
    });
  });
});
