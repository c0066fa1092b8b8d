/** Proves that a stolen operator token writes no ServiceAccount but those of the baseline, and gives none an identity or a Secret. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../support/api-client.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { applyAs, MANAGED, namespaceWith, operatorClient, writeBaseline } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

const UNASKED = "refused a ServiceAccount that no baseline asks for: its name must be that of an entry in spec.serviceAccounts.accounts";
const OTHER_MOUNT = "refused another automountServiceAccountToken than the namespace's SecurityBaseline asks for";
const SECRETS = "refused other secrets of a ServiceAccount";
const PULL_SECRETS = "refused other imagePullSecrets of a ServiceAccount than the namespace's SecurityBaseline lists for it";
const ANNOTATIONS = "refused other annotations of a ServiceAccount than the namespace's SecurityBaseline lists for it";
const OTHER_CHANGE = "refused another change of the ServiceAccount default: only automountServiceAccountToken";
const STAYS = "refused to create or delete the ServiceAccount default: it belongs to the namespace";
const OTHER_DEFAULT =
  "refused another automountServiceAccountToken of the ServiceAccount default than the namespace's SecurityBaseline asks for";
const GIVEN_UP = "refused another automountServiceAccountToken of the ServiceAccount default: where no baseline is enforced";
const UNMARKED = "refused a write where no baseline is enforced";

const PAST = "refused to change automountServiceAccountToken of the ServiceAccount default past the baseline";
/** The API server holds this change against the baseline. */
const APPLYING = { "securitybaseline.dev/applying": "true" };

const POLICY = "securitybaseline.dev/deletion-policy";
const ROLE_ARN = "eks.amazonaws.com/role-arn";
const READER = "arn:aws:iam::1:role/reader";
const SPEC: SecurityBaselineSpec = { serviceAccounts: { accounts: [{ name: "api" }, { name: "controller", automountToken: true }] } };
const LABELS = { ...MANAGED, "securitybaseline.dev/control": "serviceAccounts" };

const refOf = (namespace: string, name: string): ObjectRef => ({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });

function account(namespace: string, name: string, parts: object = {}, metadata: object = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace, name, labels: LABELS, ...metadata },
    automountServiceAccountToken: false,
    ...parts,
  };
}

/** The ServiceAccount `default` as the operator applies it. */
function shared(namespace: string, automountServiceAccountToken: boolean): KubernetesObject {
  const metadata = { namespace, name: "default", labels: APPLYING, annotations: { [POLICY]: "Delete" } };
  return { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken };
}

