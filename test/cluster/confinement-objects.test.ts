/** Owns the proof that the operator's token reaches only what was made for a baseline, and its own fields of what is shared. */
import { expect } from "chai";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../support/api-client.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { applyAs, denyAll, MANAGED, namespaceWith, operatorClient, roleOf, writeBaseline } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

const NO_LABEL = "refused to write an object without the label app.kubernetes.io/managed-by=securitybaseline";
const NOT_DELETED = "refused to delete an object without the label app.kubernetes.io/managed-by=securitybaseline";
const TAKEN_OVER = "refused to take over an object that somebody else made: set spec.adoptExisting";
const OTHER_NAMESPACE_CHANGE = "refused another change of a Namespace: only its pod-security.kubernetes.io labels";
const OTHER_LABELS = "refused other Pod Security labels: only the levels and the version of spec.podSecurity";
const OTHER_ACCOUNT_CHANGE = "refused another change of the ServiceAccount default: only automountServiceAccountToken";
const ACCOUNT_STAYS = "refused to create or delete the ServiceAccount default: it belongs to the namespace";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const POLICY = "securitybaseline.dev/deletion-policy";

const policyRef = (namespace: string, name: string): ObjectRef => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  namespace,
  name,
});
const namespaceRef = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });
const accountRef = (namespace: string, name: string): ObjectRef => ({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
const labelsOf = (object: KubernetesObject) => object.metadata?.labels ?? {};

describe("the operator's token and objects of others", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    operator = await operatorClient();
    confined = await namespaceWith({
      podSecurity: { enforce: "restricted", warn: "baseline" },
      access: { roles: [{ name: "app-viewer", groups: ["team"] }] },
    });
    await eventually("the policies see the baseline", async () => {
      const { message } = await refusal(applyAs(operator, roleOf(confined, "app-viewer", [])));
      if (!message.includes("refused a Role with other rules")) throw new Error(message);
    });
  });

  describe("generated kinds", () => {
    before(() => admin().create(denyAll(confined, "foreign")));

    it("refused: writing an object without our label", async () => {
      expect((await refusal(applyAs(operator, denyAll(confined, "new")))).message).to.contain(NO_LABEL);
    });

    it("refused: changing a foreign NetworkPolicy", async () => {
      const attempt = operator.mergePatch(policyRef(confined, "foreign"), { spec: { ingress: [{}] } });
      expect((await refusal(attempt)).message).to.contain(NO_LABEL);
    });

    it("refused: labelling a foreign NetworkPolicy to make it ours", async () => {
      expect((await refusal(applyAs(operator, denyAll(confined, "foreign", MANAGED)))).message).to.contain(TAKEN_OVER);
    });

    it("refused: deleting a foreign NetworkPolicy", async () => {
      expect((await refusal(operator.delete(policyRef(confined, "foreign")))).message).to.contain(NOT_DELETED);
    });

    it("refused: deleting foreign Roles one by one", async () => {
      await admin().apply(roleOf(confined, "theirs", [], {}));
      const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", namespace: confined, name: "theirs" };
      expect((await refusal(operator.delete(ref))).message).to.contain(NOT_DELETED);
    });

    it("refused: deleting all NetworkPolicies at once", async () => {
      const path = await admin().path({ ...policyRef(confined, ""), name: "" });
      expect((await refusal(operator.send({ method: "DELETE", path }))).message).to.contain(
        'cannot deletecollection resource "networkpolicies"',
      );
    });

    it("allowed: making, changing and deleting objects with our label", async () => {
      await applyAs(operator, denyAll(confined, "ours", MANAGED));
      await operator.mergePatch(policyRef(confined, "ours"), { spec: { podSelector: { matchLabels: { app: "api" } } } });
      await operator.delete(policyRef(confined, "ours"));
      expect(await admin().find(policyRef(confined, "ours"))).to.equal(undefined);
    });

    it("allowed: putting back our label after somebody stole it", async () => {
      await applyAs(operator, denyAll(confined, "stolen", MANAGED));
      await admin().mergePatch(policyRef(confined, "stolen"), { metadata: { labels: null } });
      expect(labelsOf(await applyAs(operator, denyAll(confined, "stolen", MANAGED)))).to.deep.equal(MANAGED);
    });

    it("allowed: taking over where the baseline says adoptExisting", async () => {
      const adopting = await namespaceWith({ adoptExisting: true });
      await admin().create(denyAll(adopting, "foreign"));
      const adopted = await eventually("the policies see the baseline", () => applyAs(operator, denyAll(adopting, "foreign", MANAGED)));
      expect(labelsOf(adopted)).to.deep.equal(MANAGED);
    });

    it("not judged: other people, also with objects that carry our label", async () => {
      const bare = await freshNamespace("bare");
      for (const namespace of [confined, bare]) {
        await admin().create(denyAll(namespace, "labelled", MANAGED));
        await admin().mergePatch(policyRef(namespace, "labelled"), { spec: { ingress: [{}] } });
        await admin().delete(policyRef(namespace, "labelled"));
      }
    });
  });

  describe("Namespaces", () => {
    before(() => admin().mergePatch(namespaceRef(confined), { metadata: { labels: { tier: "gold" } } }));

    const refused = [
      { reason: "a label of others", patch: { labels: { team: "x" } }, message: OTHER_NAMESPACE_CHANGE },
      { reason: "taking a label of others away", patch: { labels: { tier: null } }, message: OTHER_NAMESPACE_CHANGE },
      { reason: "an annotation of others", patch: { annotations: { "x.io/y": "z" } }, message: OTHER_NAMESPACE_CHANGE },
      { reason: "a finalizer", patch: { finalizers: ["x.io/stay"] }, message: OTHER_NAMESPACE_CHANGE },
      {
        reason: "an owner",
        patch: { ownerReferences: [{ apiVersion: "v1", kind: "Namespace", name: "default", uid: "1" }] },
        message: OTHER_NAMESPACE_CHANGE,
      },
      { reason: "a lower level than the baseline's", patch: { labels: { [ENFORCE]: "privileged" } }, message: OTHER_LABELS },
      { reason: "another version than the baseline's", patch: { labels: { [`${ENFORCE}-version`]: "v1.20" } }, message: OTHER_LABELS },
    ];
    for (const { reason, patch, message } of refused) {
      it(`refused: ${reason}`, async () => {
        const failure = await refusal(operator.mergePatch(namespaceRef(confined), { metadata: patch }));
        expect(failure.message).to.contain(message);
        expect(failure.status).to.equal(403);
      });
    }

    it("allowed: the labels that the baseline asks for, and our annotation", async () => {
      const labels = {
        [ENFORCE]: "restricted",
        [`${ENFORCE}-version`]: "latest",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/audit-version": "latest",
        "pod-security.kubernetes.io/warn": "baseline",
        "pod-security.kubernetes.io/warn-version": "latest",
      };
      const metadata = { name: confined, labels, annotations: { [POLICY]: "Delete" } };
      const written = await applyAs(operator, { apiVersion: "v1", kind: "Namespace", metadata });
      expect(labelsOf(written)).to.include(labels);
    });

    it("taking the labels away: refused while the baseline enforces them, allowed once it does not", async () => {
      const namespace = await namespaceWith({ podSecurity: { enforce: "baseline" } });
      const release = () => operator.mergePatch(namespaceRef(namespace), { metadata: { labels: { [ENFORCE]: null } } });
      const labels = { [ENFORCE]: "baseline" };
      await eventually("the label is set", () =>
        applyAs(operator, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } }),
      );
      expect((await refusal(release())).message).to.contain(OTHER_LABELS);
      await writeBaseline(namespace, {});
      expect(labelsOf(await eventually("the label may go", release))).to.not.have.property(ENFORCE);
    });

    it("allowed: taking our labels and annotation away where no baseline is left", async () => {
      const labels = { [ENFORCE]: "restricted" };
      const namespace = await freshNamespace("bare", labels);
      const released = await operator.mergePatch(namespaceRef(namespace), { metadata: { labels: { [ENFORCE]: null } } });
      expect(labelsOf(released)).to.not.have.property(ENFORCE);
    });
  });

  describe("the ServiceAccount default", () => {
    const refused = [
      { reason: "a label", patch: { metadata: { labels: MANAGED } } },
      { reason: "an annotation of others", patch: { metadata: { annotations: { "x.io/role": "admin" } } } },
      { reason: "an image pull secret", patch: { imagePullSecrets: [{ name: "x" }] } },
      { reason: "a mountable secret", patch: { secrets: [{ name: "x" }] } },
    ];
    for (const { reason, patch } of refused) {
      it(`refused: ${reason}`, async () => {
        const failure = await refusal(operator.mergePatch(accountRef(confined, "default"), patch));
        expect(failure.message).to.contain(OTHER_ACCOUNT_CHANGE);
      });
    }

    it("refused: deleting it, also when it carries our label", async () => {
      const namespace = await freshNamespace("bare");
      await admin().mergePatch(accountRef(namespace, "default"), { metadata: { labels: MANAGED } });
      expect((await refusal(operator.delete(accountRef(namespace, "default")))).message).to.contain(ACCOUNT_STAYS);
    });

    it("refused: creating it", async () => {
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace: confined, name: "default", labels: MANAGED } };
      expect((await refusal(operator.create(account))).message).to.contain(ACCOUNT_STAYS);
    });

    it("allowed: the mounting of its token and our annotation", async () => {
      const metadata = { namespace: confined, name: "default", annotations: { [POLICY]: "Delete" } };
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false };
      expect((await applyAs(operator, account))["automountServiceAccountToken"]).to.equal(false);
    });

    it("allowed: accounts of our own", async () => {
      const metadata = { namespace: confined, name: "api", labels: MANAGED };
      await applyAs(operator, { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false });
      await operator.delete(accountRef(confined, "api"));
      expect(await admin().find(accountRef(confined, "api"))).to.equal(undefined);
    });
  });
});
