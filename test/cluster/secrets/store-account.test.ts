/** Proves on a real API server that the right to mint tokens of stores comes and goes with the account of External Secrets, and waits for nobody who takes its name. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, conditionOf, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { makeExternalSecretsAccount, removeExternalSecretsAccount } from "../../support/external-secrets-account.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const vault = { server: "https://vault.example.com", path: "secret", role: "payments" };
const SPEC: SecurityBaselineSpec = { secrets: { stores: [{ name: "vault", serviceAccount: "eso-vault", vault }] } };
const ACCOUNT = { kind: "ServiceAccount", namespace: "external-secrets", name: "external-secrets" };
const MISSING = "the account external-secrets/external-secrets of External Secrets does not exist";

describe("the right to mint tokens of stores", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const subjects = async (): Promise<unknown> => {
    const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", namespace, name: "external-secrets-token" };
    return (await admin().get<KubernetesObject>(ref))["subjects"] ?? [];
  };
  const bindsNobody = () => eventually("the binding leads to nobody", async () => expect(await subjects()).to.deep.equal([]));
  const bindsTheAccount = () =>
    eventually("the binding leads to the account", async () => expect(await subjects()).to.deep.equal([ACCOUNT]));
  const told = async (): Promise<string> => conditionOf(await readBaseline(namespace), "SecretsReady")?.message ?? "";

  before(async () => {
    await installOperatorManifests();
    await installBackends("external-secrets");
    operator = await startOperator();
    namespace = await freshNamespace("store-account");
    await applyBaseline(namespace, SPEC);
  });
  after(async () => {
    await operator.stop();
    await removeBackends("external-secrets");
  });

  it("is nobody's before the account is there, and the baseline says so", async () => {
    await bindsNobody();
    await eventually("it is told", async () => expect(await told()).to.contain(MISSING));
  });

  it("is the account's once it is there", async () => {
    await makeExternalSecretsAccount();
    await bindsTheAccount();
    await eventually("nothing is told any more", async () => expect(await told()).to.not.contain(MISSING));
  });

  it("is nobody's once the account is gone, also where that happened while the operator was down", async () => {
    await removeExternalSecretsAccount();
    await bindsNobody();
    await makeExternalSecretsAccount();
    await bindsTheAccount();
    await operator.stop();
    await removeExternalSecretsAccount();
    operator = await startOperator();
    await bindsNobody();
  });
});
