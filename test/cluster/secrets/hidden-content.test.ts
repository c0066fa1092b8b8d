/** Proves that no content can hide what else changed: keys with the names of JavaScript's own properties, and JSON thousands of levels deep. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitCondition, awaitDrift } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const SPEC = { secrets: { sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgB1" } }] } };

/** JSON text: a literal in code would set a prototype where it says `__proto__`. */
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

const HOSTILE: readonly { readonly reason: string; readonly template: string; readonly data?: string }[] = [
  { reason: "a key __proto__ in the template", template: '{"metadata":{"__proto__":{"x":1}}}' },
  { reason: "a key constructor in the template", template: '{"metadata":{"constructor":{"prototype":1}}}' },
  { reason: "2,000 levels of objects in the template", template: `{"metadata":{"deep":${nested(2_000)}}}` },
  { reason: "4,500 levels of objects in the template", template: `{"metadata":{"deep":${nested(4_500)}}}` },
  { reason: "keys of JavaScript's own in the data", template: "{}", data: '{"constructor":"AgB9","__proto__":"AgB9","toString":"AgB9"}' },
];

describe("a SealedSecret with hostile content", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const ref = (): ObjectRef => ({ apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", namespace, name: "smtp" });
  const specOf = async (): Promise<unknown> => (await admin().get<KubernetesObject>(ref()))["spec"];

  before(async function () {
    this.timeout(120_000);
    await installOperatorManifests();
    await installBackends("sealed-secrets");
    operator = await startOperator();
  });

  after(async () => {
    await operator.stop();
    await removeBackends("sealed-secrets");
  });

  for (const { reason, template, data = "{}" } of HOSTILE) {
    it(`hides no changed ciphertext behind ${reason}: all of it is put right and told`, async () => {
      namespace = await freshNamespace("hidden");
      await applyBaseline(namespace, SPEC);
      const wanted = await eventually("it is made", specOf);
      await awaitCondition(namespace, "Compliant", "False");
      const encrypted = data === "{}" ? '{"password":"AgBevil"}' : `{"password":"AgBevil",${data.slice(1)}`;
      const body = `{"spec":{"encryptedData":${encrypted},"template":${template}}}`;
      await admin().send({
        method: "PATCH",
        path: `${await admin().path(ref())}?fieldManager=insider`,
        text: body,
        contentType: "application/merge-patch+json",
      });
      // As text: a failing comparison of what is nested thousands deep could not be printed.
      await eventually("it is put right", async () => isDeepStrictEqual(await specOf(), wanted));
      const told = await awaitDrift(namespace, ({ ref: { kind } }) => kind === "SealedSecret");
      expect(told).to.include({ type: "Modified", state: "Repaired", manager: "insider" });
      expect(told.fields).to.include("spec.encryptedData");
    });
  }
});
