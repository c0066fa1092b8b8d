/** Tests what is kept of webhook configurations and of labels, which both may be longer than what is kept, and that nobody hides in the rest. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { findingsIn } from "../../../operator/findings/find.ts";
import type { FindingContext } from "../../../operator/findings/rule.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { validatingWebhookConfiguration as kind } from "../../../operator/kinds/validating-webhook.ts";
import { foundAmong } from "./golden-objects.ts";

const UNKNOWN =
  "may leave this namespace out, which nobody can tell among so many names and labels: shorten the namespaceSelector of its webhooks, and remove labels from the Namespace that nothing needs";
const NAME = "kubernetes.io/metadata.name";

interface Webhook {
  readonly expressions: readonly JsonObject[];
  readonly service?: string;
  readonly failurePolicy?: string;
}

function configuration(...webhooks: readonly Webhook[]): JsonObject {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name: "engine" },
    webhooks: webhooks.map(({ expressions, service = "engine", failurePolicy = "Fail" }, index) => ({
      name: `w${index}.example.com`,
      clientConfig: { service: { name: "engine", namespace: service }, caBundle: "Q0E=".repeat(1000) },
      failurePolicy,
      namespaceSelector: { matchExpressions: expressions },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    })),
  };
}

function payments(labels: JsonObject): JsonObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: "payments", labels: { [NAME]: "payments", ...labels } } };
}

const many = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const without = (key: string): JsonObject => ({ key, operator: "DoesNotExist" });
const notIn = (key: string, ...values: readonly string[]): JsonObject => ({ key, operator: "NotIn", values });
/** Labels that sort before and after others. */
const PADDING: JsonObject = Object.fromEntries([...many("a", 500), ...many("z", 500)].map((key) => [key, "x"]));

const told = (...objects: readonly JsonObject[]): readonly string[] =>
  foundAmong(objects).map(({ rule, message }) => `${rule.id} ${message.split(",")[0]}`);

describe("a namespace that a webhook leaves out", () => {
  const cases: readonly {
    readonly reason: string;
    readonly webhook: Webhook;
    readonly labels: JsonObject;
    readonly want: readonly string[];
  }[] = [
    {
      reason: "is found by a label of a known engine among a thousand others",
      webhook: { expressions: [without("admission.gatekeeper.sh/ignore")] },
      labels: { ...PADDING, "admission.gatekeeper.sh/ignore": "" },
      want: ["WebhookExclusion judges no pods of this namespace because of its label admission.gatekeeper.sh/ignore"],
    },
    {
      reason: "is no suspect for its many labels where none of them can be meant",
      webhook: { expressions: [without("admission.gatekeeper.sh/ignore"), notIn(NAME, "engine")] },
      labels: PADDING,
      want: [],
    },
    {
      reason: "is one where another label may be among those that are not kept",
      webhook: { expressions: [without("m")] },
      labels: { ...PADDING, m: "x" },
      want: ["WebhookExclusion may leave this namespace out"],
    },
    {
      reason: "is found by its name among a few",
      webhook: { expressions: [notIn(NAME, ...many("team", 5), "payments")] },
      labels: {},
      want: ["WebhookExclusion judges no pods of this namespace"],
    },
    {
      reason: "is one where more names are left out than are kept",
      webhook: { expressions: [notIn(NAME, ...many("team", 200), "payments")] },
      labels: {},
      want: ["WebhookExclusion may leave this namespace out"],
    },
    {
      reason: "is not found by a name that is a value of another label",
      webhook: { expressions: [notIn("team", "payments")] },
      labels: { owner: "payments" },
      want: [],
    },
    {
      reason: "is not found by what JavaScript objects inherit",
      webhook: { expressions: [without("constructor"), without("__proto__")] },
      labels: {},
      want: [],
    },
  ];
  for (const { reason, webhook, labels, want } of cases)
    it(reason, () => expect(told(configuration(webhook), payments(labels))).to.deep.equal(want));

  it("says what to do where it cannot be told", () =>
    expect(foundAmong([configuration({ expressions: [without("m")] }), payments(PADDING)]).map(({ message }) => message)).to.deep.equal([
      UNKNOWN,
    ]));

  it("is found before it is known whether its Namespace has labels, by its name alone", () =>
    expect(told(configuration({ expressions: [without("m"), notIn(NAME, "payments")] }))).to.deep.equal([
      "WebhookExclusion judges no pods of this namespace",
    ]));

  it("is told there and not for the whole cluster, which is told what reaches every namespace", () => {
    const expressions = [notIn(NAME, "payments")];
    const traits = kind.traits?.(configuration({ expressions }, { expressions, failurePolicy: "Ignore" })) ?? {};
    const context = { namespace: "payments", home: {}, section: () => undefined } as unknown as FindingContext;
    const rulesOf = (reaching: boolean) =>
      findingsIn([{ kind, name: "engine", traits, ours: false, reaching }], context).map(({ rule }) => rule.id);
    expect([rulesOf(true), rulesOf(false)]).to.deep.equal([["WebhookExclusion"], ["FailOpenWebhook"]]);
  });

  it("is found where one of several webhooks leaves it out", () => {
    const webhooks: readonly Webhook[] = [{ expressions: [notIn(NAME, "other")] }, { expressions: [notIn(NAME, "payments")] }];
    expect(told(configuration(...webhooks), payments({}))).to.have.length(1);
  });
});

describe("what is kept of webhook configurations", () => {
  it("is short, however long they are, and so are labels", () => {
    const long = "n".repeat(253);
    const expressions = [...many("k", 1000).map(without), notIn(NAME, ...many(long, 1000)), notIn(long, ...many(long, 1000))];
    const webhooks = many("namespace", 100).map((service): Webhook => ({ expressions, service }));
    expect(JSON.stringify(kind.traits?.(configuration(...webhooks))).length).to.be.below(1000);
    expect(JSON.stringify(namespace.traits?.(payments(PADDING))).length).to.be.below(1000);
  });

  it("is no name of a namespace in which no baseline is obeyed", () => {
    const traits = kind.traits?.(configuration({ expressions: [notIn(NAME, "kube-system", "securitybaseline-system", "billing")] }));
    expect(traits?.["names"]).to.deep.equal(["billing"]);
  });

  it("is no certificate, which changes often", () => {
    const before = configuration({ expressions: [without("m")] });
    const after = JSON.parse(JSON.stringify(before).replaceAll("Q0E=", "TkVX")) as JsonObject;
    expect(kind.traits?.(after)).to.deep.equal(kind.traits?.(before));
  });

  const odd: readonly { readonly reason: string; readonly webhooks: Json }[] = [
    { reason: "no list", webhooks: { name: "w" } },
    { reason: "no objects", webhooks: ["w", null, 7] },
    { reason: "rules that are none", webhooks: [{ name: "w", failurePolicy: "Ignore", rules: "*" }] },
    { reason: "rules without fields", webhooks: [{ name: "w", failurePolicy: "Ignore", rules: [{}] }] },
  ];
  for (const { reason, webhooks } of odd)
    it(`is nothing where there is nothing to read: ${reason}`, () =>
      expect(kind.traits?.({ webhooks })).to.deep.equal({ names: [], labels: [], own: [] }));

  it("is what can be read where selectors and services are none", () => {
    const rules = [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }];
    const webhook = { name: 7, failurePolicy: "Ignore", namespaceSelector: "x", objectSelector: [], clientConfig: { service: [] }, rules };
    expect(kind.traits?.({ webhooks: [webhook] })).to.deep.equal({ open: { names: [""], count: 1 }, names: [], labels: [], own: [] });
  });
});
