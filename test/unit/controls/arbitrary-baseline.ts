/** Makes random baselines that the schema accepts, for properties that hold for all of them. */
import fc from "fast-check";
import type { AccessSection, PodSecurityLevel, SecurityBaseline, ServiceAccountsSection } from "../../../operator/api/baseline.ts";
import type { CIDR, Direction, NetworkPeer, NetworkPort, NetworkSection } from "../../../operator/api/baseline-network.ts";
import type { LabelSelector } from "../../../operator/api/shared-types.ts";
import type { EndpointSet } from "../../../operator/facts/kube-api.ts";
import { arbitrarySecrets } from "./arbitrary-secrets.ts";

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const builtIn = fc.constantFrom("app-deployer", "app-viewer", "secret-manager", "namespace-admin");
const group = fc.stringMatching(/^[a-z]+:[A-Za-z0-9 ._/-]{1,40}$/).filter((text) => !text.startsWith("system:"));

/** Names that every JavaScript object has as properties must be ordinary names here. */
const awkward = fc.constantFrom("constructor", "default-deny", "dns", "baseline");

function uniqueNamed<T extends { readonly name: string }>(entry: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.uniqueArray(entry, { selector: (one) => one.name, maxLength: 5 });
}

const word = fc.stringMatching(/^[a-z]{1,10}$/);
/** Among the words that fast-check likes to try is `bind`, a verb that the schema refuses. */
const verb = word.filter((text) => !["bind", "escalate", "impersonate"].includes(text));
const rule = fc.record(
  { apiGroups: words(word), resources: words(word), verbs: words(verb), resourceNames: fc.array(word, { maxLength: 2 }) },
  { requiredKeys: ["apiGroups", "resources", "verbs"] },
);
const groups = fc.uniqueArray(group, { minLength: 1, maxLength: 4 });

const access: fc.Arbitrary<AccessSection> = fc.record({
  roles: uniqueNamed(
    fc.oneof(
      fc.record({ name: builtIn, groups }),
      fc.record({
        name: fc.oneof(
          name.map((text) => `x${text}`.slice(0, 63)),
          awkward,
        ),
        groups,
        rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
      }),
    ),
  ),
});

const level: fc.Arbitrary<PodSecurityLevel> = fc.constantFrom("privileged", "baseline", "restricted");
const podSecurity = fc.record(
  { enforce: level, audit: level, warn: level, version: fc.constantFrom("latest", "v1.36") },
  { requiredKeys: ["enforce"] },
);

const selector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc.dictionary(word, word, { maxKeys: 3 }),
    matchExpressions: fc.array(fc.record({ key: word, operator: fc.constant("Exists" as const) }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const address = fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.9.${a}.${b}`);
const cidr: fc.Arbitrary<CIDR> = fc.oneof(
  fc.nat(255).map((octet) => `10.${octet}.0.0/16`),
  fc.nat(9).map((digit) => `fd0${digit}::/16`),
);
const peer: fc.Arbitrary<NetworkPeer> = fc.oneof(
  fc.record({ namespace: name, pods: selector }, { requiredKeys: ["namespace"] }),
  fc.record({ namespaceSelector: selector, pods: selector }, { requiredKeys: ["namespaceSelector"] }),
  fc.record({ pods: selector }),
  fc.record({ cidr }),
  fc.record({ preset: fc.constantFrom("KubeAPI", "SameNamespace", "Internet") }),
);
const number = fc.integer({ min: 1, max: 65535 });
const protocol = fc.constantFrom("TCP", "UDP", "SCTP");
const range = fc.tuple(number, number).map((ends) => ({ port: Math.min(...ends), endPort: Math.max(...ends) }));
const port: fc.Arbitrary<NetworkPort> = fc.oneof(
  fc.record({ port: fc.oneof(number, fc.stringMatching(/^[a-z0-9]{0,14}[a-z]$/)), protocol }, { requiredKeys: ["port"] }),
  fc.tuple(range, protocol).map(([ends, one]) => ({ ...ends, protocol: one })),
  range,
  fc.record({ protocol }),
);
const ports = fc.array(port, { minLength: 1, maxLength: 3 });
const peers = fc.array(peer, { minLength: 1, maxLength: 4 });
const flowName = fc.oneof(name, awkward);
const directions = fc.uniqueArray(fc.constantFrom<Direction>("Ingress", "Egress"));

const network: fc.Arbitrary<NetworkSection> = fc.record(
  {
    defaultDeny: directions,
    allowDNS: fc.boolean(),
    dns: fc.record({ namespace: name, pods: selector, cidrs: fc.uniqueArray(cidr, { maxLength: 3 }), ports }, { requiredKeys: [] }),
    ingress: uniqueNamed(fc.record({ name: flowName, pods: selector, from: peers, ports }, { requiredKeys: ["name", "from"] })),
    egress: uniqueNamed(fc.record({ name: flowName, pods: selector, to: peers, ports }, { requiredKeys: ["name", "to"] })),
  },
  { requiredKeys: [] },
);

const serviceAccounts: fc.Arbitrary<ServiceAccountsSection> = fc.record(
  {
    automountDefaultToken: fc.boolean(),
    accounts: uniqueNamed(
      fc.record({ name: name.filter((text) => text !== "default"), automountToken: fc.boolean() }, { requiredKeys: ["name"] }),
    ),
  },
  { requiredKeys: [] },
);

const spec = fc.record(
  {
    deletionPolicy: fc.constantFrom("Delete" as const, "Retain" as const),
    access,
    podSecurity,
    network,
    secrets: arbitrarySecrets,
    serviceAccounts,
  },
  { requiredKeys: [] },
);
const metadata = fc.record(
  {
    name: fc.constant("baseline"),
    namespace: name,
    uid: fc.uuid(),
    labels: fc.dictionary(word, word, { maxKeys: 2 }),
    annotations: fc.record({ "securitybaseline.dev/refresh": word, other: word }, { requiredKeys: [] }),
  },
  { requiredKeys: ["name", "namespace"] },
);

/** Baselines that are valid, with all sections, presets and forms of peers, with and without uid and defaults. */
export const arbitraryBaseline: fc.Arbitrary<SecurityBaseline> = fc.record({
  apiVersion: fc.constant("securitybaseline.dev/v1alpha1"),
  kind: fc.constant("SecurityBaseline"),
  metadata,
  spec,
});

/** Endpoints of the API server: none, one set, or several with and without ports. */
export const arbitraryEndpoints: fc.Arbitrary<readonly EndpointSet[]> = fc.array(
  fc.record({
    addresses: fc.uniqueArray(address, { maxLength: 3 }),
    ports: fc.array(fc.record({ port: fc.integer({ min: 1, max: 65535 }), protocol: fc.constant("TCP" as const) }), { maxLength: 2 }),
  }),
  { maxLength: 3 },
);

function words(one: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.array(one, { minLength: 1, maxLength: 3 });
}
