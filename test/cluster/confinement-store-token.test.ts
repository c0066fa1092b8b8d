/** Proves that the Role by which External Secrets gets tokens is confined to the accounts and the controller that it is meant for. */
import { expect } from "chai";
import type { AccessRule, SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "../support/api-client.ts";
import { freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { applyAs, bindingOf, group, namespaceWith, operatorClient, RBAC, roleOf } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

const NAME = "external-secrets-token";

const TOKENS: AccessRule = {
  apiGroups: [""],
  resources: ["serviceaccounts/token"],
  resourceNames: ["eso-aws", "eso-vault"],
  verbs: ["create"],
};

const CONTROLLER = { kind: "ServiceAccount", namespace: "external-secrets", name: "external-secrets" };

const vault = { server: "https://vault.example.com", path: "secret", role: "team" };

/** Two stores share an account: its name is asked for once. */
const SPEC: SecurityBaselineSpec = {
  secrets: {
    stores: [
      { name: "vault", serviceAccount: "eso-vault", vault },
      { name: "vault-too", serviceAccount: "eso-vault", vault },
      { name: "aws", serviceAccount: "eso-aws", aws: { region: "eu-central-1" } },
    ],
  },
};

const OTHER_RULES = "refused the Role external-secrets-token with other rules: it lets create tokens of exactly the accounts";
const OTHER_BINDING = "refused the RoleBinding external-secrets-token of another role or to others";
const UNASKED_ROLE = "refused the Role external-secrets-token that no baseline asks for";
const UNASKED_BINDING = "refused the RoleBinding external-secrets-token that no baseline asks for";
const UNMARKED = "refused a write where no baseline is enforced";

describe("a stolen operator token and the Role for tokens of stores", () => {
  let operator: ApiClient;
  let confined: string;

  const role = (rules: readonly AccessRule[], namespace = confined): KubernetesObject => roleOf(namespace, NAME, rules);
  const binding = (subjects: readonly object[], roleRef = {}): KubernetesObject => bindingOf(confined, NAME, subjects, roleRef);

  before(async () => {
    operator = await operatorClient();
    confined = await namespaceWith(SPEC);
    await applyAs(operator, role([TOKENS]));
  });

  const roles: { reason: string; rules: AccessRule[] }[] = [
    { reason: "an account beside those of the stores", rules: [{ ...TOKENS, resourceNames: ["eso-aws", "eso-vault", "default"] }] },
    { reason: "fewer accounts than the stores have", rules: [{ ...TOKENS, resourceNames: ["eso-aws"] }] },
    {
      reason: "every account, by leaving the names out",
      rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] }],
    },
    { reason: "every account, by an empty list of names", rules: [{ ...TOKENS, resourceNames: [] }] },
    { reason: "another verb", rules: [{ ...TOKENS, verbs: ["create", "get"] }] },
    { reason: "another resource beside it", rules: [{ ...TOKENS, resources: ["serviceaccounts/token", "secrets"] }] },
    { reason: "another group beside it", rules: [{ ...TOKENS, apiGroups: ["", "apps"] }] },
    { reason: "a second rule", rules: [TOKENS, { apiGroups: [""], resources: ["secrets"], verbs: ["get"] }] },
    { reason: "the same rule twice", rules: [TOKENS, TOKENS] },
    { reason: "no rule", rules: [] },
  ];
  for (const { reason, rules } of roles) {
    it(`refused in the Role: ${reason}`, async () => {
      const failure = await refusal(applyAs(operator, role(rules)));
      expect(failure.message).to.contain(OTHER_RULES);
      expect(failure.status).to.equal(403);
    });
  }

  it("allowed: the rule with the names in any order", async () => {
    const written = await applyAs(operator, role([{ ...TOKENS, resourceNames: ["eso-vault", "eso-aws"] }]));
    expect(written["rules"]).to.deep.equal([{ ...TOKENS, resourceNames: ["eso-vault", "eso-aws"] }]);
  });

  const subjects = [
    { reason: "an account of the namespace", subjects: [{ ...CONTROLLER, namespace: "default" }] },
    { reason: "another account beside the controller's", subjects: [CONTROLLER, { ...CONTROLLER, name: "other" }] },
    { reason: "a group", subjects: [group("external-secrets")] },
    { reason: "a user of that name", subjects: [{ apiGroup: RBAC, kind: "User", name: "external-secrets" }] },
    { reason: "another role", subjects: [CONTROLLER], roleRef: { name: "secret-manager" } },
    {
      reason: "a ClusterRole that it could grant",
      subjects: [CONTROLLER],
      roleRef: { kind: "ClusterRole", name: "securitybaseline-grantable-read" },
    },
  ];
  for (const { reason, subjects: bound, roleRef } of subjects) {
    it(`refused in the RoleBinding: ${reason}`, async () => {
      const failure = await refusal(applyAs(operator, binding(bound, roleRef)));
      expect(failure.message).to.contain(OTHER_BINDING);
      expect(failure.status).to.equal(403);
    });
  }

  it("allowed: the RoleBinding to the controller alone", async () => {
    expect((await applyAs(operator, binding([CONTROLLER])))["subjects"]).to.deep.equal([CONTROLLER]);
  });

  it("allowed: the RoleBinding to nobody, as while the controller's account does not exist", async () => {
    expect((await applyAs(operator, binding([])))["subjects"] ?? []).to.deep.equal([]);
  });

  it("refused: the rule under another name, which the API server itself does not let pass", async () => {
    const failure = await refusal(applyAs(operator, roleOf(confined, "tokens", [TOKENS])));
    expect(failure.message).to.contain("is attempting to grant RBAC permissions not currently held");
  });

  const silent: { reason: string; spec: SecurityBaselineSpec }[] = [
    { reason: "the section only reports", spec: { secrets: { ...SPEC.secrets, mode: "Report" } } },
    { reason: "the baseline only reports", spec: { ...SPEC, mode: "Report" } },
    { reason: "there is no store", spec: { secrets: {} } },
    { reason: "there is no section", spec: {} },
  ];
  for (const { reason, spec } of silent) {
    it(`refused where ${reason}`, async () => {
      const namespace = await namespaceWith(spec);
      await eventually("the policies see the baseline", async () => {
        expect((await refusal(applyAs(operator, role([TOKENS], namespace)))).message).to.contain(UNASKED_ROLE);
      });
      const bound = await refusal(applyAs(operator, bindingOf(namespace, NAME, [CONTROLLER])));
      expect(bound.message).to.contain(UNASKED_BINDING);
    });
  }

  it("refused in a namespace without a baseline", async () => {
    const bare = await freshNamespace("bare");
    expect((await refusal(applyAs(operator, role([TOKENS], bare)))).message).to.contain(UNMARKED);
    expect((await refusal(applyAs(operator, bindingOf(bare, NAME, [CONTROLLER])))).message).to.contain(UNMARKED);
  });
});
