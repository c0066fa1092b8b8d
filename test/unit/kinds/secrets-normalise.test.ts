/** Tests which differences of the objects of secret backends have a meaning, since releases of one backend fill in different defaults. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { externalSecret } from "../../../operator/kinds/external-secret.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { secretProviderClass } from "../../../operator/kinds/secret-provider-class.ts";
import { secretStore } from "../../../operator/kinds/secret-store.ts";
import { normalised } from "./recorded.ts";

interface Pair {
  readonly reason: string;
  readonly kind: OwnedKind;
  readonly one: JsonObject;
  readonly other: JsonObject;
}

const FILLED = { conversionStrategy: "Default", decodingStrategy: "None", metadataPolicy: "None", nullBytePolicy: "Ignore" };
const BARE = { engineVersion: "v2", mergePolicy: "Replace" };

const external = (spec: JsonObject): JsonObject => ({ metadata: { name: "db" }, spec });
const ref = (remoteRef: JsonObject): JsonObject => external({ data: [{ secretKey: "a", remoteRef }] });
const from = (...dataFrom: JsonObject[]): JsonObject => external({ dataFrom });
const target = (value: JsonObject): JsonObject => external({ target: value });
const template = (value: JsonObject): JsonObject => target({ template: value });
const store = (provider: JsonObject): JsonObject => ({ spec: { provider } });
const vault = (more: JsonObject): JsonObject => store({ vault: { server: "https://a", path: "p", ...more } });
const mount = (parameters: JsonObject, more: JsonObject = {}): JsonObject => ({ spec: { provider: "vault", parameters, ...more } });
const sealed = (spec: JsonObject): JsonObject => ({ spec: { encryptedData: { a: "AgB" }, ...spec } });
const marked = (annotation: string): JsonObject => ({ ...sealed({}), metadata: { annotations: { [annotation]: "true" } } });

const A = { secretKey: "a", remoteRef: { key: "a" } };
const B = { secretKey: "b", remoteRef: { key: "b" } };
const OPAQUE = { secretName: "a", type: "Opaque", data: [{ objectName: "x", key: "x" }] };
const TLS = { secretName: "b", type: "kubernetes.io/tls", data: [{ objectName: "x", key: "x" }] };

const same: readonly Pair[] = [
  {
    reason: "older releases fill in how a value is read",
    kind: externalSecret,
    one: ref({ key: "a" }),
    other: ref({ key: "a", ...FILLED }),
  },
  {
    reason: "and how one is taken apart or found",
    kind: externalSecret,
    one: from({ extract: { key: "a" } }, { find: { name: { regexp: "a" } } }),
    other: from(
      { extract: { key: "a", ...FILLED } },
      {
        find: { name: { regexp: "a" }, tags: {}, conversionStrategy: "Default", decodingStrategy: "None", nullBytePolicy: "Ignore" },
      },
    ),
  },
  {
    reason: "a target has the object's name, is owned and retained",
    kind: externalSecret,
    one: external({}),
    other: target({ name: "db", creationPolicy: "Owner", deletionPolicy: "Retain", immutable: false }),
  },
  {
    reason: "a template is of version 2 and replaces",
    kind: externalSecret,
    one: template({}),
    other: template({ ...BARE, metadata: {} }),
  },
  {
    reason: "no labels and no annotations of the Secret",
    kind: externalSecret,
    one: template({}),
    other: template({ metadata: { labels: {}, annotations: null } }),
  },
  {
    reason: "labels of the Secret without annotations",
    kind: externalSecret,
    one: template({ metadata: { labels: { a: "b" } } }),
    other: template({ metadata: { labels: { a: "b" }, annotations: {} } }),
  },
  { reason: "secrets are refreshed each hour", kind: externalSecret, one: external({}), other: external({ refreshInterval: "1h0m0s" }) },
  {
    reason: "durations are read, not compared as text",
    kind: externalSecret,
    one: external({ refreshInterval: "90m" }),
    other: external({ refreshInterval: "1h30m0s" }),
  },
  { reason: "refreshing is periodic", kind: externalSecret, one: external({}), other: external({ refreshPolicy: "Periodic" }) },
  {
    reason: "a store is one of the namespace",
    kind: externalSecret,
    one: external({ secretStoreRef: { name: "a" } }),
    other: external({ secretStoreRef: { kind: "SecretStore", name: "a" } }),
  },
  { reason: "keys are a set", kind: externalSecret, one: external({ data: [A, B] }), other: external({ data: [B, A] }) },
  {
    reason: "no keys, no sources, no windows",
    kind: externalSecret,
    one: external({}),
    other: external({ data: [], dataFrom: [], syncWindows: null }),
  },
  {
    reason: "labels of others",
    kind: externalSecret,
    one: external({}),
    other: { ...external({}), metadata: { name: "db", labels: { a: "b" } } },
  },
  { reason: "the second version of Vault's engine", kind: secretStore, one: vault({}), other: vault({ version: "v2" }) },
  { reason: "no session tags", kind: secretStore, one: store({ aws: {} }), other: store({ aws: { sessionTagsPolicy: "None" } }) },
  {
    reason: "the latest version or none",
    kind: secretStore,
    one: store({ gcpsm: {} }),
    other: store({ gcpsm: { secretVersionSelectionPolicy: "LatestOrFail" } }),
  },
  {
    reason: "the public cloud",
    kind: secretStore,
    one: store({ azurekv: {} }),
    other: store({ azurekv: { environmentType: "PublicCloud", useAzureSDK: false } }),
  },
  {
    reason: "how often a store is checked",
    kind: secretStore,
    one: vault({}),
    other: { spec: { ...(vault({})["spec"] as JsonObject), refreshInterval: 60 } },
  },
  {
    reason: "no parameters and no Secrets",
    kind: secretProviderClass,
    one: { spec: { provider: "vault" } },
    other: mount({}, { secretObjects: [] }),
  },
  {
    reason: "Secrets are a set",
    kind: secretProviderClass,
    one: mount({}, { secretObjects: [OPAQUE, TLS] }),
    other: mount({}, { secretObjects: [TLS, { ...OPAQUE, labels: {} }] }),
  },
  {
    reason: "a Secret is opaque",
    kind: sealedSecret,
    one: sealed({}),
    other: sealed({ template: { type: "Opaque", immutable: false, data: {} } }),
  },
  {
    reason: "kubeseal writes a time that is none",
    kind: sealedSecret,
    one: sealed({ template: { metadata: { name: "a" } } }),
    other: sealed({ template: { metadata: { name: "a", creationTimestamp: null, labels: {} } } }),
  },
];

const different: readonly Pair[] = [
  { reason: "a value from elsewhere", kind: externalSecret, one: ref({ key: "a" }), other: ref({ key: "b" }) },
  { reason: "a value that is decoded", kind: externalSecret, one: ref({ key: "a" }), other: ref({ key: "a", decodingStrategy: "Base64" }) },
  {
    reason: "metadata instead of the value",
    kind: externalSecret,
    one: ref({ key: "a" }),
    other: ref({ key: "a", metadataPolicy: "Fetch" }),
  },
  { reason: "null bytes that fail", kind: externalSecret, one: ref({ key: "a" }), other: ref({ key: "a", nullBytePolicy: "Fail" }) },
  {
    reason: "a store of its own for one key",
    kind: externalSecret,
    one: external({ data: [A] }),
    other: external({ data: [{ ...A, sourceRef: { storeRef: { name: "x" } } }] }),
  },
  { reason: "an added key", kind: externalSecret, one: external({ data: [A] }), other: external({ data: [A, B] }) },
  {
    reason: "sources in another order, of which the last wins",
    kind: externalSecret,
    one: from({ extract: { key: "a" } }, { extract: { key: "b" } }),
    other: from({ extract: { key: "b" } }, { extract: { key: "a" } }),
  },
  {
    reason: "keys that are rewritten",
    kind: externalSecret,
    one: from({ extract: { key: "a" } }),
    other: from({ extract: { key: "a" }, rewrite: [{ regexp: { source: "a", target: "b" } }] }),
  },
  { reason: "an added source", kind: externalSecret, one: external({}), other: from({ extract: { key: "a" } }) },
  { reason: "another name of the Secret", kind: externalSecret, one: target({}), other: target({ name: "admin" }) },
  { reason: "a Secret that nobody owns", kind: externalSecret, one: target({}), other: target({ creationPolicy: "Orphan" }) },
  { reason: "a Secret that goes with the value", kind: externalSecret, one: target({}), other: target({ deletionPolicy: "Delete" }) },
  { reason: "a Secret that never changes", kind: externalSecret, one: target({}), other: target({ immutable: true }) },
  {
    reason: "another object than a Secret",
    kind: externalSecret,
    one: target({}),
    other: target({ manifest: { apiVersion: "v1", kind: "ConfigMap" } }),
  },
  { reason: "no template, so that our labels are copied", kind: externalSecret, one: template({}), other: target({}) },
  {
    reason: "an added key of the template",
    kind: externalSecret,
    one: template({ data: { a: "x" } }),
    other: template({ data: { a: "x", b: "y" } }),
  },
  {
    reason: "a label of the Secret",
    kind: externalSecret,
    one: template({}),
    other: template({ metadata: { labels: { a: "b" } } }),
  },
  {
    reason: "an added annotation of the Secret",
    kind: externalSecret,
    one: template({ metadata: { annotations: { a: "b" } } }),
    other: template({ metadata: { annotations: { a: "b", c: "d" } } }),
  },
  {
    reason: "a finalizer of the Secret",
    kind: externalSecret,
    one: template({}),
    other: template({ metadata: { finalizers: ["a"] } }),
  },
  { reason: "a template that merges", kind: externalSecret, one: template({}), other: template({ mergePolicy: "Merge" }) },
  { reason: "another type", kind: externalSecret, one: template({}), other: template({ type: "kubernetes.io/tls" }) },
  {
    reason: "a store of the cluster with the same name",
    kind: externalSecret,
    one: external({ secretStoreRef: { name: "a" } }),
    other: external({ secretStoreRef: { kind: "ClusterSecretStore", name: "a" } }),
  },
  {
    reason: "a longer interval",
    kind: externalSecret,
    one: external({ refreshInterval: "1m" }),
    other: external({ refreshInterval: "1h" }),
  },
  { reason: "a secret that is fetched once", kind: externalSecret, one: external({}), other: external({ refreshPolicy: "CreatedOnce" }) },
  {
    reason: "times without refresh",
    kind: externalSecret,
    one: external({}),
    other: external({ syncWindows: { kind: "deny", windows: [] } }),
  },
  {
    reason: "a request to refresh",
    kind: externalSecret,
    one: external({}),
    other: { ...external({}), metadata: { name: "db", annotations: { "securitybaseline.dev/refresh": "1" } } },
  },
  { reason: "another server", kind: secretStore, one: vault({}), other: vault({ server: "https://b" }) },
  { reason: "an added certificate authority", kind: secretStore, one: vault({}), other: vault({ caBundle: "Zm9v" }) },
  {
    reason: "an account of another namespace",
    kind: secretStore,
    one: vault({ auth: { kubernetes: { serviceAccountRef: { name: "a" } } } }),
    other: vault({ auth: { kubernetes: { serviceAccountRef: { name: "a", namespace: "b" } } } }),
  },
  { reason: "another cloud", kind: secretStore, one: store({ azurekv: {} }), other: store({ azurekv: { environmentType: "ChinaCloud" } }) },
  { reason: "another provider", kind: secretStore, one: store({ aws: {} }), other: store({ gcpsm: {} }) },
  { reason: "another provider", kind: secretProviderClass, one: mount({}), other: { spec: { provider: "aws" } } },
  { reason: "an added parameter", kind: secretProviderClass, one: mount({ a: "1" }), other: mount({ a: "1", b: "2" }) },
  { reason: "an added Secret", kind: secretProviderClass, one: mount({}), other: mount({}, { secretObjects: [OPAQUE] }) },
  { reason: "an added ciphertext", kind: sealedSecret, one: sealed({}), other: sealed({ encryptedData: { a: "AgB", b: "AgC" } }) },
  {
    reason: "a label of the Secret",
    kind: sealedSecret,
    one: sealed({ template: { metadata: {} } }),
    other: sealed({ template: { metadata: { labels: { a: "b" } } } }),
  },
  {
    reason: "another annotation of the Secret",
    kind: sealedSecret,
    one: sealed({ template: { metadata: { annotations: { a: "b" } } } }),
    other: sealed({ template: { metadata: { annotations: { a: "c" } } } }),
  },
  { reason: "plain data of the Secret", kind: sealedSecret, one: sealed({}), other: sealed({ template: { data: { a: "x" } } }) },
  { reason: "another type", kind: sealedSecret, one: sealed({}), other: sealed({ template: { type: "kubernetes.io/tls" } }) },
  { reason: "a scope of the namespace", kind: sealedSecret, one: sealed({}), other: marked("sealedsecrets.bitnami.com/namespace-wide") },
  { reason: "a scope of the cluster", kind: sealedSecret, one: sealed({}), other: marked("sealedsecrets.bitnami.com/cluster-wide") },
  { reason: "a request to unseal again", kind: sealedSecret, one: sealed({}), other: marked("securitybaseline.dev/refresh") },
];

describe("an object of a secret backend that means the same", () => {
  for (const { reason, kind, one, other } of same) {
    it(`${kind.kind}: ${reason}`, () => expect(normalised(kind, one)).to.deep.equal(normalised(kind, other)));
  }
});

describe("an object of a secret backend that means something else", () => {
  for (const { reason, kind, one, other } of different) {
    it(`${kind.kind}: ${reason}`, () => expect(normalised(kind, one)).not.to.deep.equal(normalised(kind, other)));
  }
});
