/** Proves that the operator makes pods of Istio refuse plain text as the section `mesh` says, keeps it so, and ends it with the section. */
import { expect } from "chai";
import type { MeshSection } from "../../../operator/api/baseline-mesh.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitCondition, awaitDrift, awaitReady, baselineRef, conditionOf } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { awaitVerdict } from "../../support/secret-entries.ts";

const SECTION: MeshSection = {
  provider: "Istio",
  defaultDeny: true,
  plaintextPorts: [{ name: "metrics", matchLabels: { app: "api" }, port: 9090 }],
};

const SPECS = {
  "PeerAuthentication default": { mtls: { mode: "STRICT" } },
  "PeerAuthentication plaintext-metrics": {
    selector: { matchLabels: { app: "api" } },
    mtls: { mode: "STRICT" },
    portLevelMtls: { "9090": { mode: "PERMISSIVE" } },
  },
  "AuthorizationPolicy default-deny": {},
} as const;
type Title = keyof typeof SPECS;
const TITLES = Object.keys(SPECS) as Title[];

const CHECKED = "whether traffic is encrypted is known to Istio's proxies alone and could not be checked";

function refTo(namespace: string, title: Title): ObjectRef {
  const [kind = "", name = ""] = title.split(" ");
  return { apiVersion: "security.istio.io/v1", kind, namespace, name };
}

function objectsIn(namespace: string): Promise<readonly (KubernetesObject | undefined)[]> {
  return Promise.all(TITLES.map((title) => admin().find(refTo(namespace, title))));
}

function awaitSpecs(namespace: string, expected: readonly (object | undefined)[]): Promise<void> {
  return eventually(`the objects of ${namespace}`, async () => {
    const found = (await objectsIn(namespace)).map((object) => object?.["spec"]);
    expect(found, JSON.stringify(found)).to.deep.equal(expected);
  });
}

const IN_PLACE = TITLES.map((title) => SPECS[title]);
const GONE = TITLES.map(() => undefined);

