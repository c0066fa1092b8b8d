/** Proves that a stolen operator token lets plain text in, and bars traffic, only where and as a baseline asks for it: with objects of Istio. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { applyAs, MANAGED, namespaceWith, operatorClient, writeBaseline } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";

const API_VERSION = "security.istio.io/v1";
const LABELS = { ...MANAGED, "securitybaseline.dev/control": "mesh" };
const STRICT = { mode: "STRICT" };
const OPEN = { mode: "PERMISSIVE" };

const SECTION = {
  provider: "Istio",
  defaultDeny: true,
  plaintextPorts: [
    { name: "metrics", matchLabels: { app: "api" }, port: 9090 },
    { name: "health", matchLabels: { app: "api" }, port: 8081 },
    { name: "legacy", matchLabels: { app: "report", tier: "batch" }, port: 8080 },
  ],
} as const;
const ASKED: SecurityBaselineSpec = { mesh: SECTION };

const OF_API = { selector: { matchLabels: { app: "api" } }, mtls: STRICT, portLevelMtls: { "8081": OPEN, "9090": OPEN } };

/** What the baseline above becomes. */
const OBJECTS = {
  default: ["PeerAuthentication", { mtls: STRICT }],
  "plaintext-metrics": ["PeerAuthentication", OF_API],
  "plaintext-health": ["PeerAuthentication", OF_API],
  "plaintext-legacy": [
    "PeerAuthentication",
    { selector: { matchLabels: { app: "report", tier: "batch" } }, mtls: STRICT, portLevelMtls: { "8080": OPEN } },
  ],
  "default-deny": ["AuthorizationPolicy", {}],
} as const;
type Name = keyof typeof OBJECTS;
const NAMES = Object.keys(OBJECTS) as Name[];

function objectIn(namespace: string, name: Name, spec: object = OBJECTS[name][1]): KubernetesObject {
  return { apiVersion: API_VERSION, kind: OBJECTS[name][0], metadata: { namespace, name, labels: LABELS }, spec };
}

const refOf = (namespace: string, name: Name): ObjectRef => ({ apiVersion: API_VERSION, kind: OBJECTS[name][0], namespace, name });

const NO_PEERS = "refused a PeerAuthentication that no baseline asks for: its name must be default, or plaintext- and the name of an entry";
const NO_POLICY =
  "refused an AuthorizationPolicy that no baseline asks for: its name must be default-deny, where spec.mesh.defaultDeny is true";
const OTHER_PODS = "refused a PeerAuthentication for other pods: matchLabels must be those of its entry";
const OTHER_TEXT = "refused a PeerAuthentication that takes other plain text: it is STRICT, and PERMISSIVE on the ports of";
const SAYS = "refused an AuthorizationPolicy that says something: without action and rules it allows nothing";
const KEPT = "refused to delete an object that the SecurityBaseline asks for, in mode Enforce";

const notAsked = (name: Name): string => (OBJECTS[name][0] === "PeerAuthentication" ? NO_PEERS : NO_POLICY);

