/** Proves that a stolen operator token grants nothing that no baseline asks for. */
import { expect } from "chai";
import type { AccessRule, SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { ApiClient } from "../support/api-client.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { applyAs, bindingOf, group, namespaceWith, operatorClient, RBAC, roleOf, writeBaseline } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

const BASELINE_VERSION = "securitybaseline.dev/v1alpha1";
const ALL = ["get", "list", "watch", "create", "update", "patch", "delete"];

const SECRET_MANAGER: AccessRule[] = [
  { apiGroups: [""], resources: ["secrets"], verbs: ALL },
  { apiGroups: ["bitnami.com"], resources: ["sealedsecrets"], verbs: ALL },
  { apiGroups: ["external-secrets.io"], resources: ["externalsecrets"], verbs: ALL },
];
const LOGS: AccessRule = { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] };
const ONE_POD: AccessRule = { apiGroups: [""], resources: ["pods"], resourceNames: ["web-0"], verbs: ["get"] };
const PODS: AccessRule = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] };
const SECRETS: AccessRule = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
const EXEC: AccessRule = { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] };

const SPEC: SecurityBaselineSpec = {
  access: {
    roles: [
      { name: "secret-manager", groups: ["keepers", "auditors"] },
      { name: "log-reader", groups: ["support"], rules: [LOGS, ONE_POD] },
      { name: "thief", groups: ["support"], rules: [SECRETS] },
    ],
  },
};

const OTHER_SUBJECTS = "refused a RoleBinding to other subjects: only the groups that the role lists";
const OTHER_ROLE = "refused a RoleBinding to another role: roleRef must be the Role of the binding's own name";
const UNASKED_BINDING = "refused a RoleBinding that no baseline asks for: its name must be that of a role in spec.access.roles";
const UNASKED_ROLE = "refused a Role that no baseline asks for: its name must be that of a role in spec.access.roles";
const OTHER_RULES = "refused a Role with other rules: a built-in role has its supplied rules, any other exactly those";
const UNMARKED = "refused a write where no baseline is enforced";
const BEYOND_CEILING = "is attempting to grant RBAC permissions not currently held";

