/** Proves that a stolen operator token trusts no signer, means no images and refuses no pod but as a baseline asks for it: with policies of Kyverno. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { ImagesSection } from "../../../operator/api/baseline-images.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { images } from "../../../operator/controls/images/images.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { applyAs, MANAGED, namespaceWith, operatorClient } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";

const API = { apiVersion: "policies.kyverno.io/v1", kind: "NamespacedImageValidatingPolicy" } as const;
const LABELS = { ...MANAGED, "securitybaseline.dev/control": "images" };

const SECTION: ImagesSection = {
  backend: "Kyverno",
  action: "Deny",
  signers: [
    {
      name: "ci",
      images: ["ghcr.io/acme/*", "docker.io/library/nginx"],
      keyless: {
        issuer: "https://token.actions.githubusercontent.com",
        subject: "https://github.com/acme/pay/release.yaml@refs/heads/main",
      },
    },
    { name: "vendor", images: ["ghcr.io/vendor/app"], publicKey: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n" },
  ],
};
const ASKED: SecurityBaselineSpec = { images: SECTION };

type Name = "signed-by-ci" | "signed-by-vendor";

/** The specs that a section becomes, by name; the golden cases say that they are right. */
function specsOf(section: ImagesSection): ReadonlyMap<string, JsonObject> {
  const drafts = images.desired(section, { namespace: "any", mode: "Enforce", facts: OFFLINE });
  return new Map(drafts.map(({ name, body }) => [name, body["spec"] as JsonObject]));
}

const SPECS = specsOf(SECTION);

function policyIn(namespace: string, name: string, spec: object | undefined = SPECS.get(name)): KubernetesObject {
  return { ...API, metadata: { namespace, name, labels: LABELS }, spec };
}

const refOf = (namespace: string, name: string): ObjectRef => ({ ...API, namespace, name });

const NOT_ASKED = "refused a policy on images that no baseline asks for: its name must be signed-by- and the name of an entry in";
const OTHER_SIGNER = "refused a policy on images that trusts another signer";
const OTHER_IMAGES = "refused a policy on other images: its globs must be those of the images of its entry";
const OTHER_ACTION = "refused a policy on images with other consequences: validationActions must be spec.images.action";
const LOOKS_AWAY = "refused a policy on images that looks away";
const KEPT = "refused to delete an object that the SecurityBaseline asks for, in mode Enforce";

const GLOBS = SPECS.get("signed-by-ci")?.["matchImageReferences"] as readonly object[];
const KEYLESS = { issuer: "https://accounts.google.com", subject: "intruder@example.com" };
const identities = (...list: readonly object[]) => ({ attestors: [{ name: "signer", cosign: { keyless: { identities: list } } }] });
const ASKED_IDENTITY = SECTION.signers?.[0]?.keyless ?? {};