const thefts: readonly { readonly reason: string; readonly name: Name; readonly spec: object; readonly message: string }[] = [
  { reason: "plain text for the namespace", name: "default", spec: { mtls: OPEN }, message: OTHER_TEXT },
  { reason: "no mutual TLS at all", name: "default", spec: { mtls: { mode: "DISABLE" } }, message: OTHER_TEXT },
  { reason: "what the mesh says elsewhere", name: "default", spec: { mtls: null }, message: OTHER_TEXT },
  {
    reason: "a selector that leaves the other pods open",
    name: "default",
    spec: { selector: { matchLabels: { app: "x" } } },
    message: OTHER_PODS,
  },
  {
    reason: "a port for pods that nobody named",
    name: "default",
    spec: { selector: { matchLabels: { app: "x" } }, portLevelMtls: { "80": OPEN } },
    message: OTHER_PODS,
  },
  { reason: "the port of other pods", name: "plaintext-metrics", spec: { selector: { matchLabels: { app: "x" } } }, message: OTHER_PODS },
  { reason: "the port of fewer pods", name: "plaintext-metrics", spec: { selector: { matchLabels: { tier: "x" } } }, message: OTHER_PODS },
  { reason: "the port of more pods", name: "plaintext-legacy", spec: { selector: { matchLabels: { tier: null } } }, message: OTHER_PODS },
  { reason: "one port more", name: "plaintext-metrics", spec: { portLevelMtls: { "80": OPEN } }, message: OTHER_TEXT },
  { reason: "the port of another entry", name: "plaintext-metrics", spec: { portLevelMtls: { "8080": OPEN } }, message: OTHER_TEXT },
  { reason: "one port less", name: "plaintext-metrics", spec: { portLevelMtls: { "9090": null } }, message: OTHER_TEXT },
  {
    reason: "a port without mutual TLS",
    name: "plaintext-metrics",
    spec: { portLevelMtls: { "9090": { mode: "DISABLE" } } },
    message: OTHER_TEXT,
  },
  {
    reason: "a port that inherits",
    name: "plaintext-metrics",
    spec: { portLevelMtls: { "9090": { mode: "UNSET" } } },
    message: OTHER_TEXT,
  },
  { reason: "plain text on all ports of these pods", name: "plaintext-metrics", spec: { mtls: OPEN }, message: OTHER_TEXT },
  { reason: "a rule that lets everybody in", name: "default-deny", spec: { rules: [{}] }, message: SAYS },
  { reason: "a denial that denies nobody", name: "default-deny", spec: { action: "DENY" }, message: SAYS },
  { reason: "a policy for some pods alone", name: "default-deny", spec: { selector: { matchLabels: { app: "x" } } }, message: SAYS },
];

