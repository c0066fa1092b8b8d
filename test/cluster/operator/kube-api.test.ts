/** Proves that preset KubeAPI follows the endpoints of the API server wherever they move, and opens nothing when there are none. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitCondition, awaitReady, conditionOf, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";

const SLICES = ["kubernetes", "kubernetes-v6", "kubernetes-evil"];
const DISCOVERY = "discovery.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io/v1";

const endpoint = (address: string, ready = true) => ({ addresses: [address], conditions: { ready } });
const block = (cidr: string) => ({ ipBlock: { cidr } });

/** This control plane has no EndpointSlice of Service `kubernetes`: it is the test's to make, of the Service or of somebody who labels it so. */
const slice = (name: string, addressType: "IPv4" | "IPv6", endpoints: readonly JsonObject[], port: number) => ({
  apiVersion: DISCOVERY,
  kind: "EndpointSlice",
  metadata: { namespace: "default", name, labels: { "kubernetes.io/service-name": "kubernetes" } },
  addressType,
  endpoints,
  ports: [{ name: "https", port, protocol: "TCP" }],
});

/** The slice with the Service as its owner, which the API server itself keeps. */
const ofTheService = async ({ metadata, ...rest }: ReturnType<typeof slice>): Promise<KubernetesObject> => {
  const service = await admin().get({ apiVersion: "v1", kind: "Service", namespace: "default", name: "kubernetes" });
  const owner = { apiVersion: "v1", kind: "Service", name: "kubernetes", uid: service.metadata?.uid ?? "" };
  return { ...rest, metadata: { ...metadata, ownerReferences: [owner] } };
};

const removeSlice = async (name: string): Promise<void> => {
  const ref = { apiVersion: DISCOVERY, kind: "EndpointSlice", namespace: "default", name };
  if (await admin().find(ref)) await admin().delete(ref);
};

