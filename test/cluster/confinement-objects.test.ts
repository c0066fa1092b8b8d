/** Proves what a stolen operator token can do with objects as a whole: metadata, owners, taking over, deleting. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../support/api-client.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import {
  applyAs,
  bindingOf,
  denyAll,
  group,
  MANAGED,
  MARK,
  namespaceWith,
  operatorClient,
  RBAC,
  roleOf,
  writeBaseline,
} from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";
const NO_LABEL = "refused to write an object without the label securitybaseline.dev/control of a section";
const OTHERS_MARKS = "refused labels or annotations of others: the operator writes its own, and labels that the installation asks for";
const FINALIZERS = "refused another list of finalizers";
const OTHER_OWNER = "refused another owner of an object: only the namespace's SecurityBaseline may be one";
const OWNER_STAYS = "refused to remove owners that somebody else set";
const NOT_OURS = "refused to delete an object that is not ours: only objects may be deleted that carry the label";
const NOT_REPLACED = "refused to delete a RoleBinding that somebody else made: none of its name was in place for the baseline";
const ASKED = "refused to delete an object that the SecurityBaseline asks for";
const TAKEN_OVER = "refused to take over an object that somebody else made: set spec.adoptExisting";

const SPEC: SecurityBaselineSpec = {
  access: { roles: [{ name: "app-viewer", groups: ["team"] }] },
  network: {},
  serviceAccounts: { accounts: [{ name: "api" }] },
};

const LABELS = { ...MANAGED, "securitybaseline.dev/control": "network" };

const policyRef = (namespace: string, name: string): ObjectRef => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  namespace,
  name,
});

/** The policy that every section `network` yields, in the form in which the section yields it. */
function defaultDeny(namespace: string, metadata: object = {}): KubernetesObject {
  const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name: "default-deny", labels: LABELS, ...metadata },
    spec,
  };
}

