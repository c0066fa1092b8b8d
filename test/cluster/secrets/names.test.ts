/** Proves that secrets with dots in their names, and with names as long as they may be, are made, told, put back and taken away. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { BACKENDS, installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitDrift, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { contentOf } from "../../support/owned-objects.ts";
import { type BackendKind, backendRef, secretEntries } from "../../support/secret-entries.ts";

/** A name of 253 characters that ends with this. */
const longest = (end: string): string => `${"n".repeat(252 - end.length)}.${end}`;

/** In the order in which entries are told. */
const NAMES = {
  ExternalSecret: longest("registry"),
  SealedSecret: longest("smtp"),
  SecretProviderClass: longest("tls"),
  SecretStore: longest("vault"),
} as const;

const RESOURCES = {
  ExternalSecret: "externalsecrets.external-secrets.io",
  SecretStore: "secretstores.external-secrets.io",
  SecretProviderClass: "secretproviderclasses.secrets-store.csi.x-k8s.io",
  SealedSecret: "sealedsecrets.bitnami.com",
} as const;

const KINDS = Object.keys(NAMES) as (keyof typeof NAMES)[];

const SPEC: SecurityBaselineSpec = {
  secrets: {
    store: { kind: "SecretStore", name: NAMES.SecretStore },
    externalSecrets: [{ name: NAMES.ExternalSecret, data: { password: { key: "registry" } } }],
    stores: [{ name: NAMES.SecretStore, serviceAccount: "eso-aws", aws: { region: "eu-central-1" } }],
    secretProviderClasses: [
      {
        name: NAMES.SecretProviderClass,
        provider: "vault",
        secretObjects: [{ secretName: longest("tls-ca"), type: "Opaque", data: [{ objectName: "ca", key: "ca.crt" }] }],
      },
    ],
    sealedSecrets: [{ name: NAMES.SealedSecret, encryptedData: { password: "AgAxYWJjZGVm" } }],
  },
};

/** What somebody changes in an object of each kind, and the field that is told. */
const TAMPERED: Readonly<Record<keyof typeof NAMES, readonly [spec: object, field: string]>> = {
  ExternalSecret: [{ refreshInterval: "9h" }, "spec.refreshInterval"],
  SecretStore: [{ provider: { aws: { region: "us-east-1" } } }, "spec.provider"],
  SecretProviderClass: [{ provider: "azure" }, "spec.provider"],
  SealedSecret: [{ encryptedData: { password: "AgAxeHl6" } }, "spec.encryptedData"],
};

describe("secrets with the longest names", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const refOf = (kind: Exclude<BackendKind, "SecretProviderClassPodStatus">) => backendRef(namespace, kind, NAMES[kind]);
  const inventory = async (): Promise<readonly string[]> => (await readBaseline(namespace)).status?.inventory ?? [];

  before(async () => {
    await installOperatorManifests();
    await installBackends(...BACKENDS);
    operator = await startOperator();
    namespace = await freshNamespace("names");
    await applyBaseline(namespace, SPEC);
    await eventually("everything is made and told", async () => (await secretEntries(namespace)).length === 4);
  });

  after(async () => {
    await operator.stop();
    await removeBackends(...BACKENDS);
  });

  it("are told and remembered by their whole names", async () => {
    expect((await secretEntries(namespace)).map(({ kind, name }) => [kind, name, name.length])).to.deep.equal(
      KINDS.map((kind) => [kind, NAMES[kind], 253]),
    );
    const uids = await Promise.all(KINDS.map(async (kind) => (await admin().get(refOf(kind))).metadata?.uid));
    const lines = KINDS.map((kind, index) => `${RESOURCES[kind]} ${NAMES[kind]} ${uids[index]}`);
    await eventually("all are remembered", async () => expect(await inventory()).to.include.members(lines));
  });

  for (const kind of KINDS) {
    it(`are put back, of kind ${kind}`, async () => {
      const ref = refOf(kind);
      const before = await contentOf(ref);
      const [spec, field] = TAMPERED[kind];
      await admin().mergePatch(ref, { spec }, { manager: "intruder" });
      const { apiVersion, name } = ref;
      const report = { control: "secrets", type: "Modified", fields: [field], manager: "intruder", count: 1, state: "Repaired" } as const;
      const told = await awaitDrift(namespace, (entry) => entry.ref.kind === kind);
      expect(told).to.deep.equal({ ...report, ref: { apiVersion, kind, name } });
      expect(await contentOf(ref)).to.deep.equal(before);
    });
  }

  it("are taken away when they are asked for no more", async () => {
    await applyBaseline(namespace, {});
    for (const kind of KINDS) await eventually(`${kind} is gone`, async () => (await admin().find(refOf(kind))) === undefined);
    await eventually("none is remembered", async () => expect(await inventory()).to.deep.equal([]));
  });
});
