/** Proves that the operator neither asks for Secrets nor tells what is in them, whatever happens around them. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { BACKENDS, installBackends, removeBackends, writeStatus } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitDrift, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { awaitVerdict, backendRef, secretEntries } from "../../support/secret-entries.ts";

/** Stands where a value or a provider's words about it could be. */
const CANARY = "c4n4ry-Hunter2-7f3a";
const CANARY_FORMS = [CANARY, Buffer.from(CANARY).toString("base64")];

const SPEC: SecurityBaselineSpec = {
  secrets: {
    store: { kind: "ClusterSecretStore", name: "company" },
    externalSecrets: [{ name: "db", data: { password: { key: "payments/db" } } }],
    secretProviderClasses: [{ name: "tls", provider: "vault" }],
    sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgAxYWJjZGVm" } }],
  },
};

describe("a secret value", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let mark: number;

  const failing = (type: string) => ({
    conditions: [{ type, status: "False", reason: "SecretSyncedError", message: `could not use ${CANARY}` }],
    observedGeneration: 1,
  });

  before(async () => {
    await installOperatorManifests();
    await installBackends(...BACKENDS);
    mark = await auditMark();
    operator = await startOperator({ flags: ["--log-level", "debug"] });
    namespace = await freshNamespace("canary");
    await admin().create({ apiVersion: "v1", kind: "Secret", metadata: { namespace, name: "db" }, stringData: { password: CANARY } });
    await applyBaseline(namespace, SPEC);
    await eventually("everything is made and told", async () => (await secretEntries(namespace)).length === 3);
    await writeStatus(backendRef(namespace, "ExternalSecret", "db"), failing("Ready"));
    await writeStatus(backendRef(namespace, "SealedSecret", "smtp"), failing("Synced"));
    const tls = backendRef(namespace, "SecretProviderClass", "tls");
    await admin().mergePatch(tls, { spec: { parameters: { token: CANARY } } }, { manager: "intruder" });
    const sealed = backendRef(namespace, "SealedSecret", "smtp");
    await admin().mergePatch(sealed, { spec: { template: { data: { password: CANARY } } } }, { manager: "intruder" });
    for (const kind of ["SecretProviderClass", "SealedSecret"]) {
      await awaitDrift(namespace, (entry) => entry.ref.kind === kind && entry.state === "Repaired");
    }
    await awaitVerdict(namespace, "SecretsReady", { status: "False", reason: "BackendUnavailable" });
    await eventually("both repairs are told in Events", async () => (await events()).length === 2);
  });

  after(async () => {
    await operator.stop();
    await removeBackends(...BACKENDS);
  });

  const events = () => admin().list("events.k8s.io/v1", "Event", { namespace });

  const places: { reason: string; read: () => Promise<string> }[] = [
    { reason: "the log", read: async () => operator.logs() },
    { reason: "status", read: async () => JSON.stringify(await readBaseline(namespace)) },
    { reason: "Events", read: async () => JSON.stringify(await events()) },
    { reason: "metrics", read: async () => (await fetch(`${operator.metrics}/metrics`)).text() },
  ];
  for (const { reason, read } of places) {
    it(`appears nowhere in ${reason}`, async () => {
      const text = await read();
      expect(text).to.have.length.greaterThan(100);
      expect(CANARY_FORMS.filter((form) => text.includes(form))).to.deep.equal([]);
    });
  }

  it("is never asked for", async () => {
    const requests = await auditEvents(mark, { user: OPERATOR_USER });
    expect(requests.length).to.be.greaterThan(10);
    expect(requests.filter(({ objectRef }) => objectRef?.resource === "secrets")).to.deep.equal([]);
  });
});