describe("a stolen operator token and Istio", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    await removeBackends("istio");
    operator = await operatorClient();
    await installBackends("istio");
    confined = await namespaceWith(ASKED);
    for (const name of NAMES) await applyAs(operator, objectIn(confined, name));
  });

  after(() => removeBackends("istio"));

  it("allowed: exactly what the baseline asks for", async () => {
    for (const name of NAMES) {
      const stored = await applyAs(operator, objectIn(confined, name));
      expect([stored.metadata?.name, stored["spec"]]).to.deep.equal([name, OBJECTS[name][1]]);
    }
  });

  for (const { reason, name, spec, message } of thefts) {
    it(`refused: ${reason}`, async () => {
      const failure = await refusal(operator.mergePatch(refOf(confined, name), { spec }));
      expect(failure.message).to.contain(message);
      expect(failure.status).to.equal(403);
    });
  }

  it("refused: an object of a name that the baseline does not have", async () => {
    for (const [name, kind, message] of [
      ["plaintext-other", "PeerAuthentication", NO_PEERS],
      ["metrics", "PeerAuthentication", NO_PEERS],
      ["allow-all", "AuthorizationPolicy", NO_POLICY],
      ["default", "AuthorizationPolicy", NO_POLICY],
    ] as const) {
      const object = { apiVersion: API_VERSION, kind, metadata: { namespace: confined, name, labels: LABELS }, spec: {} };
      expect((await refusal(applyAs(operator, object))).message).to.contain(message);
    }
  });

  it("refused: objects without our label, which these policies would not see", async () => {
    const object = { apiVersion: API_VERSION, kind: "PeerAuthentication", metadata: { namespace: confined, name: "other" }, spec: {} };
    expect((await refusal(applyAs(operator, object))).message).to.contain("refused to write an object without the label");
  });

  it("refused: an owner that is not the baseline", async () => {
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "6f0c2f6e-54a5-4f44-9d9f-0a3a3a6f2c11" }];
    const failure = await refusal(operator.mergePatch(refOf(confined, "default"), { metadata: { ownerReferences } }));
    expect(failure.message).to.contain("refused another owner of an object");
  });

  it("refused: to delete what the baseline asks for", async () => {
    for (const name of NAMES) expect((await refusal(operator.delete(refOf(confined, name)))).message).to.contain(KEPT);
  });

  const unasked: readonly { readonly reason: string; readonly spec: SecurityBaselineSpec; readonly refused: readonly Name[] }[] = [
    { reason: "the baseline only reports", spec: { mode: "Report", mesh: SECTION, network: { mode: "Enforce" } }, refused: NAMES },
    { reason: "the section is Off", spec: { mesh: { ...SECTION, mode: "Off" }, network: {} }, refused: NAMES },
    { reason: "the baseline has no such section", spec: { network: {} }, refused: NAMES },
    { reason: "the mesh is another one", spec: { mesh: { provider: "Linkerd", defaultDeny: true } }, refused: NAMES },
    { reason: "nothing is denied by default", spec: { mesh: { ...SECTION, defaultDeny: false } }, refused: ["default-deny"] },
    {
      reason: "no port is named",
      spec: { mesh: { provider: "Istio" } },
      refused: ["plaintext-metrics", "plaintext-health", "default-deny"],
    },
  ];
  for (const { reason, spec, refused } of unasked) {
    it(`refused, and let go where it stands: what is not asked for where ${reason}`, async () => {
      const namespace = await namespaceWith(spec);
      for (const name of refused) {
        expect((await refusal(applyAs(operator, objectIn(namespace, name)))).message).to.contain(notAsked(name));
        await applyAs(admin(), objectIn(namespace, name));
        await operator.delete(refOf(namespace, name));
      }
    });
  }

  it("refused: everything in the root namespace of the mesh, whatever a baseline there says", async () => {
    const root = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "istio-system", labels: { "securitybaseline.dev/enforced": "true" } },
    };
    await admin().apply(root);
    try {
      await writeBaseline("istio-system", ASKED);
      for (const name of NAMES) {
        expect((await refusal(applyAs(operator, objectIn("istio-system", name)))).message).to.contain(notAsked(name));
      }
    } finally {
      await admin().delete({
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "SecurityBaseline",
        namespace: "istio-system",
        name: "baseline",
      });
      await admin().mergePatch(
        { apiVersion: "v1", kind: "Namespace", name: "istio-system" },
        { metadata: { labels: { "securitybaseline.dev/enforced": null } } },
      );
    }
  });

  it("refused: anything in a namespace without a baseline", async () => {
    const bare = await freshNamespace("bare");
    expect((await refusal(applyAs(operator, objectIn(bare, "default")))).message).to.contain(
      "refused a write where no baseline is enforced",
    );
  });

  it("allowed: the largest section, whose judging costs the most", async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `${"d".repeat(253)}/${"k".repeat(62)}${index}`);
    const matchLabels = Object.fromEntries(keys.map((key) => [key, "v".repeat(63)]));
    const names = Array.from({ length: 16 }, (_, index) => `${"n".repeat(61)}${index + 10}`);
    const plaintextPorts = names.map((name, index) => ({ name, matchLabels, port: 65000 + index }));
    const namespace = await namespaceWith({ mesh: { provider: "Istio", plaintextPorts } });
    const portLevelMtls = Object.fromEntries(plaintextPorts.map(({ port }) => [String(port), OPEN]));
    const metadata = { namespace, name: `plaintext-${names[15]}`, labels: LABELS };
    const object = {
      apiVersion: API_VERSION,
      kind: "PeerAuthentication",
      metadata,
      spec: { selector: { matchLabels }, mtls: STRICT, portLevelMtls },
    };
    expect((await applyAs(operator, object))["spec"]).to.deep.equal(object.spec);
    const ref = { apiVersion: API_VERSION, kind: "PeerAuthentication", namespace, name: metadata.name };
    expect((await refusal(operator.delete(ref))).message).to.contain(KEPT);
  });

  it("allowed: an apply that leaves in place what somebody else added, which a second request removes", async () => {
    const namespace = await namespaceWith(ASKED);
    for (const name of NAMES) await applyAs(operator, objectIn(namespace, name));
    const foreign = {
      default: { mtls: { mode: "DISABLE" }, selector: { matchLabels: { app: "x" } }, portLevelMtls: { "1": OPEN } },
      "plaintext-metrics": { selector: { matchLabels: { extra: "x" } }, portLevelMtls: { "1": { mode: "DISABLE" } } },
      "default-deny": { action: "DENY", rules: [{}] },
    };
    const removed = {
      default: { selector: null, portLevelMtls: null },
      "plaintext-metrics": { selector: { matchLabels: { extra: null } }, portLevelMtls: { "1": null } },
      "default-deny": { action: null, rules: null },
    };
    for (const name of Object.keys(foreign) as (keyof typeof foreign)[]) {
      await admin().mergePatch(refOf(namespace, name), { spec: foreign[name] }, { manager: "intruder" });
      await applyAs(operator, objectIn(namespace, name));
      const cleaned = await operator.mergePatch(refOf(namespace, name), { spec: removed[name] });
      expect(cleaned["spec"]).to.deep.equal(OBJECTS[name][1]);
    }
  });
});
