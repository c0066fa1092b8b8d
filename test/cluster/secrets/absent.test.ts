/** Proves that backends come and go while the operator runs: each absent kind is told and costs nothing, and everything else works. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { type AuditEvent, auditEvents, auditMark } from "../../support/audit-log.ts";
import { BACKENDS, installBackends, installDriver, removeBackends, removeDriver } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitCondition, conditionOf } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { driftReports } from "../../support/drift-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { makeExternalSecretsAccount, removeExternalSecretsAccount } from "../../support/external-secrets-account.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { receivedAt } from "../../support/operator-requests.ts";
import { awaitVerdict, type BackendKind, backendRef, secretEntries } from "../../support/secret-entries.ts";

const SPEC: SecurityBaselineSpec = {
  network: {},
  secrets: {
    externalSecrets: [{ name: "db", store: { kind: "SecretStore", name: "vault" }, data: { password: { key: "payments/db" } } }],
    stores: [
      { name: "vault", serviceAccount: "eso-vault", vault: { server: "https://vault.example.com", path: "secret", role: "payments" } },
    ],
    secretProviderClasses: [{ name: "tls", provider: "vault" }],
    sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgAxYWJjZGVm" } }],
  },
};

const OBJECTS = [
  ["ExternalSecret", "db"],
  ["SecretStore", "vault"],
  ["SecretProviderClass", "tls"],
  ["SealedSecret", "smtp"],
] as const satisfies readonly (readonly [BackendKind, string])[];

const ABSENT = {
  ExternalSecret: "ExternalSecret (external-secrets.io/v1)",
  SecretStore: "SecretStore (external-secrets.io/v1)",
  SecretProviderClass: "SecretProviderClass (secrets-store.csi.x-k8s.io/v1)",
  SealedSecret: "SealedSecret (bitnami.com/v1alpha1)",
} as const;

/** Sentences on the kinds that are absent, as the condition lists them. */
const told = (...kinds: readonly (keyof typeof ABSENT)[]): string =>
  kinds.map((kind) => `${ABSENT[kind]} is not served by this cluster: install its operator, or remove it from spec.secrets`).join("; ");

const GROUPS = ["external-secrets.io", "secrets-store.csi.x-k8s.io", "bitnami.com"];

/** Milliseconds without a request that are asked for. */
const SILENCE = 5_000;