describe("the operator and Istio", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    await removeBackends("istio");
    operator = await startOperator();
    namespace = await freshNamespace("mesh");
    await applyBaseline(namespace, { network: {}, mesh: SECTION });
  });

  after(async () => {
    await operator.stop();
    await removeBackends("istio");
  });

  it("says that Istio is not there, and puts everything else in place", async () => {
    await awaitVerdict(namespace, "MeshReady", {
      status: "False",
      reason: "BackendUnavailable",
      message: ["AuthorizationPolicy", "PeerAuthentication"]
        .map((kind) => `${kind} (security.istio.io/v1) is not served by this cluster: install its operator, or remove it from spec.mesh`)
        .join("; "),
    });
    await awaitCondition(namespace, "NetworkReady", "True");
  });

  it("makes what the section asks for as soon as Istio is there, while it runs", async () => {
    await installBackends("istio");
    await awaitSpecs(namespace, IN_PLACE);
    const baseline = await awaitReady(namespace);
    expect(baseline.status?.controls?.[0]).to.deep.equal({
      name: "mesh",
      mode: "Enforce",
      managed: 3,
      inSync: 3,
      standards: ["NSA-network-separation"],
    });
    for (const object of await objectsIn(namespace)) {
      expect(object?.metadata?.labels).to.deep.equal({
        "app.kubernetes.io/managed-by": "securitybaseline",
        "securitybaseline.dev/control": "mesh",
      });
      expect(object?.metadata?.ownerReferences?.map(({ uid, controller }) => [uid, controller])).to.deep.equal([
        [baseline.metadata.uid, true],
      ]);
    }
  });

  it("warns while the Namespace is in no mesh, says always what it cannot check, and follows the Namespace", async () => {
    const told = async (): Promise<string> => conditionOf(await awaitCondition(namespace, "MeshReady", "True"), "MeshReady")?.message ?? "";
    expect(await told()).to.contain(`${CHECKED}; the Namespace puts no pod into the mesh`);
    await admin().mergePatch(
      { apiVersion: "v1", kind: "Namespace", name: namespace },
      { metadata: { labels: { "istio-injection": "enabled" } } },
    );
    await eventually("the warning is over", async () => expect(await told()).to.match(new RegExp(`${CHECKED}$`)));
  });

  const tamperings: readonly { readonly title: Title; readonly spec: object; readonly fields: readonly string[] }[] = [
    { title: "PeerAuthentication default", spec: { mtls: { mode: "PERMISSIVE" } }, fields: ["spec.mtls"] },
    {
      title: "PeerAuthentication default",
      spec: { selector: { matchLabels: { app: "x" } }, portLevelMtls: { "80": { mode: "DISABLE" } } },
      fields: ["spec.portLevelMtls", "spec.selector"],
    },
    {
      title: "PeerAuthentication plaintext-metrics",
      spec: { portLevelMtls: { "8080": { mode: "PERMISSIVE" } } },
      fields: ["spec.portLevelMtls"],
    },
    { title: "AuthorizationPolicy default-deny", spec: { rules: [{}] }, fields: ["spec"] },
    { title: "AuthorizationPolicy default-deny", spec: { action: "DENY" }, fields: ["spec"] },
  ];
  for (const [index, { title, spec, fields }] of tamperings.entries()) {
    it(`puts back ${fields.join(", ")} of ${title}, and says who changed it: ${JSON.stringify(spec)}`, async () => {
      const { apiVersion, kind, name } = refTo(namespace, title);
      const manager = `intruder-${index}`;
      await admin().mergePatch(refTo(namespace, title), { spec }, { manager });
      const drift = await awaitDrift(namespace, (entry) => entry.manager === manager && entry.state === "Repaired");
      expect(drift).to.deep.include({ control: "mesh", ref: { apiVersion, kind, name }, type: "Modified", fields });
      await awaitSpecs(namespace, IN_PLACE);
    });
  }

  it("makes anew what somebody deletes", async () => {
    await admin().delete(refTo(namespace, "PeerAuthentication default"));
    await awaitDrift(namespace, (entry) => entry.type === "Missing" && entry.ref.name === "default" && entry.state === "Repaired");
    await awaitSpecs(namespace, IN_PLACE);
  });

  it("tells of policies of others that let plain text in, and leaves them alone", async () => {
    const ref = { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", namespace, name: "legacy" };
    const spec = { selector: { matchLabels: { app: "legacy" } }, mtls: { mode: "DISABLE" } };
    await admin().create({ apiVersion: ref.apiVersion, kind: ref.kind, metadata: { namespace, name: ref.name }, spec });
    const { status } = await awaitCondition(namespace, "Compliant", "False");
    expect(status?.findings?.map(({ rule, ref: of }) => [rule, of.kind, of.name])).to.deep.equal([
      ["PlaintextMesh", "PeerAuthentication", "legacy"],
    ]);
    expect((await admin().get(ref))["spec"]).to.deep.equal(spec);
    await admin().delete(ref);
    await awaitCondition(namespace, "Compliant", "True");
  });

  it("leaves a stranger of the same name alone, and says so", async () => {
    const other = await freshNamespace("mesh");
    const ref = refTo(other, "PeerAuthentication default");
    await admin().create({
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: { namespace: other, name: ref.name },
      spec: { mtls: { mode: "DISABLE" } },
    });
    await applyBaseline(other, { mesh: { provider: "Istio" } });
    await awaitVerdict(other, "MeshReady", { status: "False", reason: "Conflict" });
    expect((await admin().get(ref))["spec"]).to.deep.equal({ mtls: { mode: "DISABLE" } });
  });

  it("makes nothing in the root namespace of the mesh, and says why", async () => {
    await admin().apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "istio-system" } });
    await applyBaseline("istio-system", { mesh: SECTION });
    await awaitVerdict("istio-system", "MeshReady", { status: "False", reason: "ReservedNamespace" });
    expect((await objectsIn("istio-system")).map((object) => object?.["spec"])).to.deep.equal(GONE);
    await admin().delete(baselineRef("istio-system"));
  });

  it("keeps what is to stay when the section goes, and lets it go with the policy", async () => {
    await applyBaseline(namespace, { network: {}, deletionPolicy: "Retain" });
    await eventually("nobody owns the objects", async () => {
      expect((await objectsIn(namespace)).map((object) => object?.metadata?.ownerReferences ?? [])).to.deep.equal(TITLES.map(() => []));
    });
    await awaitSpecs(namespace, IN_PLACE);
    await applyBaseline(namespace, { network: {}, mesh: { ...SECTION, mode: "Off" } });
    await awaitSpecs(namespace, GONE);
  });

  it("writes nothing in mode Report", async () => {
    await applyBaseline(namespace, { network: {}, mesh: { ...SECTION, mode: "Report" } });
    await awaitCondition(namespace, "Compliant", "False");
    expect((await objectsIn(namespace)).map((object) => object?.["spec"])).to.deep.equal(GONE);
  });
});
