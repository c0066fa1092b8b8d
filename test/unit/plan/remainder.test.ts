/** Proves what is removed after an apply: the keys that others added where a field decides, and nothing else. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { externalSecret } from "../../../operator/kinds/external-secret.ts";
import { imageValidatingPolicy } from "../../../operator/kinds/image-validating-policy.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { secretProviderClass } from "../../../operator/kinds/secret-provider-class.ts";
import { remainderOf } from "../../../operator/plan/remainder.ts";
import type { Desired } from "../../../operator/plan/types.ts";
import { defaultAccount, logReader, smtpSecret } from "./baseline-objects.ts";

const TOOL = "app.kubernetes.io/managed-by";
const LABELS = { [TOOL]: "securitybaseline", "securitybaseline.dev/control": "secrets" };

function wanted(kind: OwnedKind, spec: JsonObject): Desired {
  const metadata = { name: "db", namespace: "payments", labels: LABELS };
  return {
    control: "secrets",
    kind,
    name: "db",
    shared: false,
    manifest: { apiVersion: kind.apiVersion, kind: kind.kind, metadata, spec },
  };
}

/** What the API server holds: as wanted, with another spec and more metadata. */
function stored({ manifest }: Desired, spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { ...manifest, metadata: { ...(manifest["metadata"] as JsonObject), ...metadata }, spec };
}

/** As it is applied to an object that another tool calls its own. */
function toolless({ manifest, ...desired }: Desired): Desired {
  const { [TOOL]: _, ...labels } = LABELS;
  return { ...desired, manifest: { ...manifest, metadata: { ...(manifest["metadata"] as JsonObject), labels } } };
}

const CLASS = wanted(secretProviderClass, { provider: "vault", parameters: { roleName: "payments" }, secretObjects: [] });
const CLASS_SPEC = CLASS.manifest["spec"] as JsonObject;
const TARGET = { name: "db", creationPolicy: "Owner", deletionPolicy: "Retain", template: { engineVersion: "v2", mergePolicy: "Replace" } };
const MARKED = { ...TARGET, template: { ...TARGET.template, metadata: { labels: { team: "a" } } } };
const EXTERNAL_SPEC = {
  refreshPolicy: "Periodic",
  refreshInterval: "1h0m0s",
  secretStoreRef: { kind: "SecretStore", name: "vault" },
  target: TARGET,
  data: [],
};
const EXTERNAL = wanted(externalSecret, EXTERNAL_SPEC);
const REFRESH = "securitybaseline.dev/refresh";

interface Case {
  readonly reason: string;
  readonly desired: Desired;
  readonly object: JsonObject;
  readonly fields: readonly string[];
  /** JSON Pointers of what is removed. */
  readonly removed: readonly string[];
}

const SIGNED = wanted(imageValidatingPolicy, { failurePolicy: "Fail", validationActions: ["Deny"] });

