/** Proves what a stolen operator token can do where no baseline is enforced, and that it cannot make a namespace look as if one were. */
import { expect } from "chai";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../support/api-client.ts";
import { BACKENDS, removeBackends } from "../support/backend-kinds.ts";
import { admin, freshNamespace, impersonate } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import {
  applyAs,
  bindingOf,
  denyAll,
  group,
  MANAGED,
  MARK,
  namespaceWith,
  operatorClientThenBackends,
  roleOf,
  writeBaseline,
} from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";
import { objectIn } from "./secrets/confined-objects.ts";

const UNMARKED = "refused a write where no baseline is enforced";
const RESERVED = "refused a write in a reserved namespace";
const NO_PART = "that is no part of emergency access: no section of the ClusterSecurityBaseline asks for it";
const PAST = "refused to change Pod Security labels past the baseline: they change together with the label securitybaseline.dev/applying";
const OTHER_CHANGE = "refused another change of a Namespace: only its pod-security.kubernetes.io labels";
const OTHER_LABELS = "refused other Pod Security labels: only the levels and the version of spec.podSecurity";
const NOT_HERE = "refused Pod Security labels where no baseline is enforced: there they may only be given up";
const NOT_OURS = "refused to remove Pod Security labels that somebody else set";
const FORGET = "refused to forget who set the Pod Security labels";
const AT_ONCE = "refused to mark a namespace at once";
const NOTHING_ENFORCED = "refused to mark a namespace whose SecurityBaseline enforces nothing";
const NO_BASELINE = "no params found for policy binding with `Deny` parameterNotFoundAction";

const ENFORCED = "securitybaseline.dev/enforced";
const ENFORCE = "pod-security.kubernetes.io/enforce";
const REFRESH = "securitybaseline.dev/refresh";
/** On a shared object: the API server holds this change against the baseline. */
const APPLYING = { "securitybaseline.dev/applying": "true" };
const POLICY = "securitybaseline.dev/deletion-policy";
const GLASS = "securitybaseline-breakglass";
const API_VERSION = "securitybaseline.dev/v1alpha1";

const namespaceRef = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });
const labelsOf = ({ metadata }: KubernetesObject) => metadata?.labels ?? {};

const accountIn = (namespace: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { namespace, name: "api", labels: MANAGED },
  automountServiceAccountToken: false,
});

/** One object of each kind that baselines generate. */
const GENERATED: readonly { kind: string; objectOf: (namespace: string) => KubernetesObject }[] = [
  { kind: "Role", objectOf: (namespace) => roleOf(namespace, "app-viewer", []) },
  { kind: "RoleBinding", objectOf: (namespace) => bindingOf(namespace, "app-viewer", [group("team")]) },
  { kind: "NetworkPolicy", objectOf: (namespace) => denyAll(namespace, "default-deny", MANAGED) },
  { kind: "ServiceAccount", objectOf: accountIn },
  { kind: "ExternalSecret", objectOf: (namespace) => objectIn(namespace, "db") },
  { kind: "SecretStore", objectOf: (namespace) => objectIn(namespace, "vault") },
  { kind: "SecretProviderClass", objectOf: (namespace) => objectIn(namespace, "tls") },
  { kind: "SealedSecret", objectOf: (namespace) => objectIn(namespace, "smtp") },
];

const refOf = ({ apiVersion = "", kind = "", metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  namespace: metadata?.namespace ?? "",
  name: metadata?.name ?? "",
});

