/** Proves that a stolen operator token writes no NetworkPolicy but those that the baseline yields, whole and unchanged. */
import { expect } from "chai";
import type { NetworkSection } from "../../operator/api/baseline-network.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { EndpointSet } from "../../operator/facts/kube-api.ts";
import type { ApiClient } from "../support/api-client.ts";
import { admin } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { desiredWith } from "../support/in-effect.ts";
import { applyAs, MANAGED, namespaceWith, operatorClient, writeBaseline } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";
import { FROM_GATEWAY, NETWORK, PORTS, THEFTS, UNASKED } from "./network-thefts.ts";

const ENDPOINTS: readonly EndpointSet[] = [
  { addresses: ["172.18.0.2", "172.18.0.3"], ports: [{ port: 6443, protocol: "TCP" }] },
  { addresses: ["fd00:18::2"], ports: [{ port: 6443, protocol: "TCP" }] },
];

const LABELS = { ...MANAGED, "securitybaseline.dev/control": "network" };

/** What the section yields in a namespace, by name. */
function yielded(
  namespace: string,
  network: NetworkSection,
  kubeAPI: readonly EndpointSet[] = ENDPOINTS,
): ReadonlyMap<string, KubernetesObject> {
  const baseline = {
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "SecurityBaseline",
    metadata: { name: "baseline", namespace },
    spec: { network },
  };
  const objects = desiredWith(baseline, kubeAPI);
  return new Map(objects.map(({ name, manifest }) => [name, manifest as unknown as KubernetesObject]));
}

/** A whole NetworkPolicy of that name, with our labels. */
function policyOf(namespace: string, name: string, spec: JsonObject): KubernetesObject {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { namespace, name, labels: LABELS }, spec };
}

describe("a stolen operator token and NetworkPolicies", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    operator = await operatorClient();
    confined = await namespaceWith({ network: NETWORK });
  });

  const nameless: JsonObject = { podSelector: {}, policyTypes: ["Ingress"], ingress: [], egress: [] };

  for (const name of yielded("shop", NETWORK).keys()) {
    it(`allowed: ${name}, exactly as the section yields it`, async () => {
      const { spec } = (await applyAs(operator, yielded(confined, NETWORK).get(name) as KubernetesObject)) as { spec?: JsonObject };
      expect(spec).to.have.property("podSelector");
    });
  }

  for (const { reason, name, spec, message } of THEFTS) {
    for (const way of ["made", "changed"] as const) {
      it(`refused in ${name}, ${way}: ${reason}`, async () => {
        const asked = yielded(confined, NETWORK).get(name);
        const wanted = policyOf(confined, name, { ...((asked?.["spec"] as JsonObject | undefined) ?? nameless), ...spec });
        if (way === "changed" && asked !== undefined) await applyAs(operator, asked);
        const attempt = way === "made" ? operator.create(wanted) : applyAs(operator, wanted);
        const failure = await refusal(attempt);
        expect(failure.message).to.contain(message);
        expect(failure.status).to.equal(403);
      });
    }
  }

  it("refused by the API server itself: a number as a name", async () => {
    const ingress = [{ from: [FROM_GATEWAY], ports: [{ port: "8080", protocol: "TCP" }, ...PORTS.slice(1)] }];
    const object = yielded(confined, NETWORK).get("allow-ingress-from-gateway");
    const failure = await refusal(
      applyAs(operator, { ...object, spec: { ...(object?.["spec"] as JsonObject), ingress } } as KubernetesObject),
    );
    expect(failure.message).to.contain("must contain at least one letter");
  });

  it("allowed: what is left of a flow while the API server's endpoints are not known", async () => {
    const unknown = yielded(confined, NETWORK, []);
    for (const name of ["allow-ingress-from-webhooks", "allow-egress-to-api", "allow-egress-to-api-and-cidr"]) {
      await applyAs(operator, unknown.get(name) as KubernetesObject);
    }
  });

  it("allowed: the defaults of a section that says nothing", async () => {
    const namespace = await namespaceWith({ network: {} });
    const objects = yielded(namespace, {});
    expect([...objects.keys()]).to.have.members(["default-deny", "allow-dns"]);
    for (const object of objects.values()) await applyAs(operator, object);
  });

  const silent: readonly { reason: string; network: NetworkSection; name: string }[] = [
    { reason: "default-deny, where nothing is denied", network: { defaultDeny: [] }, name: "default-deny" },
    { reason: "allow-dns, where Egress is not denied", network: { defaultDeny: ["Ingress"] }, name: "allow-dns" },
    { reason: "allow-dns, where it is switched off", network: { allowDNS: false }, name: "allow-dns" },
    { reason: "any policy, where the section only reports", network: { mode: "Report" }, name: "default-deny" },
    { reason: "any policy, where the section is off", network: { mode: "Off" }, name: "default-deny" },
  ];
  for (const { reason, network, name } of silent) {
    it(`refused: ${reason}`, async () => {
      const namespace = await namespaceWith({ network });
      const object = yielded(namespace, {}).get(name);
      expect((await refusal(applyAs(operator, object as KubernetesObject))).message).to.contain(UNASKED);
    });
  }

  it("refused once the entry is gone; its owner may still go", async () => {
    const namespace = await namespaceWith({ network: NETWORK });
    const object = yielded(namespace, NETWORK).get("allow-egress-to-internet") as KubernetesObject;
    await applyAs(operator, object);
    await writeBaseline(namespace, { network: {} });
    const ref = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name: "allow-egress-to-internet" };
    await eventually("the policies see the change", async () => {
      expect((await refusal(operator.mergePatch(ref, { spec: { podSelector: { matchLabels: { a: "b" } } } }))).message).to.contain(UNASKED);
    });
    await applyAs(operator, object);
  });

  it("not judged: anybody else, with our label and without", async () => {
    await admin().create(policyOf(confined, "theirs", { podSelector: {}, ingress: [{}] }));
    await admin().mergePatch(
      { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: confined, name: "default-deny" },
      { spec: { ingress: [{}] } },
    );
  });
});
