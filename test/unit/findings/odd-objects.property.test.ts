/** Proves that no object, however odd, makes the reading of traits or a rule throw: one object must not keep a namespace from being judged. */
import { expect } from "chai";
import fc from "fast-check";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { observedKinds, ownedKinds } from "../../../operator/controls/index.ts";
import { findingsIn, type Suspect } from "../../../operator/findings/find.ts";
import { judgedKinds } from "../../../operator/findings/index.ts";
import { FOREIGN_POLICIES } from "../../../operator/findings/network-policies.ts";
import type { FindingContext } from "../../../operator/findings/rule.ts";
import type { JudgedKind } from "../../../operator/kinds/kind.ts";
import { policyException } from "../../../operator/kinds/policy-exception.ts";
import { type Right, rightsOf } from "../../../operator/kinds/role-rights.ts";
import { validatingWebhookConfiguration } from "../../../operator/kinds/validating-webhook.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";

const ALL: readonly JudgedKind[] = [...ownedKinds, ...observedKinds, ...judgedKinds];
const KINDS = ALL.filter(({ traits }) => traits !== undefined);

/** Words that mean something here, and what JavaScript cannot make a word of. */
const word = fc.constantFrom<Json[]>("", "*", "get", "impersonate", "pods/exec", "secrets", "User", "Group", "ServiceAccount", "system:");
const odd = fc.constantFrom<Json[]>(
  null,
  -1,
  1e21,
  "\ud800",
  "\u{1f600}".repeat(200),
  "0.0.0.0/-1",
  "::/x",
  { toString: 1 },
  { length: 3 },
);
const json = fc.oneof(
  { depthSize: "small" },
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  word,
  odd,
  fc.array(fc.oneof(word, odd)),
);

const part = (...keys: readonly string[]): fc.Arbitrary<Json> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record(Object.fromEntries(keys.map((key) => [key, json])), { requiredKeys: [] }) as fc.Arbitrary<JsonObject>,
    },
    { weight: 1, arbitrary: json },
  );
const some = (one: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 4, arbitrary: fc.array(one, { maxLength: 3 }) }, { weight: 1, arbitrary: json });