const thefts: readonly { readonly reason: string; readonly name: Name; readonly spec: object; readonly message: string }[] = [
  { reason: "another identity", name: "signed-by-ci", spec: identities(KEYLESS), message: OTHER_SIGNER },
  { reason: "one identity more", name: "signed-by-ci", spec: identities(ASKED_IDENTITY, KEYLESS), message: OTHER_SIGNER },
  {
    reason: "anybody whom the issuer knows",
    name: "signed-by-ci",
    spec: identities({ ...ASKED_IDENTITY, subjectRegExp: ".*" }),
    message: OTHER_SIGNER,
  },
  {
    reason: "signatures that stand in no log",
    name: "signed-by-ci",
    spec: { attestors: [{ name: "signer", cosign: { keyless: { identities: [ASKED_IDENTITY] }, ctlog: { insecureIgnoreTlog: true } } }] },
    message: OTHER_SIGNER,
  },
  {
    reason: "another key",
    name: "signed-by-vendor",
    spec: { attestors: [{ name: "signer", cosign: { key: { data: "x" } } }] },
    message: OTHER_SIGNER,
  },
  {
    reason: "a key for an identity",
    name: "signed-by-ci",
    spec: { attestors: [{ name: "signer", cosign: { key: { data: "x" } } }] },
    message: OTHER_SIGNER,
  },
  { reason: "no signer at all", name: "signed-by-ci", spec: { attestors: [] }, message: OTHER_SIGNER },
  { reason: "a wider glob", name: "signed-by-ci", spec: { matchImageReferences: [{ glob: "*" }, ...GLOBS] }, message: OTHER_IMAGES },
  { reason: "fewer images", name: "signed-by-ci", spec: { matchImageReferences: GLOBS.slice(1) }, message: OTHER_IMAGES },
  { reason: "no images", name: "signed-by-ci", spec: { matchImageReferences: [] }, message: OTHER_IMAGES },
  {
    reason: "two globs in one, which mean nothing",
    name: "signed-by-vendor",
    spec: { matchImageReferences: [{ glob: "ghcr.io/vendor/app ghcr.io/vendor/app:*" }, { glob: "ghcr.io/vendor/app@*" }] },
    message: OTHER_IMAGES,
  },
  {
    reason: "an expression beside the globs",
    name: "signed-by-vendor",
    spec: {
      matchImageReferences: [
        { glob: "ghcr.io/vendor/app", expression: "false" },
        { glob: "ghcr.io/vendor/app:*" },
        { glob: "ghcr.io/vendor/app@*" },
      ],
    },
    message: OTHER_IMAGES,
  },
  {
    reason: "Audit instead of Deny",
    name: "signed-by-ci",
    spec: { validationActions: ["Audit"], failurePolicy: "Ignore" },
    message: OTHER_ACTION,
  },
  { reason: "a warning beside it", name: "signed-by-ci", spec: { validationActions: ["Deny", "Warn"] }, message: OTHER_ACTION },
  { reason: "failurePolicy Ignore", name: "signed-by-ci", spec: { failurePolicy: "Ignore" }, message: OTHER_ACTION },
  { reason: "no failurePolicy", name: "signed-by-ci", spec: { failurePolicy: null }, message: OTHER_ACTION },
  {
    reason: "another condition",
    name: "signed-by-ci",
    spec: { matchConditions: [{ name: "never", expression: "false" }] },
    message: LOOKS_AWAY,
  },
  { reason: "no condition", name: "signed-by-ci", spec: { matchConditions: null }, message: LOOKS_AWAY },
  {
    reason: "an exclusion",
    name: "signed-by-ci",
    spec: {
      matchConstraints: { excludeResourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["pods"] }] },
    },
    message: LOOKS_AWAY,
  },
  {
    reason: "a selector of some pods",
    name: "signed-by-ci",
    spec: { matchConstraints: { objectSelector: { matchLabels: { a: "b" } } } },
    message: LOOKS_AWAY,
  },
  { reason: "no ephemeral containers", name: "signed-by-ci", spec: { matchConstraints: { resourceRules: [] } }, message: LOOKS_AWAY },
  {
    reason: "images that are looked for elsewhere",
    name: "signed-by-ci",
    spec: { images: [{ name: "containers", expression: "[]" }] },
    message: LOOKS_AWAY,
  },
  { reason: "no check", name: "signed-by-ci", spec: { validations: [{ expression: "true" }] }, message: LOOKS_AWAY },
  {
    reason: "digests that are written into pods",
    name: "signed-by-ci",
    spec: { validationConfigurations: { mutateDigest: true } },
    message: LOOKS_AWAY,
  },
  {
    reason: "images that need no check",
    name: "signed-by-ci",
    spec: { validationConfigurations: { required: false } },
    message: LOOKS_AWAY,
  },
  {
    reason: "no evaluation at admission",
    name: "signed-by-ci",
    spec: { evaluation: { admission: { enabled: false } } },
    message: LOOKS_AWAY,
  },
  { reason: "a patience of its own", name: "signed-by-ci", spec: { webhookConfiguration: { timeoutSeconds: 1 } }, message: LOOKS_AWAY },
];