async function baselineIn(namespace: string): Promise<KubernetesObject> {
  return admin().get({ apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" });
}

const ownerOf = ({ metadata: { uid = "" } = {} }: KubernetesObject) => ({
  apiVersion: API_VERSION,
  kind: "SecurityBaseline",
  name: "baseline",
  uid,
});

/** As the operator writes it at the end of a look. */
async function writeInventory(namespace: string, inventory: readonly string[]): Promise<void> {
  const ref = { apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" };
  const path = `${await admin().path(ref)}/status`;
  await admin().send({ method: "PATCH", path, body: { status: { inventory } }, contentType: "application/merge-patch+json" });
}

describe("a stolen operator token and objects as a whole", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    operator = await operatorClient();
    confined = await namespaceWith(SPEC);
  });

  describe("metadata", () => {
    const refused: readonly { reason: string; metadata: object; message: string }[] = [
      { reason: "no label of ours", metadata: { labels: {} }, message: NO_LABEL },
      {
        reason: "the label of tools alone",
        metadata: { labels: { "app.kubernetes.io/managed-by": "securitybaseline" } },
        message: NO_LABEL,
      },
      { reason: "our label of no section", metadata: { labels: { "securitybaseline.dev/control": "mine" } }, message: NO_LABEL },
      { reason: "a label of others", metadata: { labels: { ...LABELS, team: "x" } }, message: OTHERS_MARKS },
      { reason: "an annotation of others", metadata: { annotations: { "x.io/y": "z" } }, message: OTHERS_MARKS },
      { reason: "a finalizer", metadata: { finalizers: ["x.io/stay"] }, message: FINALIZERS },
      {
        reason: "an owner of the cluster, whose absence would have the object deleted",
        metadata: { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "gone", uid: "0" }] },
        message: OTHER_OWNER,
      },
      {
        reason: "the baseline of another time",
        metadata: { ownerReferences: [{ apiVersion: API_VERSION, kind: "SecurityBaseline", name: "baseline", uid: "0" }] },
        message: OTHER_OWNER,
      },
    ];
    for (const { reason, metadata, message } of refused) {
      it(`refused on a new object: ${reason}`, async () => {
        const failure = await refusal(operator.create(defaultDeny(confined, metadata)));
        expect(failure.message).to.contain(message);
        expect(failure.status).to.equal(403);
      });
    }

    it("allowed: our labels, and the namespace's baseline as owner", async () => {
      const owner = ownerOf(await baselineIn(confined));
      const { metadata } = await applyAs(operator, defaultDeny(confined, { ownerReferences: [{ ...owner, controller: true }] }));
      expect(metadata?.labels).to.deep.equal(LABELS);
      await operator.mergePatch(policyRef(confined, "default-deny"), { metadata: { ownerReferences: null } });
    });

    it("refused: an owner that could not be deleted before the object", async () => {
      const owner = { ...ownerOf(await baselineIn(confined)), blockOwnerDeletion: true };
      const failure = await refusal(applyAs(operator, defaultDeny(confined, { ownerReferences: [owner] })));
      // The API server's own check comes first where it is switched on.
      expect(failure.message).to.match(/refused another owner|cannot set blockOwnerDeletion/);
    });

    describe("of what others added to an object of ours", () => {
      const ref = () => policyRef(confined, "default-deny");
      // It must be there: garbage collection deletes what belongs to nobody.
      let foreign: object;

      before(async () => {
        await applyAs(operator, defaultDeny(confined));
        const map = await admin().create({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: confined, name: "theirs" } });
        foreign = { apiVersion: "v1", kind: "ConfigMap", name: "theirs", uid: map.metadata?.uid };
        const labels = { team: "payments" };
        const annotations = { "team.example/note": "stays" };
        await admin().mergePatch(ref(), {
          metadata: { labels, annotations, finalizers: ["team.example/stay"], ownerReferences: [foreign] },
        });
      });

      after(() =>
        admin().mergePatch(ref(), { metadata: { labels: { team: null }, annotations: null, finalizers: null, ownerReferences: null } }),
      );

      const changes: readonly { reason: string; metadata: () => object; message: string }[] = [
        { reason: "a label goes", metadata: () => ({ labels: { team: null } }), message: OTHERS_MARKS },
        { reason: "a label gets another value", metadata: () => ({ labels: { team: "x" } }), message: OTHERS_MARKS },
        { reason: "a label is added", metadata: () => ({ labels: { other: "x" } }), message: OTHERS_MARKS },
        { reason: "an annotation goes", metadata: () => ({ annotations: null }), message: OTHERS_MARKS },
        { reason: "a finalizer goes", metadata: () => ({ finalizers: null }), message: FINALIZERS },
        { reason: "a finalizer is added", metadata: () => ({ finalizers: ["team.example/stay", "x.io/y"] }), message: FINALIZERS },
        { reason: "an owner goes", metadata: () => ({ ownerReferences: null }), message: OWNER_STAYS },
        { reason: "an owner is added", metadata: () => ({ ownerReferences: [foreign, { ...foreign, uid: "1" }] }), message: OTHER_OWNER },
        { reason: "our own label goes", metadata: () => ({ labels: { "securitybaseline.dev/control": null } }), message: NO_LABEL },
      ];
      for (const { reason, metadata, message } of changes) {
        it(`refused: ${reason}`, async () => {
          const failure = await refusal(operator.mergePatch(ref(), { metadata: metadata() }));
          expect(failure.message).to.contain(message);
        });
      }

      it("allowed: an apply that leaves it in place", async () => {
        const { metadata } = await applyAs(operator, defaultDeny(confined));
        expect(metadata?.labels).to.deep.equal({ ...LABELS, team: "payments" });
        expect(metadata?.annotations).to.deep.equal({ "team.example/note": "stays" });
      });
    });
  });

  describe("taking over", () => {
    let namespace: string;
    const ref = () => policyRef(namespace, "default-deny");
    const entry = ({ metadata: { name, uid } = {} }: KubernetesObject, kind = "networkpolicies.networking.k8s.io") =>
      `${kind} ${name} ${uid}`;
    const foreign = () => denyAll(namespace, "default-deny");
    const take = () => applyAs(operator, defaultDeny(namespace));

    beforeEach(async () => {
      namespace = await namespaceWith(SPEC);
    });

    it("refused: a stranger, with the content that the baseline asks for", async () => {
      await admin().create(foreign());
      expect((await refusal(take())).message).to.contain(TAKEN_OVER);
    });

    it("refused: a stranger that carries the label of tools", async () => {
      await admin().create(denyAll(namespace, "default-deny", { "app.kubernetes.io/managed-by": "securitybaseline" }));
      expect((await refusal(take())).message).to.contain(TAKEN_OVER);
    });

    it("allowed: what our entry in managedFields tells to be ours, after somebody stole the label", async () => {
      await take();
      await admin().mergePatch(ref(), { metadata: { labels: null } });
      expect((await take()).metadata?.labels).to.deep.equal(LABELS);
    });

    it("allowed: where the baseline says adoptExisting", async () => {
      await admin().create(foreign());
      await writeBaseline(namespace, { ...SPEC, adoptExisting: true });
      expect((await eventually("the policies see the change", take)).metadata?.labels).to.deep.equal(LABELS);
    });

    it("allowed: an object of the inventory that somebody replaced by a PUT without our marks", async () => {
      const ours = await take();
      await admin().replace({ ...foreign(), metadata: { namespace, name: "default-deny", managedFields: [{}] } } as KubernetesObject);
      const stripped = await admin().get(ref());
      expect(stripped.metadata?.uid).to.equal(ours.metadata?.uid);
      await admin().mergePatch(ref(), { metadata: { managedFields: [{}] } });
      await writeInventory(namespace, [entry(ours)]);
      expect((await eventually("the policies see the inventory", take)).metadata?.labels).to.deep.equal(LABELS);
    });

    it("allowed: an object that was made anew in the place of one of the inventory", async () => {
      const ours = await take();
      await admin().delete(ref());
      await admin().create(foreign());
      await writeInventory(namespace, [entry(ours)]);
      expect((await eventually("the policies see the inventory", take)).metadata?.labels).to.deep.equal(LABELS);
    });

    const others: readonly { reason: string; line: (stranger: KubernetesObject) => string }[] = [
      { reason: "of another name", line: ({ metadata: { uid } = {} }) => `networkpolicies.networking.k8s.io default-den ${uid}` },
      {
        reason: "of another name that begins like it",
        line: ({ metadata: { uid } = {} }) => `networkpolicies.networking.k8s.io default-deny-2 ${uid}`,
      },
      { reason: "of another resource", line: (stranger) => entry(stranger, "serviceaccounts") },
      { reason: "of another group", line: (stranger) => entry(stranger, "networkpolicies.example.com") },
    ];
    for (const { reason, line } of others) {
      it(`refused: where the inventory has an object ${reason}`, async () => {
        const stranger = await admin().create(foreign());
        await writeInventory(namespace, [line(stranger)]);
        // What the policies must have seen by then is a right line of another object.
        const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: "api" } };
        const known = await admin().create(account);
        await writeInventory(namespace, [line(stranger), entry(known, "serviceaccounts")]);
        const labels = { ...MANAGED, "securitybaseline.dev/control": "serviceAccounts" };
        await eventually("the policies see the inventory", () =>
          applyAs(operator, { ...account, metadata: { ...account.metadata, labels }, automountServiceAccountToken: false }),
        );
        expect((await refusal(take())).message).to.contain(TAKEN_OVER);
      });
    }

    it("refused: a stranger that was there before the baseline, in the place of one of the inventory", async () => {
      const early = await freshNamespace("early", MARK);
      const stranger = await admin().create(denyAll(early, "default-deny"));
      const madeAt = Date.parse((stranger.metadata as { creationTimestamp?: string }).creationTimestamp ?? "");
      // The API server counts in seconds.
      await eventually("a second has passed", () => Date.now() > madeAt + 1500);
      await writeBaseline(early, SPEC);
      await writeInventory(early, ["networkpolicies.networking.k8s.io default-deny 0"]);
      await eventually("the policies see the baseline", async () => {
        expect((await refusal(applyAs(operator, defaultDeny(early)))).message).to.contain(TAKEN_OVER);
      });
    });
  });

  describe("deleting", () => {
    it("refused: a foreign object, with our label or without", async () => {
      await admin().create(denyAll(confined, "foreign"));
      await admin().create(denyAll(confined, "labelled", LABELS));
      for (const name of ["foreign", "labelled"]) {
        expect((await refusal(operator.delete(policyRef(confined, name)))).message).to.contain(NOT_OURS);
      }
    });

    it("refused: all NetworkPolicies at once, which the token has no right to", async () => {
      const path = await admin().path(policyRef(confined, ""));
      expect((await refusal(operator.send({ method: "DELETE", path }))).message).to.contain(
        'cannot deletecollection resource "networkpolicies"',
      );
    });

    const account = { apiVersion: "v1", kind: "ServiceAccount" };
    const viewer = roleOf("", "app-viewer", []);

    it("refused: what the baseline asks for; allowed once it does not", async () => {
      const namespace = await namespaceWith(SPEC);
      const labels = { ...MANAGED, "securitybaseline.dev/control": "serviceAccounts" };
      await applyAs(operator, defaultDeny(namespace));
      await applyAs(operator, { ...account, metadata: { namespace, name: "api", labels }, automountServiceAccountToken: false });
      await applyAs(operator, bindingOf(namespace, "app-viewer", [group("team")]));
      const refs: readonly ObjectRef[] = [
        policyRef(namespace, "default-deny"),
        { ...account, namespace, name: "api" },
        { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace, name: "app-viewer" },
      ];
      for (const ref of refs) expect((await refusal(operator.delete(ref))).message, ref.kind).to.contain(ASKED);
      await writeBaseline(namespace, {});
      for (const ref of refs) await eventually(`${ref.kind} may go`, () => operator.delete(ref));
    });

    it("allowed: a RoleBinding to another role, which can only be replaced", async () => {
      const namespace = await namespaceWith(SPEC);
      // Somebody made it anew under our label, with somebody's own field manager.
      await admin().create(bindingOf(namespace, "app-viewer", [group("team")], { name: "other" }));
      await operator.delete({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace, name: "app-viewer" });
    });

    it("refused: such a binding under our label, of a name that the baseline does not ask for", async () => {
      await admin().create(bindingOf(confined, "labelled-by-others", [group("team")], { name: "other" }));
      const ref = { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace: confined, name: "labelled-by-others" };
      expect((await refusal(operator.delete(ref))).message).to.contain(NOT_REPLACED);
    });

    describe("a RoleBinding without our label", () => {
      const bindingRef = (namespace: string, name: string) => ({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace, name });
      const unlabelled = (namespace: string, name: string, roleRef: object = {}): KubernetesObject => ({
        ...bindingOf(namespace, name, [group("team")], roleRef),
        metadata: { namespace, name },
      });
      const LINE = "rolebindings.rbac.authorization.k8s.io app-viewer 0";

      it("refused: one to another role, where none of its name was in place before", async () => {
        await admin().create(unlabelled(confined, "theirs", { name: "other" }));
        expect((await refusal(operator.delete(bindingRef(confined, "theirs")))).message).to.contain(NOT_REPLACED);
      });

      it("allowed: one to another role, made anew in the place of one of the inventory", async () => {
        const namespace = await namespaceWith(SPEC);
        await admin().create(unlabelled(namespace, "app-viewer", { name: "other" }));
        await admin().create(unlabelled(namespace, "app-viewer-2", { name: "other" }));
        await writeInventory(namespace, [LINE]);
        await eventually("the policies see the inventory", () => operator.delete(bindingRef(namespace, "app-viewer")));
        expect((await refusal(operator.delete(bindingRef(namespace, "app-viewer-2")))).message).to.contain(NOT_REPLACED);
      });

      it("refused: one of the inventory that leads to the Role of its name", async () => {
        const namespace = await namespaceWith(SPEC);
        await admin().create(unlabelled(namespace, "app-viewer"));
        await writeInventory(namespace, [LINE]);
        // Two policies refuse it, and the API server tells of one.
        expect((await refusal(operator.delete(bindingRef(namespace, "app-viewer")))).message).to.contain("refused to delete");
      });
    });

    it("allowed: what is left where the baseline is gone and the mark is still there", async () => {
      const namespace = await namespaceWith(SPEC);
      await applyAs(operator, defaultDeny(namespace));
      await admin().delete({ apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" });
      await eventually("the policies see that the baseline is gone", () => operator.delete(policyRef(namespace, "default-deny")));
    });

    it("not judged: anybody else", async () => {
      await admin().create({ ...viewer, metadata: { ...viewer.metadata, namespace: confined, name: "theirs" } });
      await admin().delete({ apiVersion: `${RBAC}/v1`, kind: "Role", namespace: confined, name: "theirs" });
      await admin().delete(policyRef(confined, "labelled"));
    });
  });
});