describe("a stolen operator token and ServiceAccounts", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    operator = await operatorClient();
    confined = await namespaceWith(SPEC);
  });

  describe("of workloads", () => {
    const refused: readonly { reason: string; object: () => KubernetesObject; message: string }[] = [
      { reason: "a name that the baseline does not have", object: () => account(confined, "other"), message: UNASKED },
      { reason: "a mounted token", object: () => account(confined, "api", { automountServiceAccountToken: true }), message: OTHER_MOUNT },
      {
        reason: "a mounted token, by leaving the field out",
        object: () => ({ ...account(confined, "api"), automountServiceAccountToken: undefined }) as unknown as KubernetesObject,
        message: OTHER_MOUNT,
      },
      { reason: "no mounted token where one is asked for", object: () => account(confined, "controller"), message: OTHER_MOUNT },
      { reason: "a pull secret", object: () => account(confined, "api", { imagePullSecrets: [{ name: "x" }] }), message: PULL_SECRETS },
      { reason: "a mountable secret", object: () => account(confined, "api", { secrets: [{ name: "x" }] }), message: SECRETS },
      {
        reason: "an identity in a cloud",
        object: () => account(confined, "api", {}, { annotations: { [ROLE_ARN]: "arn:aws:iam::1:role/admin" } }),
        message: ANNOTATIONS,
      },
    ];
    for (const { reason, object, message } of refused) {
      it(`refused: ${reason}`, async () => {
        const failure = await refusal(operator.create(object()));
        expect(failure.message).to.contain(message);
        expect(failure.status).to.equal(403);
      });
    }

    it("refused: a name that the API server makes up", async () => {
      const { metadata, ...rest } = account(confined, "");
      const nameless = { ...rest, metadata: { namespace: confined, generateName: "api-", labels: metadata?.labels } };
      expect((await refusal(operator.create(nameless as KubernetesObject))).message).to.contain(UNASKED);
    });

    it("refused in a dry run, too", async () => {
      const path = `${await admin().path({ ...refOf(confined, ""), name: "" })}?dryRun=All`;
      const failure = await refusal(operator.send({ method: "POST", path, body: account(confined, "other") }));
      expect(failure.message).to.contain(UNASKED);
    });

    it("allowed: exactly what the baseline asks for", async () => {
      await applyAs(operator, account(confined, "api"));
      await applyAs(operator, account(confined, "controller", { automountServiceAccountToken: true }));
    });

    it("refused: changing one, once it is there", async () => {
      await applyAs(operator, account(confined, "api"));
      const ref = refOf(confined, "api");
      const changes = [
        { patch: { automountServiceAccountToken: true }, message: OTHER_MOUNT },
        { patch: { automountServiceAccountToken: null }, message: OTHER_MOUNT },
        { patch: { imagePullSecrets: [{ name: "x" }] }, message: PULL_SECRETS },
        { patch: { secrets: [{ name: "x" }] }, message: SECRETS },
        { patch: { metadata: { annotations: { "iam.gke.io/gcp-service-account": "x" } } }, message: ANNOTATIONS },
      ];
      for (const { patch, message } of changes) expect((await refusal(operator.mergePatch(ref, patch))).message).to.contain(message);
    });

    it("refused: taking away what people added", async () => {
      await applyAs(operator, account(confined, "api"));
      const ref = refOf(confined, "api");
      await admin().mergePatch(ref, { imagePullSecrets: [{ name: "registry" }], metadata: { annotations: { "x.io/role": "reader" } } });
      expect((await refusal(operator.mergePatch(ref, { imagePullSecrets: null }))).message).to.contain(PULL_SECRETS);
      expect((await refusal(operator.mergePatch(ref, { metadata: { annotations: null } }))).message).to.contain(ANNOTATIONS);
      await applyAs(operator, account(confined, "api"));
    });
  });

  describe("of workloads with an identity in a cloud", () => {
    const WITH: SecurityBaselineSpec = {
      serviceAccounts: {
        accounts: [
          { name: "api", annotations: { [ROLE_ARN]: READER, plain: "1" }, imagePullSecrets: [{ name: "registry" }, { name: "mirror" }] },
        ],
      },
    };
    const PULLED = [{ name: "mirror" }, { name: "registry" }];
    const asked = (namespace: string) =>
      account(namespace, "api", { imagePullSecrets: PULLED }, { annotations: { [ROLE_ARN]: READER, plain: "1" } });
    let namespace: string;

    beforeEach(async () => {
      namespace = await namespaceWith(WITH);
    });

    const others: readonly { reason: string; parts?: object; annotations?: object; message: string }[] = [
      { reason: "another identity", annotations: { [ROLE_ARN]: "arn:aws:iam::1:role/admin", plain: "1" }, message: ANNOTATIONS },
      {
        reason: "an identity beside it",
        annotations: { [ROLE_ARN]: READER, plain: "1", "iam.gke.io/gcp-service-account": "x" },
        message: ANNOTATIONS,
      },
      { reason: "a value under another of its keys", annotations: { [ROLE_ARN]: "1", plain: "1" }, message: ANNOTATIONS },
      { reason: "another pull secret", parts: { imagePullSecrets: [{ name: "mirror" }, { name: "other" }] }, message: PULL_SECRETS },
      { reason: "a pull secret beside them", parts: { imagePullSecrets: [...PULLED, { name: "other" }] }, message: PULL_SECRETS },
      { reason: "fewer pull secrets", parts: { imagePullSecrets: [{ name: "mirror" }] }, message: PULL_SECRETS },
    ];
    for (const { reason, parts = {}, annotations, message } of others) {
      it(`refused: ${reason}, when it is made and when it is changed`, async () => {
        const whole = asked(namespace);
        const metadata = { ...whole.metadata, ...(annotations && { annotations }) };
        const object = { ...whole, ...parts, metadata } as KubernetesObject;
        expect((await refusal(operator.create(object))).message).to.contain(message);
        await applyAs(operator, whole);
        expect((await refusal(applyAs(operator, object))).message).to.contain(message);
      });
    }

    it("allowed: what is asked for, without what is asked for, and giving it up once it is not", async () => {
      await applyAs(operator, account(namespace, "api"));
      await applyAs(operator, asked(namespace));
      await writeBaseline(namespace, SPEC);
      const bare = await eventually("it may go", () => applyAs(operator, account(namespace, "api")));
      expect(bare).to.not.have.property("imagePullSecrets");
      expect(bare.metadata).to.not.have.property("annotations");
    });

    it("refused: giving up what somebody else holds, too", async () => {
      await applyAs(operator, asked(namespace));
      const metadata = { namespace, name: "api", annotations: { [ROLE_ARN]: READER } };
      await admin().apply({ apiVersion: "v1", kind: "ServiceAccount", metadata, imagePullSecrets: PULLED } as KubernetesObject, {
        manager: "team",
        force: true,
      });
      await writeBaseline(namespace, SPEC);
      const ref = refOf(namespace, "api");
      expect((await refusal(operator.mergePatch(ref, { metadata: { annotations: { [ROLE_ARN]: null } } }))).message).to.contain(
        ANNOTATIONS,
      );
      expect((await refusal(operator.mergePatch(ref, { imagePullSecrets: null }))).message).to.contain(PULL_SECRETS);
      const kept = await applyAs(operator, account(namespace, "api"));
      expect(kept["imagePullSecrets"]).to.deep.equal(PULLED);
      expect(kept.metadata?.annotations).to.deep.equal({ [ROLE_ARN]: READER });
    });
  });

  describe("default", () => {
    const refused = [
      { reason: "a label", patch: { metadata: { labels: LABELS } }, message: OTHER_CHANGE },
      { reason: "an identity in a cloud", patch: { metadata: { annotations: { "x.io/role": "admin" } } }, message: OTHER_CHANGE },
      { reason: "a finalizer", patch: { metadata: { finalizers: ["x.io/stay"] } }, message: OTHER_CHANGE },
      {
        reason: "an owner",
        patch: { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "gone", uid: "0" }] } },
        message: OTHER_CHANGE,
      },
      { reason: "a pull secret", patch: { imagePullSecrets: [{ name: "x" }] }, message: OTHER_CHANGE },
      { reason: "a mountable secret", patch: { secrets: [{ name: "x" }] }, message: SECRETS },
      {
        reason: "a mounted token",
        patch: { metadata: { labels: APPLYING }, automountServiceAccountToken: true },
        message: OTHER_DEFAULT,
      },
      { reason: "a mounted token past the baseline", patch: { automountServiceAccountToken: true }, message: PAST },
    ];
    for (const { reason, patch, message } of refused) {
      it(`refused: ${reason}`, async () => {
        expect((await refusal(operator.mergePatch(refOf(confined, "default"), patch))).message).to.contain(message);
      });
    }

    it("refused: creating and deleting it", async () => {
      expect((await refusal(operator.create(account(confined, "default")))).message).to.contain(STAYS);
      expect((await refusal(operator.delete(refOf(confined, "default")))).message).to.contain(STAYS);
    });

    it("allowed: what the baseline asks for; given up once it does not", async () => {
      const namespace = await namespaceWith(SPEC);
      expect((await applyAs(operator, shared(namespace, false)))["automountServiceAccountToken"]).to.equal(false);
      const release = (labels: object = APPLYING) =>
        applyAs(operator, {
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { namespace, name: "default", labels },
        } as KubernetesObject);
      expect((await refusal(release())).message).to.contain(OTHER_DEFAULT);
      const { metadata: { labels: _applying, ...metadata } = {}, ...rest } = shared(namespace, false);
      await applyAs(operator, { ...rest, metadata } as KubernetesObject);
      expect((await refusal(release({}))).message).to.contain(PAST);
      await writeBaseline(namespace, { serviceAccounts: { automountDefaultToken: true } });
      await eventually("the policies see the change", () => applyAs(operator, shared(namespace, true)));
      await writeBaseline(namespace, {});
      const released = await eventually("the field may go", () => release());
      expect(released).to.not.have.property("automountServiceAccountToken");
    });

    describe("where no baseline is enforced", () => {
      let bare: string;

      beforeEach(async () => {
        bare = await freshNamespace("bare");
        await admin().apply(shared(bare, false), { manager: "securitybaseline", force: true });
      });

      const release = (manager = "securitybaseline") =>
        operator.apply(
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace: bare, name: "default" } },
          { manager, force: true },
        );

      it("allowed: giving up our field and our annotation", async () => {
        const released = await release();
        expect(released).to.not.have.property("automountServiceAccountToken");
        expect(released.metadata).to.not.have.property("annotations");
      });

      it("kept: the field that somebody else holds, too", async () => {
        await admin().apply({ ...shared(bare, false), metadata: { namespace: bare, name: "default" } }, { manager: "team", force: true });
        const ref = refOf(bare, "default");
        for (const patch of [{ automountServiceAccountToken: null }, { metadata: { managedFields: [{}] } }]) {
          expect((await refusal(operator.mergePatch(ref, patch))).message).to.contain(GIVEN_UP);
        }
        expect((await release())["automountServiceAccountToken"]).to.equal(false);
      });

      it("refused: another value, and setting one", async () => {
        const ref = refOf(bare, "default");
        expect((await refusal(operator.mergePatch(ref, { automountServiceAccountToken: true }))).message).to.contain(GIVEN_UP);
        await release("securitybaseline");
        expect((await refusal(operator.mergePatch(ref, { automountServiceAccountToken: false }))).message).to.contain(GIVEN_UP);
      });

      it("refused: any other ServiceAccount", async () => {
        expect((await refusal(applyAs(operator, account(bare, "api")))).message).to.contain(UNMARKED);
      });
    });

    it("not judged: anybody else", async () => {
      await admin().mergePatch(refOf(confined, "default"), {
        automountServiceAccountToken: true,
        imagePullSecrets: [{ name: "registry" }],
      });
    });
  });
});
