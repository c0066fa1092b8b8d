/** Proves that asking for a refresh costs one write per object that can be refreshed, and none for a value that stays. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { auditMark } from "../../support/audit-log.ts";
import { BACKENDS, installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, baselineRef, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { awaitFirstLooks } from "../../support/metrics.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { backendRef, secretEntries } from "../../support/secret-entries.ts";

const SPEC: SecurityBaselineSpec = {
  secrets: {
    store: { kind: "ClusterSecretStore", name: "company" },
    externalSecrets: [
      { name: "db", data: { password: { key: "payments/db" } } },
      { name: "queue", data: { token: { key: "payments/queue" } } },
    ],
    secretProviderClasses: [{ name: "tls", provider: "vault" }],
    sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgAxYWJjZGVm" } }],
  },
};

const ANNOTATION = "securitybaseline.dev/refresh";

describe("asking for a refresh", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const ask = (value: string) =>
    admin().mergePatch(baselineRef(namespace), { metadata: { annotations: { [ANNOTATION]: value } } }, { manager: "person" });

  const askedWith = async (): Promise<unknown[]> => {
    const refs = [
      backendRef(namespace, "ExternalSecret", "db"),
      backendRef(namespace, "ExternalSecret", "queue"),
      backendRef(namespace, "SealedSecret", "smtp"),
      backendRef(namespace, "SecretProviderClass", "tls"),
    ];
    const objects = await Promise.all(refs.map((ref) => admin().get(ref)));
    return objects.map(({ metadata }) => metadata?.annotations?.[ANNOTATION]);
  };

  const objectWrites = async (mark: number): Promise<string[]> => {
    const writes = (await operatorWrites(mark, namespace)).map(described);
    return writes.filter((write) => !write.startsWith("patch securitybaselines/"));
  };

  before(async () => {
    await installOperatorManifests();
    await installBackends(...BACKENDS);
    operator = await startOperator();
    namespace = await freshNamespace("refresh");
    await applyBaseline(namespace, SPEC);
    await eventually("everything is made and told", async () => (await secretEntries(namespace)).length === 4);
  });

  after(async () => {
    await operator.stop();
    await removeBackends(...BACKENDS);
  });

  for (const value of ["2026-11-23", "again"]) {
    it(`with a new value (${value}) writes each external and sealed secret once, and no class`, async () => {
      const mark = await auditMark();
      await ask(value);
      await eventually("all are asked", async () => expect(await askedWith()).to.deep.equal([value, value, value, undefined]));
      const expected = ["patch externalsecrets/db", "patch externalsecrets/queue", "patch sealedsecrets/smtp"];
      // A write can be seen a moment before the audit log has it.
      await eventually("each is recorded, once", async () => expect(await objectWrites(mark)).to.have.members(expected));
    });
  }

  it("with a value that stays costs nothing, also after a restart", async () => {
    const mark = await auditMark();
    await operator.stop();
    operator = await startOperator();
    await awaitFirstLooks(operator);
    await ask("again");
    await admin().mergePatch(baselineRef(namespace), { metadata: { labels: { team: "payments" } } }, { manager: "person" });
    await applyBaseline(namespace, { ...SPEC, serviceAccounts: {} });
    await eventually("the new section is told", async () => {
      expect((await readBaseline(namespace)).status?.controls?.map(({ name }) => name)).to.include("serviceAccounts");
    });
    // In two steps, as everything that is shared.
    const expected = ["patch serviceaccounts/default", "patch serviceaccounts/default"];
    await eventually("nothing else is written", async () => expect(await objectWrites(mark)).to.deep.equal(expected));
  });

  it("is told as no drift", async () => {
    expect((await readBaseline(namespace)).status?.drift).to.equal(undefined);
  });
});
