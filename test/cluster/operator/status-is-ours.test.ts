/** Proves that the status tells what happened and is the operator's to the last field, whatever others write into it or are called. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { refuseWrites } from "../../support/admission.ts";
import {
  applyBaseline,
  awaitCondition,
  awaitDrift,
  baselineRef,
  protectedNamespace,
  readBaseline,
  SMALL_SPEC,
} from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refTo } from "../../support/owned-objects.ts";

const CRD = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "securitybaselines.securitybaseline.dev" };

describe("the status of a baseline", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const statusRef = () => ({ ...baselineRef(namespace), subresource: "status" });
  const open = () =>
    admin().mergePatch(refTo(namespace, "NetworkPolicy", "default-deny"), { spec: { ingress: [{}] } }, { manager: "insider" });

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  beforeEach(async () => {
    namespace = await protectedNamespace("status", SMALL_SPEC);
  });

  after(() => operator.stop());

  it("tells what was repaired while it could not be written", async () => {
    const met = { namespace, apiGroup: "securitybaseline.dev", resource: "securitybaselines/status", user: OPERATOR_USER };
    const letPass = await refuseWrites(met, "no status now");
    await open();
    await eventually("the status is refused", () => operator.logs().includes("no status now"));
    const { spec } = await admin().get<{ spec: { ingress?: unknown } }>(refTo(namespace, "NetworkPolicy", "default-deny"));
    expect(spec.ingress).to.equal(undefined);
    expect((await readBaseline(namespace)).status?.drift).to.equal(undefined);
    await letPass();
    const told = await eventually("it is told", async () => {
      const [entry] = (await readBaseline(namespace)).status?.drift ?? [];
      if (entry === undefined) throw new Error("nothing yet");
      return entry;
    });
    expect(told).to.deep.include({ type: "Modified", fields: ["spec.ingress"], manager: "insider", state: "Repaired" });
  });

  it("fits its schema, however long the name of a foreign object is", async () => {
    const name = "a".repeat(300);
    const labels = { "securitybaseline.dev/control": "access" };
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { namespace, name, labels }, rules: [] };
    await admin().create(role, { manager: "somebody" });
    const told = await awaitDrift(namespace, ({ type }) => type === "Unmanaged");
    expect(told.ref.name).to.match(/^a{240}~[0-9a-f]{12}$/);
    await applyBaseline(namespace, { ...SMALL_SPEC, podSecurity: { enforce: "baseline" } });
    await awaitCondition(namespace, "Ready", "True");
  });

  it("takes no line from the name of a foreign object", async () => {
    const name = "team\n    Message:  all is well";
    const labels = { "securitybaseline.dev/control": "access" };
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { namespace, name, labels }, rules: [] };
    await admin().create(role, { manager: "somebody" });
    const told = await awaitDrift(namespace, ({ type }) => type === "Unmanaged");
    expect(told.ref.name).to.equal("team\\u{a}    Message:  all is well");
    const { status } = await readBaseline(namespace);
    expect(status?.recent?.[0]).to.match(
      /^\d\d:\d\d:\d\d Role team\\u\{a\} {4}Message: {2}all is well carries our label but is not asked for \(somebody\)$/,
    );
    expect(status?.conditions?.map(({ message }) => message).join()).not.to.include("\n");
  });

  const forgeries: readonly { readonly reason: string; readonly forge: (status: KubernetesObject) => unknown }[] = [
    { reason: "a count", forge: () => ({ summary: { drifted: 7 } }) },
    { reason: "the generation", forge: () => ({ observedGeneration: 99 }) },
    { reason: "drift that never was", forge: () => ({ drift: [entryOf("Repaired")] }) },
    { reason: "everything taken away", forge: () => null },
    { reason: "a field that we do not tell", forge: () => ({ droppedDrift: 5 }) },
    {
      reason: "a condition of another type",
      forge: (status) => ({
        conditions: [
          ...(status["conditions"] as unknown[]),
          { type: "Blessed", status: "True", reason: "X", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" },
        ],
      }),
    },
    { reason: "an inventory that was emptied", forge: () => ({ inventory: [] }) },
  ];
  for (const { reason, forge } of forgeries) {
    it(`is put right within seconds: ${reason}`, async () => {
      const { status } = await readBaseline(namespace);
      await admin().mergePatch(statusRef(), { status: forge(status as KubernetesObject) }, { manager: "forger" });
      await eventually("it is as it was", async () => expect((await readBaseline(namespace)).status).to.deep.equal(status));
    });
  }

  it("says what of the baseline this version does not know, and the rest of it is in effect", async () => {
    const definition = await admin().get<KubernetesObject>(CRD);
    const path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/ofALaterVersion";
    const patch = async (operation: object): Promise<void> => {
      const body = [operation];
      await admin().send({ method: "PATCH", path: await admin().path(CRD), body, contentType: "application/json-patch+json" });
    };
    expect(definition.metadata?.name).to.equal(CRD.name);
    await patch({ op: "add", path, value: { type: "object", "x-kubernetes-preserve-unknown-fields": true } });
    try {
      const spec = { ...SMALL_SPEC, ofALaterVersion: { registries: ["registry.example.com"] } };
      await eventually("the newer schema is served", async () => {
        await applyBaseline(namespace, spec);
        return Object.hasOwn((await admin().get<{ spec: object }>(baselineRef(namespace))).spec, "ofALaterVersion");
      });
      // As after a rollback: the older version starts, and finds what a newer one has taken in.
      await operator.stop();
      operator = await startOperator();
      const baseline = await awaitCondition(namespace, "Ready", "False");
      const ready = baseline.status?.conditions?.find(({ type }) => type === "Ready");
      expect(ready?.reason).to.equal("InvalidSpec");
      expect(ready?.message).to.match(/^this version of the operator does not know spec\.ofALaterVersion: it is not in effect/);
      expect(baseline.status?.summary).to.include({ managed: 8, inSync: 8 });
      await open();
      await awaitDrift(namespace, ({ type, state }) => type === "Modified" && state === "Repaired");
    } finally {
      await patch({ op: "remove", path });
    }
  });
});

function entryOf(state: string): object {
  const ref = { apiVersion: "v1", kind: "Namespace", name: "x" };
  const seen = { firstSeen: "2026-01-01T00:00:00Z", lastSeen: "2026-01-01T00:00:00Z" };
  return { control: "network", ref, type: "Modified", fields: ["spec"], ...seen, count: 1, state };
}
