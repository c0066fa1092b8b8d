/** Proves what a reader is warned of, and when it is quiet. */
import { expect } from "chai";
import type { NetworkSection } from "../../../operator/api/baseline-network.ts";
import type { SecretsSection } from "../../../operator/api/baseline-secrets.ts";
import { sectionCaveats } from "../../../operator/controls/desired.ts";
import type { EndpointSet } from "../../../operator/facts/kube-api.ts";
import { factsWith, inEffect } from "../../support/in-effect.ts";

const known: readonly EndpointSet[] = [{ addresses: ["10.9.0.1"], ports: [{ port: 6443, protocol: "TCP" }] }];
const toServer = { name: "to-server", to: [{ preset: "KubeAPI" as const }] };
const hook = { name: "hook", from: [{ preset: "KubeAPI" as const }] };
const web = { name: "web", to: [{ preset: "Internet" as const }] };

const store = { kind: "SecretStore", name: "team" } as const;
const data = { password: { key: "payments/db" } };

function closed(flow: string): string {
  return `network.${flow}: the API server's endpoints are not known here, so preset KubeAPI is left closed`;
}

function noName(place: string, names: string): string {
  return `network.${place}: at addresses no port has a name: instead of ${names} write the number, or nothing is opened there`;
}

const cases: readonly {
  readonly reason: string;
  readonly network?: NetworkSection;
  readonly secrets?: SecretsSection;
  readonly kubeAPI?: readonly EndpointSet[];
  readonly warnings: readonly string[];
}[] = [
  { reason: "without a section there is nothing to say", warnings: [] },
  { reason: "plain default deny says all by itself", network: {}, warnings: [] },
  { reason: "KubeAPI with endpoints is open", network: { egress: [toServer], ingress: [hook] }, kubeAPI: known, warnings: [] },
  {
    reason: "KubeAPI without endpoints is closed in both directions, told in a fixed order",
    network: { ingress: [hook], egress: [{ ...toServer, name: "z" }, toServer] },
    warnings: [closed('egress "to-server"'), closed('egress "z"'), closed('ingress "hook"')],
  },
  {
    reason: "a set without addresses is no endpoint",
    network: { egress: [toServer] },
    kubeAPI: [{ addresses: [], ports: [{ port: 6443, protocol: "TCP" }] }],
    warnings: [closed('egress "to-server"')],
  },
  {
    reason: "an endpoint without ports cannot be reached",
    network: { egress: [toServer] },
    kubeAPI: [{ addresses: ["10.9.0.1"], ports: [] }],
    warnings: [closed('egress "to-server"')],
  },
  {
    reason: "a flow out isolates its pods although egress is not denied, and cuts them off from DNS",
    network: { defaultDeny: ["Ingress"], egress: [web] },
    warnings: [
      'network.egress "web": defaultDeny does not list Egress, but a policy that allows also denies: the selected pods lose all other egress, DNS included',
    ],
  },
  {
    reason: "a flow in does the same to ingress",
    network: { defaultDeny: [], ingress: [{ name: "in", from: [{ preset: "SameNamespace" }] }] },
    warnings: [
      'network.ingress "in": defaultDeny does not list Ingress, but a policy that allows also denies: the selected pods lose all other ingress',
    ],
  },
  {
    reason: "a port by name is one of pods: to addresses it opens nothing; by name, each name once, and numbers are none",
    network: {
      egress: [
        {
          name: "z",
          to: [{ preset: "SameNamespace" }, { cidr: "10.0.0.0/8" }],
          ports: [{ port: "http" }, { port: 80 }, { port: "a" }, { port: "http" }],
        },
        { ...web, ports: [{ port: "https" }] },
      ],
      dns: { cidrs: ["169.254.20.10/32"], ports: [{ port: "dns", protocol: "UDP" }] },
    },
    warnings: [noName('egress "web"', '"https"'), noName('egress "z"', '"a", "http"'), noName("dns", '"dns"')],
  },
  {
    reason: "names are found where pods are reached, numbers everywhere; where nothing is opened nothing is told",
    network: {
      defaultDeny: ["Ingress", "Egress"],
      allowDNS: false,
      dns: { cidrs: ["169.254.20.10/32"], ports: [{ port: "dns" }] },
      ingress: [{ name: "in", from: [{ preset: "Internet" }], ports: [{ port: "http" }] }],
      egress: [
        { name: "pods", to: [{ namespace: "shop" }], ports: [{ port: "http" }] },
        { name: "server", to: [{ preset: "KubeAPI" }], ports: [{ port: "https" }] },
        { ...web, ports: [{ port: 80, endPort: 90 }, { protocol: "UDP" }] },
      ],
    },
    kubeAPI: known,
    warnings: [],
  },
  {
    reason: "an external secret that is refreshed follows its store",
    secrets: {
      store,
      externalSecrets: [
        { name: "db", data },
        { name: "web", data, refreshInterval: "1s" },
      ],
    },
    warnings: [],
  },
  {
    reason: "one that is fetched once does not, however zero is written, and an immutable one fails; by name",
    secrets: {
      store,
      externalSecrets: [
        { name: "web", data, target: { immutable: true }, refreshInterval: "0s" },
        { name: "db", data, refreshInterval: "0h0m0s" },
      ],
    },
    warnings: [
      'secrets.externalSecrets "db": refreshInterval 0s fetches once: a value that changes in the store does not arrive',
      'secrets.externalSecrets "web": the Secret is immutable: a value that changes in the store never arrives',
    ],
  },
];

describe("warnings", () => {
  for (const { reason, network, secrets, kubeAPI = [], warnings } of cases) {
    it(reason, () => {
      const baseline = {
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "SecurityBaseline",
        metadata: { name: "baseline", namespace: "payments" },
        spec: { ...(network && { network }), ...(secrets && { secrets }) },
      };
      const told = [...sectionCaveats(inEffect(baseline), factsWith({ kubeAPI })).values()].flat();
      expect(told).to.deep.equal(warnings);
    });
  }
});
