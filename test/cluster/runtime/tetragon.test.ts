/** Proves that the operator has Tetragon watch and kill as the section `runtime` says, keeps it so, and ends it with the section. */
import { expect } from "chai";
import type { RuntimeSection } from "../../../operator/api/baseline-runtime.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitCondition, awaitDrift, awaitReady, conditionOf } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { awaitVerdict } from "../../support/secret-entries.ts";

const WATCHING: RuntimeSection = { backend: "Tetragon", watch: ["SensitiveFileRead", "TokenRead"] };
const KILLING: RuntimeSection = { ...WATCHING, kill: ["SensitiveFileRead"] };

const FILES = "baseline-sensitive-file-read";
const TOKENS = "baseline-token-read";

const refTo = (namespace: string, name: string): ObjectRef => ({
  apiVersion: "cilium.io/v1alpha1",
  kind: "TracingPolicyNamespaced",
  namespace,
  name,
});

interface Selector {
  readonly matchActions: readonly { readonly action: string }[];
}

/** What a policy does, and what else stands beside its hooks; undefined if there is none. */
async function actionOf(namespace: string, name: string): Promise<readonly string[] | undefined> {
  const found = await admin().find<KubernetesObject & { spec: { kprobes?: readonly { selectors: readonly Selector[] }[] } }>(
    refTo(namespace, name),
  );
  if (found === undefined) return undefined;
  const { kprobes = [], ...more } = found.spec;
  const actions = kprobes.flatMap(({ selectors }) => selectors.flatMap(({ matchActions }) => matchActions.map(({ action }) => action)));
  return [...actions, ...Object.keys(more)];
}

function awaitActions(namespace: string, files: readonly string[] | undefined, tokens: readonly string[] | undefined): Promise<void> {
  return eventually(`the policies of ${namespace}`, async () => {
    const found = [await actionOf(namespace, FILES), await actionOf(namespace, TOKENS)];
    expect(found, JSON.stringify(found)).to.deep.equal([files, tokens]);
  });
}

describe("the operator and Tetragon", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const told = async (): Promise<string> =>
    conditionOf(await awaitCondition(namespace, "RuntimeReady", "True"), "RuntimeReady")?.message ?? "";

  before(async () => {
    await installOperatorManifests();
    await removeBackends("tetragon");
    operator = await startOperator();
    namespace = await freshNamespace("runtime");
    await applyBaseline(namespace, { network: {}, runtime: WATCHING });
  });

  after(async () => {
    await operator.stop();
    await removeBackends("tetragon");
  });

  it("says that Tetragon is not there, and puts everything else in place", async () => {
    await awaitVerdict(namespace, "RuntimeReady", {
      status: "False",
      reason: "BackendUnavailable",
      message:
        "TracingPolicyNamespaced (cilium.io/v1alpha1) is not served by this cluster: install its operator, or remove it from spec.runtime",
    });
    await awaitCondition(namespace, "NetworkReady", "True");
  });

  it("makes what the section asks for as soon as Tetragon is there, and says what it cannot verify", async () => {
    await installBackends("tetragon");
    await awaitActions(namespace, ["Post"], ["Post"]);
    const baseline = await awaitReady(namespace);
    expect(baseline.status?.controls?.find(({ name }) => name === "runtime")).to.deep.equal({
      name: "runtime",
      mode: "Enforce",
      managed: 2,
      inSync: 2,
      standards: ["NSA-threat-detection"],
    });
    await eventually("it says so", async () => expect(await told()).to.contain("Tetragon: applied, effect not verifiable from the API: "));
  });

  it("turns watching into killing in place, and back", async () => {
    const uid = async () => (await admin().get(refTo(namespace, FILES))).metadata?.uid;
    const before = await uid();
    await applyBaseline(namespace, { network: {}, runtime: KILLING });
    await awaitActions(namespace, ["Sigkill"], ["Post"]);
    expect(await uid()).to.equal(before);
  });

  const tamperings: readonly { readonly reason: string; readonly spec: object }[] = [
    { reason: "nothing is seen any more", spec: { kprobes: [] } },
    { reason: "pods are left out", spec: { podSelector: { matchLabels: { app: "none" } } } },
    { reason: "it only watches", spec: { options: [{ name: "policy-mode", value: "monitor" }] } },
  ];
  for (const [index, { reason, spec }] of tamperings.entries()) {
    it(`puts it back, and says who changed it, where ${reason}`, async () => {
      const manager = `intruder-${index}`;
      await admin().mergePatch(refTo(namespace, FILES), { spec }, { manager });
      const drift = await awaitDrift(namespace, (entry) => entry.manager === manager && entry.state === "Repaired");
      expect(drift).to.deep.include({ control: "runtime", type: "Modified", fields: ["spec"] });
      await awaitActions(namespace, ["Sigkill"], ["Post"]);
    });
  }

  it("makes anew what somebody deletes", async () => {
    await admin().delete(refTo(namespace, TOKENS));
    await awaitDrift(namespace, (entry) => entry.type === "Missing" && entry.ref.name === TOKENS && entry.state === "Repaired");
    await awaitActions(namespace, ["Sigkill"], ["Post"]);
  });

  it("ends with its presets, and applies nothing for Falco, which it says", async () => {
    await applyBaseline(namespace, { network: {}, runtime: { backend: "Tetragon", watch: ["TokenRead"] } });
    await awaitActions(namespace, undefined, ["Post"]);
    await applyBaseline(namespace, { network: {}, runtime: { backend: "Falco", watch: ["TokenRead"] } });
    await awaitActions(namespace, undefined, undefined);
    await eventually("it says so", async () =>
      expect(await told()).to.contain("Falco: nothing is applied, because its rules are for all namespaces at once"),
    );
  });
});
