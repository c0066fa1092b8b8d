/** Proves that external secrets become exact objects, and that what External Secrets says of them is told without flapping. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { BACKENDS, installBackends, removeBackends, writeStatus } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitReady } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { makeExternalSecretsAccount, removeExternalSecretsAccount } from "../../support/external-secrets-account.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { contentOf } from "../../support/owned-objects.ts";
import { awaitEntries, awaitVerdict, backendRef } from "../../support/secret-entries.ts";

const SPEC = {
  secrets: {
    externalSecrets: [
      { name: "db", store: { kind: "SecretStore", name: "vault" }, refreshInterval: "90m", data: { password: { key: "payments/db" } } },
    ],
    stores: [
      { name: "vault", serviceAccount: "eso-vault", vault: { server: "https://vault.example.com", path: "secret", role: "payments" } },
    ],
  },
} as const satisfies SecurityBaselineSpec;

const WITHOUT_CHECK =
  "a Secret of an external secret's name that existed before without an owner is taken over by External Secrets; this could not be checked, because the operator may not read Secrets";

const entry = (state: "Synced" | "Pending" | "Failed", reason: string, message?: string) => ({
  kind: "ExternalSecret",
  name: "db",
  state,
  reason,
  ...(message !== undefined && { message }),
});

const store = (state: "Synced" | "Pending" | "Failed", reason: string) => ({ kind: "SecretStore", name: "vault", state, reason });

const ready = (status: "True" | "False", reason: string) => [{ type: "Ready", status, reason, message: "token of payments/db: s3cr3t" }];

describe("external secrets", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const db = () => backendRef(namespace, "ExternalSecret", "db");
  const vault = () => backendRef(namespace, "SecretStore", "vault");

  /** What the controller writes after a sync of the present generation. */
  const sync = async (more: object = {}): Promise<void> => {
    const { metadata } = await admin().get(db());
    const refreshTime = new Date().toISOString();
    const synced = { conditions: ready("True", "SecretSynced"), syncedResourceVersion: `${metadata?.generation}-abc`, refreshTime };
    await writeStatus(db(), { ...synced, ...more });
  };

  const statusWrites = async (mark: number): Promise<number> => {
    const writes = await operatorWrites(mark, namespace);
    return writes.filter((event) => described(event) === "patch securitybaselines/baseline/status").length;
  };

  before(async () => {
    await installOperatorManifests();
    await installBackends("external-secrets");
    await makeExternalSecretsAccount();
    operator = await startOperator();
  });

  beforeEach(async () => {
    namespace = await freshNamespace("external");
    await applyBaseline(namespace, SPEC);
    await awaitEntries(namespace, entry("Pending", "AwaitingBackend"), store("Pending", "AwaitingBackend"));
  });

  after(async () => {
    await operator.stop();
    await removeExternalSecretsAccount();
    await removeBackends(...BACKENDS);
  });

  it("become an ExternalSecret, their store a SecretStore, and its account one Role for the controller", async () => {
    expect((await contentOf(db()))["spec"]).to.deep.equal({
      refreshPolicy: "Periodic",
      refreshInterval: "1h30m0s",
      secretStoreRef: { kind: "SecretStore", name: "vault" },
      target: {
        name: "db",
        creationPolicy: "Owner",
        deletionPolicy: "Retain",
        template: { engineVersion: "v2", mergePolicy: "Replace" },
      },
      data: [
        {
          secretKey: "password",
          remoteRef: { key: "payments/db", conversionStrategy: "Default", decodingStrategy: "None", metadataPolicy: "None" },
        },
      ],
      dataFrom: [],
    });
    expect((await contentOf(vault()))["spec"]).to.deep.equal({
      provider: {
        vault: {
          server: "https://vault.example.com",
          path: "secret",
          version: "v2",
          auth: { kubernetes: { mountPath: "kubernetes", role: "payments", serviceAccountRef: { name: "eso-vault" } } },
        },
      },
    });
    const token = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", namespace, name: "external-secrets-token" };
    expect((await contentOf(token))["rules"]).to.deep.equal([
      { apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: ["eso-vault"], verbs: ["create"] },
    ]);
    expect((await contentOf({ ...token, kind: "RoleBinding" }))["subjects"]).to.deep.equal([
      { kind: "ServiceAccount", namespace: "external-secrets", name: "external-secrets" },
    ]);
  });

  it("are told as pending, working and failing, as their controller says", async () => {
    await awaitVerdict(namespace, "SecretsReady", {
      status: "False",
      reason: "Progressing",
      message: "waiting for the backend of: ExternalSecret db, SecretStore vault",
    });

    await writeStatus(vault(), { conditions: ready("True", "Valid") });
    await sync();
    await awaitEntries(namespace, entry("Synced", "SecretSynced"), store("Synced", "Valid"));
    const baseline = await awaitReady(namespace);
    expect(baseline.status?.conditions?.find(({ type }) => type === "SecretsReady")?.message).to.equal(
      `everything is as the baseline says; ${WITHOUT_CHECK}`,
    );

    await writeStatus(vault(), { conditions: ready("False", "InvalidProviderConfig") });
    await writeStatus(db(), { conditions: ready("False", "SecretSyncedError") });
    await awaitEntries(
      namespace,
      entry("Failed", "SecretSyncedError", "store SecretStore/vault: InvalidProviderConfig"),
      store("Failed", "InvalidProviderConfig"),
    );
    await awaitVerdict(namespace, "SecretsReady", {
      status: "False",
      reason: "BackendUnavailable",
      message: "ExternalSecret db: SecretSyncedError, SecretStore vault: InvalidProviderConfig",
    });
    await awaitVerdict(namespace, "Ready", { status: "False", reason: "BackendUnavailable" });
  });

  const misleading = [
    { reason: "Ready with a Secret that was deleted", status: ready("True", "SecretDeleted"), told: entry("Failed", "SecretDeleted") },
    { reason: "Ready with nothing to be found", status: ready("True", "SecretMissing"), told: entry("Failed", "SecretMissing") },
  ];
  for (const { reason, status, told } of misleading) {
    it(`do not count as working when the controller says: ${reason}`, async () => {
      await sync({ conditions: status });
      await awaitEntries(namespace, told, store("Pending", "AwaitingBackend"));
    });
  }

  it("are told as failing while a store of the cluster is not there, and wait for their controller once it is", async () => {
    const [first] = SPEC.secrets.externalSecrets;
    const shared = { kind: "ClusterSecretStore", name: `${namespace}-shared` } as const;
    await applyBaseline(namespace, { secrets: { ...SPEC.secrets, externalSecrets: [{ ...first, store: shared }] } });
    const message = `store ClusterSecretStore/${shared.name}: NotFound`;
    await awaitEntries(namespace, entry("Failed", "StoreNotReady", message), store("Pending", "AwaitingBackend"));
    await awaitVerdict(namespace, "SecretsReady", {
      status: "False",
      reason: "BackendUnavailable",
      message: "ExternalSecret db: StoreNotReady",
    });
    const ref = { apiVersion: "external-secrets.io/v1", kind: shared.kind, name: shared.name };
    await admin().create({ apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: ref.name }, spec: { provider: { fake: {} } } });
    await awaitEntries(namespace, entry("Pending", "AwaitingBackend"), store("Pending", "AwaitingBackend"));
    await sync();
    await awaitEntries(namespace, entry("Synced", "SecretSynced"), store("Pending", "AwaitingBackend"));
    await admin().delete(ref);
    await awaitEntries(namespace, entry("Synced", "SecretSynced", message), store("Pending", "AwaitingBackend"));
  });

  it("wait for the controller again after a change of the baseline", async () => {
    await sync();
    await awaitEntries(namespace, entry("Synced", "SecretSynced"), store("Pending", "AwaitingBackend"));
    const [first] = SPEC.secrets.externalSecrets;
    const changed = { ...SPEC.secrets, externalSecrets: [{ ...first, data: { password: { key: "payments/db2" } } }] };
    await applyBaseline(namespace, { secrets: changed });
    await awaitEntries(namespace, entry("Pending", "AwaitingBackend"), store("Pending", "AwaitingBackend"));
    await sync();
    await awaitEntries(namespace, entry("Synced", "SecretSynced"), store("Pending", "AwaitingBackend"));
  });

  it("are told as overdue by time alone when nothing refreshes them any more", async () => {
    const [first] = SPEC.secrets.externalSecrets;
    await applyBaseline(namespace, { secrets: { ...SPEC.secrets, externalSecrets: [{ ...first, refreshInterval: "2s" }] } });
    await eventually("the interval is written", async () => {
      expect(await admin().get(db())).to.have.nested.property("spec.refreshInterval", "2s");
    });
    await sync();
    await awaitEntries(namespace, entry("Synced", "SecretSynced"), store("Pending", "AwaitingBackend"));
    const mark = await auditMark();
    await awaitEntries(
      namespace,
      entry("Failed", "RefreshOverdue", "no refresh for twice the interval: see whether the External Secrets controller runs"),
      store("Pending", "AwaitingBackend"),
    );
    expect(await auditEvents(mark, { resource: "externalsecrets", namespace, verbs: ["patch", "update"] })).to.deep.equal([]);
    expect(await statusWrites(mark)).to.equal(1);
  });

  it("cause no status write when only the time of the refresh moves", async () => {
    await sync();
    await awaitEntries(namespace, entry("Synced", "SecretSynced"), store("Pending", "AwaitingBackend"));
    const mark = await auditMark();
    for (const minute of [1, 2, 3]) await sync({ refreshTime: new Date(Date.now() + minute * 60_000).toISOString() });
    await writeStatus(vault(), { conditions: ready("True", "Valid") });
    await awaitEntries(namespace, entry("Synced", "SecretSynced"), store("Synced", "Valid"));
    expect(await statusWrites(mark)).to.equal(1);
  });
});