const cases: readonly Case[] = [
  {
    reason: "what others added to a list that is a set, the last first, so that each place is right when its turn comes",
    desired: SIGNED,
    object: stored(SIGNED, { failurePolicy: "Fail", validationActions: ["Audit", "Deny", "Warn"] }),
    fields: ["spec"],
    removed: ["/spec/validationActions/2", "/spec/validationActions/0"],
  },
  { reason: "nothing of an object that is as wanted", desired: CLASS, object: CLASS.manifest, fields: [], removed: [] },
  {
    reason: "a key that was added to a map",
    desired: CLASS,
    object: stored(CLASS, { ...CLASS_SPEC, parameters: { roleName: "payments", vaultAddress: "https://evil.example" } }),
    fields: ["spec.parameters"],
    removed: ["/spec/parameters/vaultAddress"],
  },
  {
    reason: "every key that was added to a map which is wanted empty",
    desired: wanted(secretProviderClass, { provider: "vault", parameters: {}, secretObjects: [] }),
    object: stored(CLASS, { ...CLASS_SPEC, parameters: { a: "1", b: "2" } }),
    fields: ["spec.parameters"],
    removed: ["/spec/parameters/a", "/spec/parameters/b"],
  },
  {
    reason: "a key with characters that a pointer escapes",
    desired: smtpSecret(),
    object: stored(smtpSecret(), {
      ...(smtpSecret().manifest["spec"] as JsonObject),
      encryptedData: { password: "AgB1", "a/b~c": "AgB9" },
    }),
    fields: ["spec.encryptedData"],
    removed: ["/spec/encryptedData/a~1b~0c"],
  },
  {
    reason: "a key deep inside a field, without its neighbours",
    desired: EXTERNAL,
    object: stored(EXTERNAL, {
      ...EXTERNAL_SPEC,
      target: { ...TARGET, template: { ...TARGET.template, metadata: { labels: { team: "a" } } } },
    }),
    fields: ["spec.target"],
    removed: ["/spec/target/template/metadata"],
  },
  {
    reason: "a label and an annotation beside those that are wanted",
    desired: wanted(externalSecret, { ...EXTERNAL_SPEC, target: MARKED }),
    object: stored(EXTERNAL, {
      ...EXTERNAL_SPEC,
      target: {
        ...TARGET,
        template: { ...TARGET.template, metadata: { labels: { team: "a", "example.com/more": "b" }, annotations: { more: "c" } } },
      },
    }),
    fields: ["spec.target"],
    removed: ["/spec/target/template/metadata/labels/example.com~1more", "/spec/target/template/metadata/annotations"],
  },
  {
    reason: "a whole field that is not wanted at all",
    desired: EXTERNAL,
    object: stored(EXTERNAL, { ...EXTERNAL_SPEC, syncWindows: { mode: "Deny" } }),
    fields: ["spec.syncWindows"],
    removed: ["/spec/syncWindows"],
  },
  {
    reason: "an annotation of ours that somebody else set",
    desired: EXTERNAL,
    object: stored(EXTERNAL, EXTERNAL_SPEC, { annotations: { [REFRESH]: "now", team: "a" } }),
    fields: [`metadata.annotations["${REFRESH}"]`],
    removed: ["/metadata/annotations/securitybaseline.dev~1refresh"],
  },
  {
    reason: "nothing that the API server fills in, beside what somebody added",
    desired: wanted(externalSecret, { ...EXTERNAL_SPEC, target: { name: "db", template: TARGET.template } }),
    object: stored(EXTERNAL, { ...EXTERNAL_SPEC, target: { ...TARGET, immutable: true } }),
    fields: ["spec.target"],
    removed: ["/spec/target/immutable"],
  },
  {
    reason: "nothing outside the decisive fields",
    desired: CLASS,
    object: stored(CLASS, { ...CLASS_SPEC, other: "x" }, { labels: { ...LABELS, team: "a" }, annotations: { note: "b" } }),
    fields: [],
    removed: [],
  },
  {
    reason: "not the label of another tool that was left to it",
    desired: toolless(CLASS),
    object: stored(CLASS, { ...CLASS_SPEC, parameters: { roleName: "payments", more: "x" } }, { labels: { ...LABELS, [TOOL]: "Helm" } }),
    fields: ["spec.parameters"],
    removed: ["/spec/parameters/more"],
  },
  {
    reason: "nothing of a list or a value: an apply has replaced those, or something changes them on the way",
    desired: logReader(),
    object: { ...logReader().manifest, rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] },
    fields: ["rules"],
    removed: [],
  },
  {
    reason: "none of the other owners of an object that gave up its own",
    desired: logReader(["get"], "Retain"),
    object: {
      ...logReader().manifest,
      metadata: {
        ...(logReader(["get"], "Retain").manifest["metadata"] as JsonObject),
        ownerReferences: [
          { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d1" },
          { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", name: "baseline", uid: "b1", controller: true },
        ],
      },
    },
    fields: ["metadata.ownerReferences"],
    removed: [],
  },
  {
    reason: "nothing that we do not set on a shared object",
    desired: defaultAccount(),
    object: { ...defaultAccount().manifest, imagePullSecrets: [{ name: "registry" }] },
    fields: [],
    removed: [],
  },
];

describe("after an apply is removed", () => {
  for (const { reason, desired, object, fields, removed } of cases) {
    it(reason, () => {
      const remainder = remainderOf(desired, object);
      expect(remainder.fields).to.deep.equal(fields);
      expect(remainder.operations).to.deep.equal(removed.map((path) => ({ op: "remove", path })));
    });
  }

  it("nothing twice: what is left satisfies the desired object", () => {
    const desired = smtpSecret();
    const spec = desired.manifest["spec"] as JsonObject;
    expect(remainderOf(desired, stored(desired, { ...spec, encryptedData: { password: "AgB1" } }))).to.deep.equal({
      fields: [],
      operations: [],
    });
    expect(sealedSecret.fields.map(({ path }) => path.join("."))).to.include("spec.encryptedData");
  });
});