describe("backends that come and go", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const awaitPresent = async (...kinds: readonly BackendKind[]): Promise<void> => {
    await eventually(`${kinds.join(", ")} in ${namespace}`, async () => expect(await kindsThere(namespace)).to.deep.equal(kinds), 30_000);
  };

  const awaitTold = (...kinds: readonly (keyof typeof ABSENT)[]): Promise<void> =>
    awaitVerdict(namespace, "SecretsReady", { status: "False", reason: "BackendUnavailable", message: told(...kinds) });

  before(async () => {
    await installOperatorManifests();
    await makeExternalSecretsAccount();
    await removeBackends(...BACKENDS);
    await installDriver(true);
    operator = await startOperator();
    namespace = await freshNamespace("absent");
    await applyBaseline(namespace, SPEC);
  });

  after(async () => {
    await operator.stop();
    await removeExternalSecretsAccount();
    await removeDriver();
    await removeBackends(...BACKENDS);
  });

  it("are told as unavailable, each by its kind, while the other sections are in place", async () => {
    await awaitTold("ExternalSecret", "SealedSecret", "SecretProviderClass", "SecretStore");
    const baseline = await awaitCondition(namespace, "NetworkReady", "True");
    expect(conditionOf(baseline, "Ready")).to.deep.include({ status: "False", reason: "BackendUnavailable" });
    expect(baseline.status?.controls?.map(({ name, managed, inSync }) => [name, managed, inSync])).to.deep.equal([
      ["network", 2, 2],
      ["secrets", 6, 2],
    ]);
    const token = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", namespace, name: "external-secrets-token" };
    expect(await admin().find(token)).to.not.equal(undefined);
  });

  it("are asked for nothing while they are absent", async () => {
    const asks = ({ objectRef }: AuditEvent): boolean => GROUPS.includes(objectRef?.apiGroup ?? "");
    const mark = await auditMark();
    const since = Date.now();
    await eventually("a while has passed", () => Date.now() - since >= SILENCE, 2 * SILENCE);
    const requests = await auditEvents(mark, { user: OPERATOR_USER });
    expect(requests.filter((event) => asks(event) && receivedAt(event) >= since)).to.deep.equal([]);
  });

  it("are used when they appear, one by one, by the operator that runs already", async () => {
    await installBackends("sealed-secrets");
    await awaitPresent("SealedSecret");
    await awaitTold("ExternalSecret", "SecretProviderClass", "SecretStore");
    await installBackends("external-secrets");
    await awaitPresent("ExternalSecret", "SecretStore", "SealedSecret");
    await awaitTold("SecretProviderClass");
    await installBackends("secrets-store-csi");
    await awaitPresent("ExternalSecret", "SecretStore", "SecretProviderClass", "SealedSecret");
    await awaitVerdict(namespace, "SecretsReady", { status: "False", reason: "Progressing" });
    expect(await secretEntries(namespace)).to.have.length(4);
  });

  it("are told when they go; their objects go first, which is told as what it is", async () => {
    await removeBackends("external-secrets");
    await awaitTold("ExternalSecret", "SecretStore");
    expect((await secretEntries(namespace)).map(({ kind }) => kind)).to.deep.equal(["SealedSecret", "SecretProviderClass"]);
    const drift = await driftReports(namespace);
    expect(drift.filter(({ type, ref }) => type !== "Missing" || !["ExternalSecret", "SecretStore"].includes(ref.kind))).to.deep.equal([]);
  });

  it("are used again when they come back, which is no new drift, and what was missing is in place", async () => {
    const before = await driftReports(namespace);
    await installBackends("external-secrets");
    await awaitPresent("ExternalSecret", "SecretStore", "SecretProviderClass", "SealedSecret");
    await awaitVerdict(namespace, "SecretsReady", { status: "False", reason: "Progressing" });
    expect(await driftReports(namespace)).to.deep.equal(before.map((entry) => ({ ...entry, state: "Repaired" })));
  });

  it("are told kind by kind, also where another kind of the same group is there", async () => {
    const stores = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "secretstores.external-secrets.io" };
    await admin().delete(stores);
    await awaitVerdict(namespace, "SecretsReady", {
      status: "False",
      reason: "BackendUnavailable",
      message: `${told("SecretStore")}; ExternalSecret db: StoreNotReady`,
    });
    await admin().delete(backendRef(namespace, "ExternalSecret", "db"));
    await eventually("the external secret is made anew", () => admin().get(backendRef(namespace, "ExternalSecret", "db")));
    await installBackends("external-secrets");
    await awaitPresent("ExternalSecret", "SecretStore", "SecretProviderClass", "SealedSecret");
  });

  it("do not matter to a baseline that asks for nothing of theirs", async () => {
    await removeBackends(...BACKENDS);
    const other = await freshNamespace("absent");
    await applyBaseline(other, { network: {}, secrets: {} });
    await awaitCondition(other, "Ready", "True");
  });
});

/** Kinds of the objects that are there, in the order above. */
async function kindsThere(namespace: string): Promise<string[]> {
  const found = await Promise.all(
    OBJECTS.map(async ([kind, name]) => ({ kind, there: (await findOrAbsent(namespace, kind, name)) !== undefined })),
  );
  return found.filter(({ there }) => there).map(({ kind }) => kind);
}

/** Undefined also where the whole kind is absent. */
function findOrAbsent(namespace: string, kind: BackendKind, name: string): Promise<object | undefined> {
  return admin()
    .find(backendRef(namespace, kind, name))
    .catch(() => undefined);
}