describe("a stolen operator token", () => {
  let operator: ApiClient;
  let confined: string;
  let reported: string;
  let bare: string;

  before(async () => {
    operator = await operatorClient();
    confined = await namespaceWith(SPEC);
    reported = await namespaceWith({ ...SPEC, mode: "Report" });
    bare = await freshNamespace("bare");
    await eventually("the policies see the baseline", () => applyAs(operator, roleOf(confined, "log-reader", [LOGS, ONE_POD])));
  });

  describe("binds", () => {
    const refused = [
      { reason: "a group that no baseline lists", name: "log-reader", subjects: [group("strangers")], message: OTHER_SUBJECTS },
      { reason: "a listed group beside another", name: "log-reader", subjects: [group("support"), group("x")], message: OTHER_SUBJECTS },
      { reason: "a group of another entry", name: "log-reader", subjects: [group("keepers")], message: OTHER_SUBJECTS },
      {
        reason: "a user who is called like the group",
        name: "log-reader",
        subjects: [{ apiGroup: RBAC, kind: "User", name: "support" }],
        message: OTHER_SUBJECTS,
      },
      {
        reason: "a ServiceAccount, here its own",
        name: "log-reader",
        subjects: [{ kind: "ServiceAccount", name: "securitybaseline-operator", namespace: "securitybaseline-system" }],
        message: OTHER_SUBJECTS,
      },
      {
        reason: "a ClusterRole that it could grant by its own rights",
        name: "log-reader",
        roleRef: { kind: "ClusterRole", name: "securitybaseline-grantable-read" },
        message: OTHER_ROLE,
      },
      { reason: "the Role of another entry", name: "log-reader", roleRef: { name: "secret-manager" }, message: OTHER_ROLE },
      { reason: "a built-in role that the baseline does not name", name: "namespace-admin", message: UNASKED_BINDING },
    ];
    for (const { reason, name, subjects = [group("support")], roleRef, message } of refused) {
      it(`refused: ${reason}`, async () => {
        const failure = await refusal(applyAs(operator, bindingOf(confined, name, subjects, roleRef)));
        expect(failure.message).to.contain(message);
        expect(failure.status).to.equal(403);
      });
    }

    it("refused: by POST, without the escalation check seeing the name", async () => {
      const failure = await refusal(operator.create(bindingOf(confined, "secret-manager", [group("strangers")])));
      expect(failure.message).to.contain(OTHER_SUBJECTS);
    });

    it("refused: in a namespace without a baseline", async () => {
      const failure = await refusal(applyAs(operator, bindingOf(bare, "secret-manager", [group("keepers")])));
      expect(failure.message).to.contain(UNMARKED);
    });

    it("refused: where the baseline only reports", async () => {
      await eventually("the policies see the baseline", async () => {
        const failure = await refusal(applyAs(operator, bindingOf(reported, "secret-manager", [group("keepers")])));
        expect(failure.message).to.contain(UNASKED_BINDING);
      });
    });

    it("allowed: exactly the groups that the baseline lists, also to a role whose rights the operator does not hold", async () => {
      const both = await applyAs(operator, bindingOf(confined, "secret-manager", [group("auditors"), group("keepers")]));
      const one = await applyAs(operator, bindingOf(confined, "secret-manager", [group("keepers")]));
      expect([both["subjects"], one["subjects"]]).to.deep.equal([[group("auditors"), group("keepers")], [group("keepers")]]);
    });
  });

  describe("writes Roles", () => {
    const refused = [
      { reason: "a built-in role with a rule added", name: "secret-manager", rules: [...SECRET_MANAGER, EXEC], message: OTHER_RULES },
      { reason: "a built-in role with other rules", name: "secret-manager", rules: [EXEC], message: OTHER_RULES },
      { reason: "a built-in role without rules", name: "secret-manager", rules: [], message: OTHER_RULES },
      { reason: "a built-in role that the baseline does not name", name: "app-viewer", rules: [PODS], message: UNASKED_ROLE },
      { reason: "a custom role with a rule added", name: "log-reader", rules: [LOGS, ONE_POD, PODS], message: OTHER_RULES },
      {
        reason: "a custom role without the resourceNames of its rule",
        name: "log-reader",
        rules: [LOGS, { apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
        message: OTHER_RULES,
      },
      { reason: "a custom role that the baseline does not name", name: "pod-reader", rules: [PODS], message: UNASKED_ROLE },
      { reason: "secrets in a custom role, though the baseline lists them", name: "thief", rules: [SECRETS], message: BEYOND_CEILING },
    ];
    for (const { reason, name, rules, message } of refused) {
      it(`refused: ${reason}`, async () => {
        const failure = await refusal(applyAs(operator, roleOf(confined, name, rules)));
        expect(failure.message).to.contain(message);
        expect(failure.status).to.equal(403);
      });
    }

    it("refused: a Role without our label, which the other policies would not see", async () => {
      const failure = await refusal(applyAs(operator, roleOf(confined, "unlabelled", [PODS], {})));
      expect(failure.message).to.contain("refused to write an object without the label securitybaseline.dev/control of a section");
    });

    it("refused: in a namespace without a baseline", async () => {
      const failure = await refusal(applyAs(operator, roleOf(bare, "secret-manager", SECRET_MANAGER)));
      expect(failure.message).to.contain(UNMARKED);
    });

    it("refused: URLs outside resources, by the API server itself", async () => {
      const urls = [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }] as unknown as AccessRule[];
      const failure = await refusal(applyAs(operator, roleOf(confined, "log-reader", urls)));
      expect(failure.status).to.be.oneOf([403, 422]);
    });

    it("allowed: the supplied rules of a built-in role and the listed rules of a custom one", async () => {
      const builtIn = await applyAs(operator, roleOf(confined, "secret-manager", SECRET_MANAGER));
      const custom = await applyAs(operator, roleOf(confined, "log-reader", [LOGS, ONE_POD]));
      expect([builtIn["rules"], custom["rules"]]).to.deep.equal([SECRET_MANAGER, [LOGS, ONE_POD]]);
    });

    it("allowed: letting go of what is not asked for any more, as long as its grants stay what they are", async () => {
      const namespace = await namespaceWith(SPEC);
      const role = { apiVersion: `${RBAC}/v1`, kind: "Role", namespace, name: "log-reader" };
      const binding = { ...role, kind: "RoleBinding" };
      await eventually("the policies see the baseline", () => applyAs(operator, roleOf(namespace, "log-reader", [LOGS, ONE_POD])));
      await applyAs(operator, bindingOf(namespace, "log-reader", [group("support")]));
      const { metadata: { uid } = {} } = await admin().get({
        apiVersion: BASELINE_VERSION,
        kind: "SecurityBaseline",
        namespace,
        name: "baseline",
      });
      const owner = { apiVersion: BASELINE_VERSION, kind: "SecurityBaseline", name: "baseline", uid };
      await writeBaseline(namespace, {});
      await eventually("the policies see the empty baseline", async () => {
        expect((await refusal(operator.mergePatch(role, { rules: [PODS] }))).message).to.contain(UNASKED_ROLE);
      });
      expect((await refusal(operator.mergePatch(binding, { subjects: [group("x")] }))).message).to.contain(UNASKED_BINDING);
      for (const ref of [role, binding]) {
        await operator.mergePatch(ref, { metadata: { ownerReferences: [owner] } });
        const { metadata } = await operator.mergePatch(ref, { metadata: { ownerReferences: null } });
        expect(metadata).to.not.have.property("ownerReferences");
      }
    });

    it("not judged: the same by anybody else, with and without a baseline", async () => {
      for (const namespace of [confined, bare]) {
        await admin().apply(roleOf(namespace, "pod-reader", [PODS], {}));
        await admin().apply({ ...bindingOf(namespace, "pod-reader", [group("strangers")]), metadata: { namespace, name: "pod-reader" } });
      }
      await admin().apply(roleOf(confined, "own-role", [EXEC]));
    });
  });

  describe("tries what its rights do not contain", () => {
    const attempts: { reason: string; attempt: (client: ApiClient) => Promise<unknown>; message: string }[] = [
      {
        reason: "creating a Namespace",
        attempt: (client) => applyAs(client, { apiVersion: "v1", kind: "Namespace", metadata: { name: "conjured" } }),
        message: 'cannot create resource "namespaces"',
      },
      {
        reason: "deleting a Namespace",
        attempt: (client) => client.delete({ apiVersion: "v1", kind: "Namespace", name: bare }),
        message: 'cannot delete resource "namespaces"',
      },
      {
        reason: "reading Secrets",
        attempt: (client) => client.list("v1", "Secret", { namespace: confined }),
        message: 'cannot list resource "secrets"',
      },
      {
        reason: "reading one Secret",
        attempt: (client) => client.get({ apiVersion: "v1", kind: "Secret", namespace: confined, name: "x" }),
        message: 'cannot get resource "secrets"',
      },
      {
        reason: "minting tokens",
        attempt: (client) => client.createToken(confined, "default"),
        message: 'cannot create resource "serviceaccounts/token"',
      },
      {
        reason: "impersonating",
        attempt: (client) => client.impersonate("jane").list("v1", "Pod", { namespace: confined }),
        message: "cannot impersonate",
      },
      {
        reason: "running pods",
        attempt: (client) => client.create({ apiVersion: "v1", kind: "Pod", metadata: { namespace: confined, name: "x" } }),
        message: 'cannot create resource "pods"',
      },
      {
        reason: "asking for more in a baseline",
        attempt: (client) =>
          client.mergePatch(
            { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", namespace: confined, name: "baseline" },
            {},
          ),
        message: 'cannot patch resource "securitybaselines"',
      },
      {
        reason: "lifting its confinement",
        attempt: (client) =>
          client.delete({
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: "ValidatingAdmissionPolicyBinding",
            name: "securitybaseline-operator-roles",
          }),
        message: 'cannot delete resource "validatingadmissionpolicybindings"',
      },
    ];
    for (const { reason, attempt, message } of attempts) {
      it(`refused: ${reason}`, async () => {
        expect((await refusal(attempt(operator))).message).to.contain(message);
      });
    }
  });
});