/** What stands at the ends of rules of other projects, and selectors of theirs. */
const selector = part("matchLabels", "matchExpressions", "namespaceSelector", "podSelector");
const end = part("nets", "notNets", "selector", "namespaceSelector", "notSelector", "serviceAccounts", "services", "ports", "domains");
const foreignRule = fc.record(
  {
    action: fc.constantFrom<Json[]>("Allow", "Accept", "Pass", "Deny", 7),
    source: end,
    destination: end,
    fromEndpoints: some(selector),
    toEndpoints: some(selector),
    fromEntities: json,
    toEntities: json,
    toCIDRSet: some(part("cidr", "except", "cidrGroupRef", "cidrGroupSelector")),
    toFQDNs: some(part("matchName", "matchPattern")),
    toServices: some(part("k8sService", "k8sServiceSelector")),
    toPorts: some(part("ports", "rules")),
    icmps: json,
    protocol: json,
    to: some(part("namespaces", "pods", "networks", "nodes", "domainNames")),
    from: some(part("namespaces", "pods")),
    protocols: some(part("tcp", "udp", "sctp", "destinationNamedPort")),
    ports: some(part("portNumber", "portRange", "namedPort")),
  },
  { requiredKeys: [] },
);
const networkRule = fc.oneof(
  foreignRule,
  fc.record(
    {
      from: some(part("podSelector", "namespaceSelector", "ipBlock")),
      to: some(part("podSelector", "namespaceSelector", "ipBlock")),
      ports: some(part("port", "endPort", "protocol")),
    },
    { requiredKeys: [] },
  ),
  json,
);
/** One that judges new pods, so that the rest of it is read. */
const webhook = fc.record(
  {
    name: json,
    rules: fc.constantFrom<Json[]>([{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }], [{}], "*"),
    failurePolicy: fc.constantFrom<Json[]>("Ignore", "Fail", 7),
    namespaceSelector: fc.oneof(selector, fc.record({ matchExpressions: some(part("key", "operator", "values")) }) as fc.Arbitrary<Json>),
    objectSelector: selector,
    clientConfig: part("service", "url", "caBundle"),
  },
  { requiredKeys: ["rules"] },
) as fc.Arbitrary<Json>;
const object = fc.record(
  {
    metadata: part("name", "namespace", "labels"),
    rules: some(part("apiGroups", "resources", "verbs", "resourceNames")),
    roleRef: part("apiGroup", "kind", "name"),
    subjects: some(part("kind", "name", "namespace", "apiGroup")),
    spec: fc.record(
      {
        podSelector: json,
        policyTypes: json,
        ingress: some(networkRule),
        egress: some(networkRule),
        endpointSelector: selector,
        tier: json,
        types: json,
        subject: part("namespaces", "pods"),
        conditions: some(part("namespaceSelector", "namespaceRegexes", "namespaces")),
        policyRefs: some(part("name", "kind")),
        exceptions: some(part("policyName", "ruleNames")),
        expiresAt: json,
      },
      { requiredKeys: [] },
    ),
    specs: some(fc.record({ endpointSelector: selector, ingress: some(networkRule) }, { requiredKeys: [] }) as fc.Arbitrary<Json>),
    webhooks: some(webhook),
    automountServiceAccountToken: json,
    secrets: json,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

function suspectOf(kind: JudgedKind, drawn: JsonObject): readonly Suspect[] {
  const text = traitsOf(kind, drawn);
  if (text === undefined) return [];
  const suspect: Suspect = { kind, name: "odd", traits: JSON.parse(text) as JsonObject, ours: false };
  return kind.reaches === true ? [suspect, { ...suspect, reaching: true }] : [suspect];
}

/** Every section is in use, and every role gives these rights. */
function contextWith(rights: readonly Right[]): FindingContext {
  const section = (() => ({ defaultDeny: ["Ingress", "Egress"] })) as unknown as FindingContext["section"];
  return { namespace: "payments", home: {}, section, rightsOf: () => rights, asked: () => [], bindings: [], outside: () => [] };
}

describe("odd objects", () => {
  it("are judged, or not known, and never stop anybody", () => {
    fc.assert(
      fc.property(object, fc.subarray(["Wildcard", "Secrets", "Exec", "Escalation", "Everything"] as Right[]), (drawn, rights) => {
        const found = findingsIn(
          KINDS.flatMap((kind) => suspectOf(kind, drawn)),
          contextWith(rights),
        );
        return found.every(({ message }) => typeof message === "string");
      }),
      { numRuns: 1000 },
    );
  });

  it("do not make a policy of another project, or a webhook, unreadable, which would hide it", () => {
    fc.assert(
      fc.property(object, (drawn) =>
        [...FOREIGN_POLICIES, validatingWebhookConfiguration, policyException].every((kind) => traitsOf(kind, drawn) !== undefined),
      ),
      { numRuns: 1000 },
    );
  });

  it("have traits of a few short words, however large they are", () => {
    const name = "n".repeat(10_000);
    const subjects = Array.from({ length: 10_000 }, (_, index) => ({ kind: "User", name: `${name}${index}` }));
    const rules = Array.from({ length: 10_000 }, () => ({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }));
    const ends = Array.from({ length: 10_000 }, (_, index) => ({
      action: index % 2 === 0 ? "Allow" : "Accept",
      source: { nets: [`${name}${index}`], [`${name}${index}`]: 1 },
      fromCIDRSet: [{ cidrGroupRef: `${name}${index}` }],
      fromEntities: [`${name}${index}`],
      from: [{ networks: [`${name}${index}`] }],
    }));
    const spec = { podSelector: {}, endpointSelector: {}, tier: "Admin", ingress: [...rules, ...ends] };
    for (const kind of KINDS) {
      const text = traitsOf(kind, { metadata: { name }, subjects, rules, spec, specs: [spec, spec], secrets: rules });
      expect((text ?? "").length, kind.kind).to.be.below(1000);
    }
  });

  it("that are no rules of a role give no rights", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), (value) => rightsOf(value).length === 0));
  });
});