describe("preset KubeAPI", () => {
  let operator: OperatorProcess;
  let namespace: string;

  const spec = async (name: string) => {
    const policy = await admin().get({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name });
    return policy["spec"] as JsonObject;
  };
  const egressIs = (rules: readonly JsonObject[] | undefined) =>
    eventually("the egress policy follows", async () => expect((await spec("allow-egress-to-apiserver"))["egress"]).to.deep.equal(rules));
  const ingressIs = (rules: readonly JsonObject[] | undefined) =>
    eventually("the ingress policy follows", async () =>
      expect((await spec("allow-ingress-from-apiserver"))["ingress"]).to.deep.equal(rules),
    );

  before(async () => {
    await installOperatorManifests();
    await Promise.all(SLICES.map(removeSlice));
    operator = await startOperator();
    namespace = await freshNamespace("kube-api");
    const egress = [{ name: "to-apiserver", to: [{ preset: "KubeAPI" as const }] }];
    const ingress = [{ name: "from-apiserver", from: [{ preset: "KubeAPI" as const }], ports: [{ port: 9443 }] }];
    await applyBaseline(namespace, { network: { egress, ingress } });
    await awaitReady(namespace);
  });

  after(async () => {
    await Promise.all(SLICES.map(removeSlice));
    await operator.stop();
  });

  it("opens nothing while no endpoint is known: no rule at all, for an empty peer list means everybody", async () => {
    expect(await spec("allow-egress-to-apiserver")).to.deep.equal({ podSelector: {}, policyTypes: ["Egress"] });
    expect(await spec("allow-ingress-from-apiserver")).to.deep.equal({ podSelector: {}, policyTypes: ["Ingress"] });
  });

  it("opens to the addresses and ports of ready endpoints as they appear, in one write each", async () => {
    const mark = await auditMark();
    await admin().create(slice("kubernetes", "IPv4", [endpoint("192.0.2.11"), endpoint("192.0.2.12", false)], 6443));
    await egressIs([{ to: [block("192.0.2.11/32")], ports: [{ port: 6443, protocol: "TCP" }] }]);
    await ingressIs([{ from: [block("192.0.2.11/32")], ports: [{ port: 9443, protocol: "TCP" }] }]);
    await eventually("the status no longer says that they are closed", async () => {
      expect(conditionOf(await readBaseline(namespace), "NetworkReady")?.message).to.equal("everything is as the baseline says");
    });
    expect((await operatorWrites(mark, namespace)).map(described)).to.have.members([
      "patch networkpolicies/allow-egress-to-apiserver",
      "patch networkpolicies/allow-ingress-from-apiserver",
      // Which said that they were closed.
      "patch securitybaselines/baseline/status",
    ]);
  });

  it("follows them to other addresses and another port", async () => {
    await admin().replace(slice("kubernetes", "IPv4", [endpoint("192.0.2.21"), endpoint("192.0.2.12")], 7443));
    const peers = [block("192.0.2.12/32"), block("192.0.2.21/32")];
    await egressIs([{ to: peers, ports: [{ port: 7443, protocol: "TCP" }] }]);
    await ingressIs([{ from: peers, ports: [{ port: 9443, protocol: "TCP" }] }]);
  });

  it("keeps the ports of each slice to its own addresses", async () => {
    await admin().create(await ofTheService(slice("kubernetes-v6", "IPv6", [endpoint("2001:db8::5")], 6444)));
    await egressIs([
      { to: [block("192.0.2.12/32"), block("192.0.2.21/32")], ports: [{ port: 7443, protocol: "TCP" }] },
      { to: [block("2001:db8::5/128")], ports: [{ port: 6444, protocol: "TCP" }] },
    ]);
  });

  it("counts no slice that only carries the label of the Service", async () => {
    const mark = await auditMark();
    await admin().create(slice("kubernetes-evil", "IPv4", [endpoint("203.0.113.66")], 443));
    await admin().replace(slice("kubernetes", "IPv4", [endpoint("192.0.2.21")], 7443));
    const peers = [block("192.0.2.21/32"), block("2001:db8::5/128")];
    await ingressIs([{ from: peers, ports: [{ port: 9443, protocol: "TCP" }] }]);
    await egressIs([
      { to: [block("192.0.2.21/32")], ports: [{ port: 7443, protocol: "TCP" }] },
      { to: [block("2001:db8::5/128")], ports: [{ port: 6444, protocol: "TCP" }] },
    ]);
    expect((await operatorWrites(mark, namespace)).length).to.be.at.most(2);
  });

  it("keeps the last addresses when the endpoints vanish for a moment, and says so", async () => {
    await Promise.all(["kubernetes-v6", "kubernetes-evil"].map(removeSlice));
    await egressIs([{ to: [block("192.0.2.21/32")], ports: [{ port: 7443, protocol: "TCP" }] }]);
    await ingressIs([{ from: [block("192.0.2.21/32")], ports: [{ port: 9443, protocol: "TCP" }] }]);
    const before = await spec("allow-egress-to-apiserver");
    await removeSlice("kubernetes");
    await eventually("the condition says so", async () => {
      const ready = conditionOf(await readBaseline(namespace), "NetworkReady");
      expect(ready?.message).to.include("preset KubeAPI keeps the last known addresses for two minutes");
      expect(ready?.status).to.equal("True");
    });
    expect(await spec("allow-egress-to-apiserver")).to.deep.equal(before);
  });

  it("takes none of this for drift", async () => {
    const { status } = await readBaseline(namespace);
    expect(status?.drift).to.equal(undefined);
    expect(status?.summary).to.deep.equal({ managed: 4, inSync: 4, drifted: 0, findings: 0 });
  });

  it("makes default-deny also where the endpoints may not be read: only what names the API server is closed", async () => {
    await operator.stop();
    const binding = { apiVersion: RBAC, kind: "RoleBinding", namespace: "default", name: "securitybaseline-api-endpoints" };
    const { metadata, ...body } = await admin().get(binding);
    await admin().delete(binding);
    try {
      operator = await startOperator();
      const other = await freshNamespace("kube-api");
      await applyBaseline(other, { network: { egress: [{ name: "to-apiserver", to: [{ preset: "KubeAPI" }] }] } });
      const ready = conditionOf(await awaitCondition(other, "NetworkReady", "False"), "NetworkReady");
      expect(ready).to.include({ reason: "Forbidden" });
      expect(ready?.message).to.include("no permission to list and watch endpointslices");
      const policies = await admin().list("networking.k8s.io/v1", "NetworkPolicy", { namespace: other });
      expect(policies.map(({ metadata: { name } = {} }) => name)).to.have.members([
        "default-deny",
        "allow-dns",
        "allow-egress-to-apiserver",
      ]);
      const closed = policies.find(({ metadata: { name } = {} }) => name === "allow-egress-to-apiserver");
      expect(closed?.["spec"]).to.deep.equal({ podSelector: {}, policyTypes: ["Egress"] });
    } finally {
      const { name, namespace: home, labels } = metadata ?? {};
      await admin().create({ ...body, metadata: { name, namespace: home, labels } } as KubernetesObject);
    }
  });
});
