/** Proves on a real API server that network policies of other projects are judged while their kinds are there, each once, and that none is taken for another. */
import { expect } from "chai";
import type { FindingException, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { FindingEntry, SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { type Backend, DIALECTS, installBackends, KIND_PATIENCE, removeBackends } from "../../support/backend-kinds.ts";
import { applyBaseline, awaitCondition, conditionOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const SPEC = { network: { defaultDeny: ["Ingress"] } } as const satisfies SecurityBaselineSpec;
const CILIUM = { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy" };
const CILIUM_OF_CLUSTER = { apiVersion: "cilium.io/v2", kind: "CiliumClusterwideNetworkPolicy" };
const DATASTORE = { apiVersion: "crd.projectcalico.org/v1", kind: "NetworkPolicy" };
const SHOWN = { apiVersion: "projectcalico.org/v3", kind: "NetworkPolicy" };
const NATIVE = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" };
const ADMIN = { apiVersion: "policy.networking.k8s.io/v1alpha2", kind: "ClusterNetworkPolicy" };
const CLUSTER = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "ClusterSecurityBaseline", name: "cluster" };

/** Lets everybody in, in the words of Calico. */
const CALICO_OPEN = { types: ["Ingress"], ingress: [{ action: "Allow" }] };

interface Posture extends KubernetesObject {
  readonly status?: SecurityBaselineStatus;
}

describe("network policies of other projects", () => {
  let operator: OperatorProcess;
  let namespace: string;

  before(async () => {
    await removeBackends(...DIALECTS);
    await installOperatorManifests();
    operator = await startOperator();
  });
  after(async () => {
    await operator.stop();
    await removeBackends(...DIALECTS);
    if (await admin().find(CLUSTER)) await admin().delete(CLUSTER);
  });
  beforeEach(async () => {
    namespace = await protectedNamespace("dialects", SPEC);
  });

  type Kind = Pick<ObjectRef, "apiVersion" | "kind">;
  /** The API server takes objects of a new kind a moment after it says that it has it. */
  const create = (kind: Kind, name: string, spec: JsonObject, metadata: object = { namespace }): Promise<unknown> =>
    eventually(
      `${kind.kind} ${name} is made`,
      () => admin().create({ ...kind, metadata: { name, ...metadata }, spec } as never),
      KIND_PATIENCE,
    );
  const install = (...dialects: readonly Backend[]): Promise<void> => installBackends(...dialects);

  const lineOf = ({ rule, ref, accepted }: FindingEntry): string =>
    `${rule} ${ref.apiVersion} ${ref.kind}/${ref.name}${accepted ? " accepted" : ""}`;
  const awaitFound = (...lines: readonly string[]): Promise<void> =>
    eventually(
      `found: ${lines.join(", ") || "nothing"}`,
      async () => {
        expect(((await readBaseline(namespace)).status?.findings ?? []).map(lineOf)).to.deep.equal(lines);
      },
      KIND_PATIENCE,
    );
  const ofCluster = async (): Promise<readonly string[]> =>
    ((await admin().get<Posture>(CLUSTER)).status?.findings ?? []).map(lineOf).filter((line) => line.includes("NetworkPolicy"));
  /** Groups of which the operator has asked anything behind a mark. */
  const askedFor = async (mark: number): Promise<readonly string[]> =>
    (await auditEvents(mark, { user: OPERATOR_USER })).map(({ requestURI }) => requestURI.split("/")[2] ?? "");

  it("are judged when their kind comes, found while they are wide, and gone with their kind", async () => {
    await install("cilium");
    await create(CILIUM, "world", { endpointSelector: {}, ingress: [{ fromEntities: ["world"] }] });
    await awaitFound("PermissiveNetworkPolicy cilium.io/v2 CiliumNetworkPolicy/world");
    const weakened = await awaitCondition(namespace, "Compliant", "False");
    expect(conditionOf(weakened, "Compliant")?.message).to.equal(
      "weakened by objects of others: CiliumNetworkPolicy world (PermissiveNetworkPolicy)",
    );
    expect(weakened.status?.findings?.[0]?.message).to.contain("opens every pod on all ports to any address, which the baseline denies");

    const narrow = { spec: { ingress: [{ fromEndpoints: [{}] }] } };
    await admin().mergePatch({ ...CILIUM, namespace, name: "world" }, narrow);
    await awaitFound();
    await awaitCondition(namespace, "Compliant", "True");

    await admin().mergePatch({ ...CILIUM, namespace, name: "world" }, { spec: { ingress: [{ fromCIDRSet: [{ cidrGroupRef: "all" }] }] } });
    await awaitFound("UnjudgedNetworkPolicy cilium.io/v2 CiliumNetworkPolicy/world");
    await removeBackends("cilium");
    await awaitFound();
    await awaitCondition(namespace, "Compliant", "True");
  });

  it("are not taken for the one of Kubernetes of the same name, which somebody accepted", async () => {
    await install("calico-datastore");
    const exception: FindingException = {
      rule: "PermissiveNetworkPolicy",
      ref: { kind: "NetworkPolicy", name: "web" },
      reason: "the load balancer hides addresses",
      owner: "team web",
      expires: "2099-01-01T00:00:00Z",
    };
    await applyBaseline(namespace, { ...SPEC, exceptions: [exception] });
    await create(NATIVE, "web", { podSelector: {}, ingress: [{}] });
    const native = "PermissiveNetworkPolicy networking.k8s.io/v1 NetworkPolicy/web accepted";
    const foreign = "PermissiveNetworkPolicy crd.projectcalico.org/v1 NetworkPolicy/web";
    await awaitFound(native);
    await create(DATASTORE, "web", CALICO_OPEN);
    await awaitFound(foreign, native);
    expect(conditionOf(await awaitCondition(namespace, "Compliant", "False"), "Compliant")?.message).to.equal(
      "weakened by objects of others: NetworkPolicy.crd.projectcalico.org web (PermissiveNetworkPolicy)",
    );
    const ref = { ...exception.ref, apiVersion: "crd.projectcalico.org/v1" };
    await applyBaseline(namespace, { ...SPEC, exceptions: [exception, { ...exception, ref }] });
    await awaitFound(native, `${foreign} accepted`);
  });

  it("are read by one group where two show them, and by the other when that goes", async () => {
    await install("calico-datastore");
    await create(DATASTORE, "kept", CALICO_OPEN);
    await awaitFound("PermissiveNetworkPolicy crd.projectcalico.org/v1 NetworkPolicy/kept");
    const mark = await auditMark();
    await install("calico-api");
    await create(SHOWN, "shown", CALICO_OPEN);
    // What is told of a later change was looked at after the other group had come.
    await create(DATASTORE, "marker", CALICO_OPEN);
    const kept = ["kept", "marker"].map((name) => `PermissiveNetworkPolicy crd.projectcalico.org/v1 NetworkPolicy/${name}`);
    await awaitFound(...kept);
    expect(await askedFor(mark)).to.not.include("projectcalico.org");
    await removeBackends("calico-datastore");
    await awaitFound("PermissiveNetworkPolicy projectcalico.org/v3 NetworkPolicy/shown");
    expect(await askedFor(mark)).to.include("projectcalico.org");
    await install("calico-datastore");
    await awaitFound();
    await removeBackends("calico-datastore", "calico-api");
  });

  it("that hold for the whole cluster are told once, and counted in each namespace", async () => {
    const { name, ...type } = CLUSTER;
    await admin().apply({ ...type, metadata: { name }, spec: {} });
    await install("cilium", "network-policy-api");
    await create(CILIUM_OF_CLUSTER, "everywhere", { endpointSelector: {}, egress: [{ toCIDR: ["0.0.0.0/0"] }] }, {});
    await create(
      CILIUM_OF_CLUSTER,
      "of-kubernetes",
      { endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system" } }, ingress: [{ fromEntities: ["all"] }] },
      {},
    );
    await create(
      ADMIN,
      "admin",
      { tier: "Admin", priority: 1, subject: { namespaces: {} }, ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] },
      {},
    );
    await create(
      ADMIN,
      "behind",
      { tier: "Baseline", priority: 1, subject: { namespaces: {} }, ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] },
      {},
    );
    await eventually(
      "both are told of the cluster",
      async () =>
        expect(await ofCluster()).to.deep.equal([
          "PermissiveNetworkPolicy cilium.io/v2 CiliumClusterwideNetworkPolicy/everywhere",
          "PermissiveNetworkPolicy policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy/admin",
        ]),
      KIND_PATIENCE,
    );
    await awaitCondition(namespace, "ClusterWeakened", "True");
    await awaitFound();
    await removeBackends("cilium", "network-policy-api");
    await eventually("nothing is told any more", async () => expect(await ofCluster()).to.deep.equal([]), KIND_PATIENCE);
  });
});
