/** Proves that what somebody adds where server-side apply cannot remove it is removed all the same, and told once with fields and manager. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditMark } from "../../support/audit-log.ts";
import { BACKENDS, installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { awaitReports } from "../../support/drift-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { contentOf } from "../../support/owned-objects.ts";
import { type BackendKind, backendRef, secretEntries } from "../../support/secret-entries.ts";

const INTRUDER = "intruder";

const SPEC: SecurityBaselineSpec = {
  secrets: {
    store: { kind: "ClusterSecretStore", name: "company" },
    externalSecrets: [
      {
        name: "db",
        data: { password: { key: "payments/db" } },
        target: { template: { metadata: { labels: { "strimzi.io/cluster": "orders" }, annotations: { team: "payments" } } } },
      },
    ],
    stores: [
      { name: "vault", serviceAccount: "eso-vault", vault: { server: "https://vault.example.com", path: "secret", role: "payments" } },
    ],
    secretProviderClasses: [{ name: "tls", provider: "vault", parameters: { roleName: "payments" } }],
    sealedSecrets: [
      { name: "smtp", encryptedData: { password: "AgAxYWJjZGVm" }, template: { metadata: { labels: { team: "payments" } } } },
    ],
  },
};

interface Tampering {
  readonly reason: string;
  readonly kind: Exclude<BackendKind, "SecretProviderClassPodStatus">;
  readonly name: string;
  /** RFC 7386, of the spec. */
  readonly spec: object;
  readonly fields: readonly string[];
}

const TAMPERINGS: readonly Tampering[] = [
  {
    reason: "a key of a sealed secret",
    kind: "SealedSecret",
    name: "smtp",
    spec: { encryptedData: { more: "AgAxeHl6" } },
    fields: ["spec.encryptedData"],
  },
  {
    reason: "plain data beside a sealed secret",
    kind: "SealedSecret",
    name: "smtp",
    spec: { template: { data: { more: "x" } } },
    fields: ["spec.template"],
  },
  {
    reason: "a label and an annotation of the Secret beside those of a sealed secret",
    kind: "SealedSecret",
    name: "smtp",
    spec: { template: { metadata: { labels: { "example.com/more": "x" }, annotations: { more: "x" } } } },
    fields: ["spec.template"],
  },
  {
    reason: "another value of a label of the Secret, and one more",
    kind: "ExternalSecret",
    name: "db",
    spec: { target: { template: { metadata: { labels: { "strimzi.io/cluster": "admin", "example.com/more": "x" } } } } },
    fields: ["spec.target"],
  },
  {
    reason: "an annotation of the Secret that shows a value, and a finalizer",
    kind: "ExternalSecret",
    name: "db",
    spec: {
      target: { template: { metadata: { annotations: { "example.com/more": "{{ .password }}" }, finalizers: ["example.com/keep"] } } },
    },
    fields: ["spec.target"],
  },
  {
    reason: "a parameter of a class",
    kind: "SecretProviderClass",
    name: "tls",
    spec: { parameters: { vaultAddress: "x" } },
    fields: ["spec.parameters"],
  },
  {
    reason: "a parameter beside another value of one that is asked for",
    kind: "SecretProviderClass",
    name: "tls",
    spec: { parameters: { vaultAddress: "x", roleName: "admin" } },
    fields: ["spec.parameters"],
  },
  {
    reason: "a template that copies another Secret",
    kind: "ExternalSecret",
    name: "db",
    spec: { target: { template: { templateFrom: [{ secret: { name: "other", items: [{ key: "x" }] } }] } } },
    fields: ["spec.target"],
  },
  {
    reason: "another kind of target",
    kind: "ExternalSecret",
    name: "db",
    spec: { target: { manifest: { apiVersion: "v1", kind: "ConfigMap" } } },
    fields: ["spec.target"],
  },
  {
    reason: "headers for the server of a store",
    kind: "SecretStore",
    name: "vault",
    spec: { provider: { vault: { headers: { "X-Team": "x" } } } },
    fields: ["spec.provider"],
  },
];

const RESOURCES = {
  ExternalSecret: "externalsecrets",
  SecretStore: "secretstores",
  SecretProviderClass: "secretproviderclasses",
  SealedSecret: "sealedsecrets",
} as const;

describe("keys that somebody adds to what section secrets made", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    await installBackends(...BACKENDS);
    operator = await startOperator();
  });

  beforeEach(async () => {
    namespace = await freshNamespace("foreign");
    await applyBaseline(namespace, SPEC);
    await eventually("everything is made and told", async () => (await secretEntries(namespace)).length === 4);
  });

  after(async () => {
    await operator.stop();
    await removeBackends(...BACKENDS);
  });

  for (const { reason, kind, name, spec, fields } of TAMPERINGS) {
    it(`are removed and told once each time: ${reason}`, async () => {
      const ref = backendRef(namespace, kind, name);
      const before = await contentOf(ref);
      for (const count of [1, 2]) {
        const mark = await auditMark();
        await admin().mergePatch(ref, { spec }, { manager: INTRUDER });
        const { apiVersion } = ref;
        await awaitReports(namespace, [
          { control: "secrets", ref: { apiVersion, kind, name }, type: "Modified", fields, manager: INTRUDER, count, state: "Repaired" },
        ]);
        expect(await contentOf(ref)).to.deep.equal(before);
        const writes = (await operatorWrites(mark, namespace)).map(described);
        expect(writes).to.deep.equal([...Array(2).fill(`patch ${RESOURCES[kind]}/${name}`), "patch securitybaselines/baseline/status"]);
      }
    });
  }

  it("are replaced where the wanted one is refused beside them: another provider in the place of that of a store", async () => {
    const ref = backendRef(namespace, "SecretStore", "vault");
    const before = await contentOf(ref);
    const mark = await auditMark();
    const provider = { vault: null, aws: { service: "SecretsManager", region: "eu-west-1" } };
    await admin().mergePatch(ref, { spec: { provider } }, { manager: INTRUDER });
    const { apiVersion, kind, name } = ref;
    const report = { control: "secrets", type: "Modified" as const, fields: ["spec.provider"], manager: INTRUDER, count: 1 };
    await awaitReports(namespace, [{ ...report, ref: { apiVersion, kind, name }, state: "Repaired" }]);
    expect(await contentOf(ref)).to.deep.equal(before);
    // The apply that is refused, a look at the object, what makes way, and the apply once more.
    const writes = (await operatorWrites(mark, namespace)).map(described);
    expect(writes).to.deep.equal([...Array(4).fill("patch secretstores/vault"), "patch securitybaselines/baseline/status"]);
  });

  it("and labels or annotations that decide nothing stay", async () => {
    const ref = backendRef(namespace, "SecretProviderClass", "tls");
    const foreign = { metadata: { labels: { team: "payments" }, annotations: { note: "ours too" } } };
    await admin().mergePatch(ref, foreign, { manager: INTRUDER });
    const before = await contentOf(ref);
    await admin().mergePatch(ref, { spec: { parameters: { more: "x" } } }, { manager: INTRUDER });
    await eventually("the key is gone", async () => expect(await contentOf(ref)).to.deep.equal(before));
  });
});