/** More than one policy refuses some of the attempts, and the API server tells of one. */
async function confinementRefusal(outcome: Promise<unknown>): Promise<void> {
  const { message } = await refusal(outcome);
  expect(message).to.match(/ValidatingAdmissionPolicy 'securitybaseline-operator-|no params found for policy binding/);
}

describe("a stolen operator token where no baseline is enforced", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClientThenBackends();
  });

  after(() => removeBackends(...BACKENDS));

  const setMark = (namespace: string, value: string | null) =>
    operator.mergePatch(namespaceRef(namespace), { metadata: { labels: { [ENFORCED]: value } } });

  describe("generated kinds", () => {
    const places: readonly { place: string; namespace: () => Promise<string>; message: string; kinds?: readonly string[] }[] = [
      { place: "a namespace without a baseline", namespace: () => freshNamespace("bare"), message: UNMARKED },
      {
        place: "a namespace on its way to the mark",
        namespace: () => freshNamespace("bare", { [ENFORCED]: "requested" }),
        message: UNMARKED,
      },
      { place: "a reserved namespace", namespace: async () => "kube-public", message: `${RESERVED}|${UNMARKED}` },
      {
        place: "the break-glass namespace",
        namespace: async () => GLASS,
        message: NO_PART,
        kinds: ["NetworkPolicy", "ExternalSecret", "SecretStore", "SecretProviderClass", "SealedSecret"],
      },
    ];
    for (const { place, namespace, message, kinds } of places) {
      for (const { kind, objectOf } of GENERATED.filter((each) => kinds?.includes(each.kind) ?? true)) {
        it(`refused in ${place}: making, taking over, changing and deleting a ${kind}`, async () => {
          const object = objectOf(await namespace());
          const { metadata, ...rest } = object;
          const ref = refOf(object);
          await confinementRefusal(operator.create(object));
          await admin().create({ ...rest, metadata: { ...metadata, labels: {} } });
          await confinementRefusal(applyAs(operator, object));
          // What only the place forbids: an object of ours, whose labels stay as they are.
          await admin().mergePatch(ref, { metadata: { labels: MANAGED } }, { manager: "securitybaseline" });
          const touched = await refusal(operator.mergePatch(ref, { metadata: { annotations: { [REFRESH]: "now" } } }));
          expect(touched.message).to.match(new RegExp(`${message}|${NO_BASELINE}`));
          expect((await refusal(operator.delete(ref))).message).to.match(new RegExp(`${UNMARKED}|${message}`));
          await admin().delete(ref);
        });
      }
    }

    it("refused in a reserved namespace also when somebody has marked it", async () => {
      const ref = namespaceRef("kube-node-lease");
      await admin().mergePatch(ref, { metadata: { labels: MARK } });
      for (const { objectOf } of GENERATED) await confinementRefusal(operator.create(objectOf("kube-node-lease")));
      const change = operator.mergePatch(ref, { metadata: { labels: { ...APPLYING, "pod-security.kubernetes.io/warn": "privileged" } } });
      expect((await refusal(change)).message).to.match(new RegExp(`${RESERVED}|${NO_BASELINE}`));
      await admin().mergePatch(ref, { metadata: { labels: { [ENFORCED]: null } } });
    });
  });

  describe("the mark", () => {
    it("refused: giving it at once", async () => {
      expect((await refusal(setMark(await freshNamespace("bare"), "true"))).message).to.contain(AT_ONCE);
    });

    it("refused: giving it where no baseline is", async () => {
      const bare = await freshNamespace("bare");
      await setMark(bare, "requested");
      expect((await refusal(setMark(bare, "true"))).message).to.contain(NO_BASELINE);
    });

    it("refused: any other value", async () => {
      expect((await refusal(setMark(await freshNamespace("bare"), "yes"))).message).to.contain(AT_ONCE);
    });

    for (const namespace of ["kube-public", GLASS, "securitybaseline-system"]) {
      it(`refused: giving it to ${namespace}`, async () => {
        const outcome = setMark(namespace, "requested").then(() => setMark(namespace, "true"));
        expect((await refusal(outcome)).message).to.match(new RegExp(`${RESERVED}|${NO_PART}|${NO_BASELINE}`));
        await admin().mergePatch(namespaceRef(namespace), { metadata: { labels: { [ENFORCED]: null } } });
      });
    }

    it("refused: giving it where the baseline enforces nothing", async () => {
      const namespace = await freshNamespace("bare");
      await writeBaseline(namespace, { mode: "Report", network: {} });
      await setMark(namespace, "requested");
      await eventually("the policies see the baseline", async () => {
        expect((await refusal(setMark(namespace, "true"))).message).to.contain(NOTHING_ENFORCED);
      });
    });

    it("allowed: giving it in two steps where a baseline is enforced, and taking it back when that is gone", async () => {
      const namespace = await freshNamespace("bare");
      await writeBaseline(namespace, { network: {} });
      await setMark(namespace, "requested");
      await eventually("the policies see the baseline", () => setMark(namespace, "true"));
      await admin().delete({ apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" });
      expect(labelsOf(await setMark(namespace, null))).to.not.have.property(ENFORCED);
    });

    it("not judged: anybody else who marks a namespace, changes a marked one or takes the mark back", async () => {
      const namespace = await freshNamespace("bare");
      const somebody = impersonate("jane", "system:masters");
      for (const value of ["true", null, "requested", "x"]) {
        await somebody.mergePatch(namespaceRef(namespace), { metadata: { labels: { [ENFORCED]: value, team: value } } });
      }
    });
  });

  describe("Namespaces", () => {
    let confined: string;

    before(async () => {
      confined = await namespaceWith({ podSecurity: { enforce: "restricted", warn: "baseline" }, network: {} });
      await admin().mergePatch(namespaceRef(confined), { metadata: { labels: { tier: "gold" } } });
    });

    const refused = [
      { reason: "a label of others", patch: { labels: { team: "x" } }, message: OTHER_CHANGE },
      { reason: "taking a label of others away", patch: { labels: { tier: null } }, message: OTHER_CHANGE },
      { reason: "an annotation of others", patch: { annotations: { "x.io/y": "z" } }, message: OTHER_CHANGE },
      { reason: "a finalizer", patch: { finalizers: ["x.io/stay"] }, message: OTHER_CHANGE },
      {
        reason: "an owner",
        patch: { ownerReferences: [{ apiVersion: "v1", kind: "Namespace", name: "default", uid: "1" }] },
        message: OTHER_CHANGE,
      },
      { reason: "a lower level than the baseline's", patch: { labels: { ...APPLYING, [ENFORCE]: "privileged" } }, message: OTHER_LABELS },
      {
        reason: "another version than the baseline's",
        patch: { labels: { ...APPLYING, [`${ENFORCE}-version`]: "v1.20" } },
        message: OTHER_LABELS,
      },
      { reason: "a lower level past the baseline", patch: { labels: { [ENFORCE]: "privileged" } }, message: PAST },
      { reason: "the baseline's own level past the baseline", patch: { labels: { [ENFORCE]: "restricted" } }, message: PAST },
      {
        reason: "a lower level together with the mark's end",
        patch: { labels: { ...APPLYING, [ENFORCE]: "privileged", [ENFORCED]: null } },
        message: `${NOT_HERE}|${OTHER_LABELS}`,
      },
    ];
    for (const { reason, patch, message } of refused) {
      it(`refused: ${reason}`, async () => {
        const failure = await refusal(operator.mergePatch(namespaceRef(confined), { metadata: patch }));
        expect(failure.message).to.match(new RegExp(message));
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
      const metadata = { name: confined, labels: { ...labels, ...APPLYING }, annotations: { [POLICY]: "Delete" } };
      await applyAs(operator, { apiVersion: "v1", kind: "Namespace", metadata });
      const written = await applyAs(operator, { apiVersion: "v1", kind: "Namespace", metadata: { ...metadata, labels } });
      expect(labelsOf(written)).to.include(labels).and.not.have.property("securitybaseline.dev/applying");
    });

    const labelled = (name: string, level: string) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { ...APPLYING, [ENFORCE]: level } },
    });
    const release = (name: string, labels: object = {}) =>
      applyAs(operator, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } } as KubernetesObject);

    describe("of which the baseline names some", () => {
      const AUDIT = "pod-security.kubernetes.io/audit";
      const WARN = "pod-security.kubernetes.io/warn";
      let audited: string;

      before(async () => {
        audited = await namespaceWith({ podSecurity: { audit: "restricted", warn: "baseline", version: "v1.36", warnVersion: "latest" } });
      });

      const labels: readonly { reason: string; set: Readonly<Record<string, string>> }[] = [
        { reason: "a level that is not named", set: { [ENFORCE]: "restricted" } },
        { reason: "the version of a level that is not named", set: { [`${ENFORCE}-version`]: "v1.36" } },
        { reason: "a lower level", set: { [AUDIT]: "privileged" } },
        { reason: "the level of another mode", set: { [WARN]: "restricted" } },
        { reason: "the version of another mode", set: { [`${AUDIT}-version`]: "latest" } },
      ];
      for (const { reason, set } of labels) {
        it(`refused: ${reason}`, async () => {
          const failure = await refusal(operator.mergePatch(namespaceRef(audited), { metadata: { labels: { ...APPLYING, ...set } } }));
          expect(failure.message).to.contain(OTHER_LABELS);
        });
      }

      it("allowed: those that are named", async () => {
        const set = {
          ...APPLYING,
          [AUDIT]: "restricted",
          [`${AUDIT}-version`]: "v1.36",
          [WARN]: "baseline",
          [`${WARN}-version`]: "latest",
        };
        await operator.mergePatch(namespaceRef(audited), { metadata: { labels: set } });
      });
    });

    it("giving the labels up: refused while the baseline enforces them, allowed once it does not", async () => {
      const namespace = await namespaceWith({ podSecurity: { enforce: "baseline" } });
      await applyAs(operator, labelled(namespace, "baseline"));
      expect((await refusal(release(namespace, APPLYING))).message).to.contain(OTHER_LABELS);
      await release(namespace, { [ENFORCE]: "baseline" });
      expect((await refusal(release(namespace))).message).to.contain(PAST);
      await writeBaseline(namespace, {});
      expect(labelsOf(await eventually("the label may go", () => release(namespace, APPLYING)))).to.not.have.property(ENFORCE);
    });

    describe("without a baseline", () => {
      let bare: string;
      const patch = (metadata: object) => operator.mergePatch(namespaceRef(bare), { metadata });

      beforeEach(async () => {
        bare = await freshNamespace("bare", { [ENFORCE]: "restricted" });
      });

      const thefts = [
        { reason: "a lower level", metadata: { labels: { [ENFORCE]: "privileged" } }, message: NOT_HERE },
        {
          reason: "a level where there was none",
          metadata: { labels: { "pod-security.kubernetes.io/warn": "privileged" } },
          message: NOT_HERE,
        },
        { reason: "taking away a level that others set", metadata: { labels: { [ENFORCE]: null } }, message: NOT_OURS },
        { reason: "forgetting who set it", metadata: { managedFields: [{}] }, message: FORGET },
      ];
      for (const { reason, metadata, message } of thefts) {
        it(`refused: ${reason}`, async () => {
          expect((await refusal(patch(metadata))).message).to.contain(message);
        });
      }

      it("refused: making a label ours by setting the same value, and then taking it away", async () => {
        await applyAs(operator, labelled(bare, "restricted"));
        expect((await refusal(patch({ labels: { [ENFORCE]: null } }))).message).to.contain(NOT_OURS);
        expect(labelsOf(await release(bare))).to.have.property(ENFORCE, "restricted");
      });

      it("allowed: giving up what is ours alone", async () => {
        const namespace = await freshNamespace("bare");
        await admin().apply(labelled(namespace, "restricted"), { manager: "securitybaseline" });
        expect(labelsOf(await release(namespace))).to.not.have.property(ENFORCE);
      });
    });

    for (const namespace of ["kube-system", GLASS]) {
      it(`refused in ${namespace}: another level, and taking away the one that is there`, async () => {
        await admin().mergePatch(namespaceRef(namespace), { metadata: { labels: { [`${ENFORCE}-version`]: "latest" } } });
        const change = (value: string | null) =>
          operator.mergePatch(namespaceRef(namespace), { metadata: { labels: { [`${ENFORCE}-version`]: value } } });
        expect((await refusal(change("v1.20"))).message).to.contain(NOT_HERE);
        expect((await refusal(change(null))).message).to.contain(NOT_OURS);
      });
    }
  });

  it("refused: another Lease than its own in its own namespace, and any elsewhere", async () => {
    const lease = (namespace: string) => ({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { namespace, name: "other" } });
    expect((await refusal(operator.create(lease("securitybaseline-system")))).message).to.contain("refused another Lease");
    expect((await refusal(operator.create(lease("kube-node-lease")))).message).to.contain('cannot create resource "leases"');
  });
});