describe("a stolen operator token and policies on images", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    await removeBackends("kyverno");
    operator = await operatorClient();
    await installBackends("kyverno");
    confined = await namespaceWith(ASKED);
    for (const name of SPECS.keys()) await applyAs(operator, policyIn(confined, name));
  });

  after(() => removeBackends("kyverno"));

  it("allowed: exactly what the baseline asks for, to refuse and to audit", async () => {
    for (const [name, spec] of SPECS) expect((await applyAs(operator, policyIn(confined, name)))["spec"]).to.deep.equal(spec);
    const { action: _, ...auditing } = SECTION;
    const namespace = await namespaceWith({ images: auditing });
    for (const [name, spec] of specsOf(auditing)) {
      expect((await applyAs(operator, policyIn(namespace, name, spec)))["spec"]).to.deep.include({
        validationActions: ["Audit"],
        failurePolicy: "Ignore",
      });
    }
    const stricter = await refusal(applyAs(operator, policyIn(namespace, "signed-by-ci")));
    expect(stricter.message).to.contain(OTHER_ACTION);
  });

  for (const { reason, name, spec, message } of thefts) {
    it(`refused: ${reason}`, async () => {
      const failure = await refusal(operator.mergePatch(refOf(confined, name), { spec }));
      expect(failure.message).to.contain(message);
      expect(failure.status).to.equal(403);
    });
  }

  it("allowed: to audit on the way to Deny where the baseline holds it; refused: half of it, and to go back", async () => {
    const namespace = await namespaceWith({ images: { ...SECTION, onViolation: "Hold" } });
    const { action: _, ...auditing } = SECTION;
    const ref = refOf(namespace, "signed-by-ci");
    const audit = policyIn(namespace, "signed-by-ci", specsOf(auditing).get("signed-by-ci"));
    await applyAs(operator, audit);
    for (const half of [{ failurePolicy: "Fail" }, { validationActions: ["Deny"] }, { validationActions: ["Warn"] }]) {
      expect((await refusal(operator.mergePatch(ref, { spec: half }))).message).to.contain(OTHER_ACTION);
    }
    await applyAs(operator, policyIn(namespace, "signed-by-ci"));
    expect((await refusal(applyAs(operator, audit))).message).to.contain(OTHER_ACTION);
  });

  it("refused: a policy of a name that the baseline does not have, and one without our label", async () => {
    for (const name of ["signed-by-other", "ci", "signed-by-"]) {
      const failure = await refusal(applyAs(operator, policyIn(confined, name, SPECS.get("signed-by-ci"))));
      expect(failure.message).to.match(/refused a policy on images that no baseline asks for|a lowercase RFC 1123/);
    }
    const unlabelled = { ...API, metadata: { namespace: confined, name: "other" }, spec: SPECS.get("signed-by-ci") };
    expect((await refusal(applyAs(operator, unlabelled))).message).to.contain("refused to write an object without the label");
  });

  it("refused: to take over what somebody else made", async () => {
    const namespace = await namespaceWith(ASKED);
    await admin().create({ ...API, metadata: { namespace, name: "signed-by-ci" }, spec: { attestors: [], validations: [] } });
    const failure = await refusal(applyAs(operator, policyIn(namespace, "signed-by-ci")));
    expect(failure.message).to.contain("refused to take over an object that somebody else made");
  });

  it("refused: to delete what the baseline asks for, also with the largest section, whose judging costs the most", async () => {
    for (const name of SPECS.keys()) expect((await refusal(operator.delete(refOf(confined, name)))).message).to.contain(KEPT);
    const names = Array.from({ length: 128 }, (_, index) => "docker.io/library/".padEnd(250, "n") + (index + 100));
    const keyless = { issuer: "https://".padEnd(253, "i"), subject: "s".repeat(512) };
    const signers = Array.from({ length: 16 }, (_, index) => ({
      name: `${"n".repeat(51)}${index + 10}`,
      images: names.slice(index * 8, index * 8 + 8),
      keyless,
    }));
    const section: ImagesSection = { backend: "Kyverno", signers };
    const namespace = await namespaceWith({ images: section });
    const [name, spec] = [...specsOf(section)].at(-1) ?? ["", {}];
    expect((await applyAs(operator, policyIn(namespace, name, spec)))["spec"]).to.deep.equal(spec);
    expect((await refusal(operator.delete(refOf(namespace, name)))).message).to.contain(KEPT);
  });

  const unasked: readonly { readonly reason: string; readonly spec: SecurityBaselineSpec }[] = [
    { reason: "the baseline only reports", spec: { mode: "Report", images: SECTION, network: { mode: "Enforce" } } },
    { reason: "the section is Off", spec: { images: { ...SECTION, mode: "Off" }, network: {} } },
    { reason: "the baseline has no such section", spec: { network: {} } },
    { reason: "somebody else checks", spec: { images: { backend: "Sigstore" } } },
  ];
  for (const { reason, spec } of unasked) {
    it(`refused, and let go where it stands: what is not asked for where ${reason}`, async () => {
      const namespace = await namespaceWith(spec);
      expect((await refusal(applyAs(operator, policyIn(namespace, "signed-by-ci")))).message).to.contain(NOT_ASKED);
      await applyAs(admin(), policyIn(namespace, "signed-by-ci"));
      await operator.delete(refOf(namespace, "signed-by-ci"));
    });
  }

  it("refused: anything in a namespace without a baseline", async () => {
    const bare = await freshNamespace("bare");
    expect((await refusal(applyAs(operator, policyIn(bare, "signed-by-ci")))).message).to.contain(
      "refused a write where no baseline is enforced",
    );
  });

  it("allowed: an apply that leaves in place what somebody else added, which a second request removes", async () => {
    const namespace = await namespaceWith(ASKED);
    const ref = refOf(namespace, "signed-by-ci");
    await applyAs(operator, policyIn(namespace, "signed-by-ci"));
    const foreign = {
      validationActions: ["Audit"],
      failurePolicy: "Ignore",
      evaluation: { admission: { enabled: false } },
      attestations: [{ name: "x" }],
    };
    await admin().mergePatch(ref, { spec: foreign }, { manager: "intruder" });
    const applied = await applyAs(operator, policyIn(namespace, "signed-by-ci"));
    expect((applied["spec"] as JsonObject)["validationActions"]).to.deep.equal(["Audit", "Deny"]);
    const operations = ["/spec/validationActions/0", "/spec/evaluation", "/spec/attestations"].map((path) => ({ op: "remove", path }));
    const path = await admin().path(ref);
    const cleaned = await operator.send<KubernetesObject>({
      method: "PATCH",
      path,
      body: operations,
      contentType: "application/json-patch+json",
    });
    expect(cleaned["spec"]).to.deep.equal(SPECS.get("signed-by-ci"));
  });
});
