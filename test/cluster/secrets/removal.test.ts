/** Proves what becomes of the objects of section `secrets` when it is removed: they go, the right to make tokens first, or they stay for good. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { auditMark } from "../../support/audit-log.ts";
import { BACKENDS, installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitReady, baselineRef } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { backendRef, secretEntries } from "../../support/secret-entries.ts";

const SPEC: SecurityBaselineSpec = {
  secrets: {
    externalSecrets: [{ name: "db", store: { kind: "SecretStore", name: "vault" }, data: { password: { key: "payments/db" } } }],
    stores: [
      { name: "vault", serviceAccount: "eso-vault", vault: { server: "https://vault.example.com", path: "secret", role: "payments" } },
    ],
    secretProviderClasses: [{ name: "tls", provider: "vault" }],
    sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgAxYWJjZGVm" } }],
  },
};

const RBAC = "rbac.authorization.k8s.io/v1";

describe("section secrets that is removed", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const refs = (): ObjectRef[] => [
    backendRef(namespace, "ExternalSecret", "db"),
    backendRef(namespace, "SecretStore", "vault"),
    backendRef(namespace, "SecretProviderClass", "tls"),
    backendRef(namespace, "SealedSecret", "smtp"),
    { apiVersion: RBAC, kind: "Role", namespace, name: "external-secrets-token" },
    { apiVersion: RBAC, kind: "RoleBinding", namespace, name: "external-secrets-token" },
  ];

  const found = () => Promise.all(refs().map((ref) => admin().find(ref)));

  const owners = async (): Promise<unknown[]> => {
    const objects = await Promise.all(refs().map((ref) => admin().get(ref)));
    return objects.flatMap(({ metadata }) => metadata?.ownerReferences ?? []);
  };

  before(async () => {
    await installOperatorManifests();
    await installBackends(...BACKENDS);
    operator = await startOperator();
  });

  beforeEach(async () => {
    namespace = await freshNamespace("removal");
    await applyBaseline(namespace, SPEC);
    await eventually("everything is made and told", async () => (await secretEntries(namespace)).length === 4);
    expect(await owners()).to.have.length(6);
  });

  after(async () => {
    await operator.stop();
    await removeBackends(...BACKENDS);
  });

  it("takes its objects along, the right to make tokens first", async () => {
    const mark = await auditMark();
    await applyBaseline(namespace, {});
    await eventually("all of them are gone", async () => expect(await found()).to.deep.equal(Array(6).fill(undefined)));
    const [first, second] = (await operatorWrites(mark, namespace)).map(described);
    expect([first, second]).to.deep.equal(["delete rolebindings/external-secrets-token", "delete roles/external-secrets-token"]);
    expect((await awaitReady(namespace)).status?.drift).to.equal(undefined);
  });

  it("leaves them without an owner where they are to stay, also when the baseline goes", async () => {
    await applyBaseline(namespace, { deletionPolicy: "Retain" });
    await eventually("none of them has an owner", async () => expect(await owners()).to.deep.equal([]));
    await awaitReady(namespace);
    await admin().delete(baselineRef(namespace));
    await eventually("the baseline is gone", async () => (await admin().find(baselineRef(namespace))) === undefined);
    expect((await found()).map((object) => object?.metadata?.deletionTimestamp)).to.deep.equal(Array(6).fill(undefined));
    expect(await found()).to.not.include(undefined);
  });
});
