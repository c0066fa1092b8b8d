/** Proves that a stolen operator token lets nobody ask for, or decide about, emergency access whom no profile lists. */
import { expect } from "chai";
import type { AccessRule, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { BREAK_GLASS_NAMESPACE } from "../../support/break-glass.ts";
import { admin } from "../../support/cluster.ts";
import { applyAs, bindingOf, group, namespaceWith, operatorClient, RBAC, roleOf } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";
import { policiesKnow } from "../../support/server-caches.ts";

const GROUP = "securitybaseline.dev";
const OURS = (resource: string, ...verbs: string[]): AccessRule => ({ apiGroups: [GROUP], resources: [resource], verbs });

const REQUEST_RULES: readonly AccessRule[] = [
  OURS("breakglassrequests", "create", "get", "list", "watch"),
  OURS("breakglassdecisions", "create", "get", "list", "watch"),
  { ...OURS("breakglassprofiles", "use"), resourceNames: ["incident"] },
  OURS("securitybaselines", "get"),
];
const APPROVE_RULES: readonly AccessRule[] = [
  OURS("breakglassrequests", "get", "list", "watch"),
  OURS("breakglassdecisions", "create", "get", "list", "watch"),
  { ...OURS("breakglassprofiles", "approve", "revoke", "review"), resourceNames: ["incident"] },
  OURS("securitybaselines", "get"),
];

const STAND_IN_RULES: readonly AccessRule[] = APPROVE_RULES.with(2, {
  ...OURS("breakglassprofiles", "stand-in", "revoke", "review"),
  resourceNames: ["incident"],
});

const REQUEST = "break-glass-request-incident";
const APPROVE = "break-glass-approve-incident";
const STAND_IN = "break-glass-stand-in-incident";

const UNASKED = [
  { reason: "a profile that is not stated", name: "break-glass-request-other" },
  { reason: "a side that there is not", name: "break-glass-revoke-incident" },
  { reason: "stand-ins of a profile that has none", name: "break-glass-stand-in-outage" },
  { reason: "no profile", name: "break-glass-request-" },
] as const;

const INCIDENT: BreakGlassProfile = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 2, escalation: { after: "10m", groups: ["managers"] } },
  maxDuration: "30m",
  bypass: { allowed: true, groups: ["chiefs"], maxDuration: "15m" },
};
const NEITHER: BreakGlassProfile = {
  ...INCIDENT,
  name: "outage",
  approvers: { groups: ["leads"], required: 2 },
  bypass: { allowed: false, groups: ["chiefs"], maxDuration: "15m" },
};
const SPEC: SecurityBaselineSpec = { breakGlass: { profiles: [INCIDENT, NEITHER] } };

const NAMES = [REQUEST, APPROVE, STAND_IN, "break-glass-request-outage", ...UNASKED.map(({ name }) => name)];

async function removeFrom(namespace: string, kind: string, name: string): Promise<void> {
  const ref = { apiVersion: `${RBAC}/v1`, kind, namespace, name };
  if (await admin().find(ref)) await admin().delete(ref);
}

/** Before it asks a policy, the API server looks for the Role that a binding refers to. */
async function madeByOthers(namespace: string, name: string): Promise<void> {
  await admin().apply(roleOf(namespace, name, REQUEST_RULES, {}));
}

const OTHER_RULES = "refused a Role of emergency access with other rules";
const OTHER_ROLE = "refused a RoleBinding of emergency access to another role";
const OTHER_SUBJECTS = "refused a RoleBinding of emergency access to other subjects";
const UNASKED_ROLE = "refused a Role of emergency access that nothing asks for";
const UNASKED_BINDING = "refused a RoleBinding of emergency access that nothing asks for";

const CLUSTER = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "ClusterSecurityBaseline", name: "cluster" };

async function stateClusterPosture(spec: SecurityBaselineSpec): Promise<void> {
  const { name, ...type } = CLUSTER;
  await admin().apply({ ...type, metadata: { name }, spec });
  await policiesKnow(CLUSTER);
}

/** Where profiles are stated: the tables below hold in both places. */
const PLACES = [
  { place: "a namespace", posture: "SecurityBaseline", namespaceOf: () => namespaceWith(SPEC) },
  {
    place: "the break-glass namespace",
    posture: "ClusterSecurityBaseline",
    namespaceOf: async () => BREAK_GLASS_NAMESPACE,
  },
] as const;

const FORGED_ROLES: readonly { readonly reason: string; readonly name: string; readonly rules: readonly AccessRule[] }[] = [
  { reason: "who asks decides, too", name: REQUEST, rules: [...REQUEST_RULES, ...APPROVE_RULES] },
  { reason: "the rules of the other side", name: REQUEST, rules: APPROVE_RULES },
  {
    reason: "every profile, by leaving the name out",
    name: REQUEST,
    rules: REQUEST_RULES.with(2, OURS("breakglassprofiles", "use")),
  },
  {
    reason: "another profile beside it",
    name: REQUEST,
    rules: REQUEST_RULES.with(2, { ...OURS("breakglassprofiles", "use"), resourceNames: ["incident", "outage"] }),
  },
  {
    reason: "a verb more on the profile",
    name: REQUEST,
    rules: REQUEST_RULES.with(2, { ...OURS("breakglassprofiles", "use", "approve"), resourceNames: ["incident"] }),
  },
  { reason: "who stands in approves at once", name: STAND_IN, rules: APPROVE_RULES },
  {
    reason: "who stands in approves at once, too",
    name: STAND_IN,
    rules: APPROVE_RULES.with(2, { ...OURS("breakglassprofiles", "stand-in", "approve", "revoke", "review"), resourceNames: ["incident"] }),
  },
  { reason: "who approves stands in", name: APPROVE, rules: STAND_IN_RULES },
  {
    reason: "who stands in for the approvers of every profile",
    name: STAND_IN,
    rules: STAND_IN_RULES.with(2, OURS("breakglassprofiles", "stand-in")),
  },
  { reason: "fewer rules", name: APPROVE, rules: APPROVE_RULES.slice(1) },
  { reason: "no rules", name: APPROVE, rules: [] },
];

const FORGED_BINDINGS: readonly { readonly reason: string; readonly name: string; readonly subjects: readonly object[] }[] = [
  { reason: "a group of nobody's", name: REQUEST, subjects: [group("oncall"), group("others")] },
  { reason: "approvers as requesters", name: REQUEST, subjects: [group("leads")] },
  { reason: "stand-ins as approvers", name: APPROVE, subjects: [group("managers")] },
  { reason: "approvers as stand-ins", name: STAND_IN, subjects: [group("leads")] },
  { reason: "a group beside the stand-ins", name: STAND_IN, subjects: [group("managers"), group("others")] },
  { reason: "requesters as approvers", name: APPROVE, subjects: [group("oncall")] },
  { reason: "who may skip the approval as approver", name: APPROVE, subjects: [group("chiefs")] },
  { reason: "who could skip the approval, if it were allowed", name: "break-glass-request-outage", subjects: [group("chiefs")] },
  { reason: "a user of a group's name", name: REQUEST, subjects: [{ apiGroup: RBAC, kind: "User", name: "oncall" }] },
  { reason: "an account of the namespace", name: REQUEST, subjects: [{ kind: "ServiceAccount", namespace: "default", name: "default" }] },
];

describe("a stolen operator token and the Roles of emergency access", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClient();
    await stateClusterPosture(SPEC);
  });

  after(async () => {
    await admin().delete(CLUSTER);
    await policiesKnow(CLUSTER);
  });

  for (const { place, posture, namespaceOf } of PLACES) {
    describe(`in ${place}`, () => {
      let namespace: string;
      const role = (name: string, rules: readonly AccessRule[]): KubernetesObject => roleOf(namespace, name, rules);
      const binding = (name: string, subjects: readonly object[], roleRef = {}): KubernetesObject =>
        bindingOf(namespace, name, subjects, roleRef);

      before(async () => {
        namespace = await namespaceOf();
        await applyAs(operator, role(REQUEST, REQUEST_RULES));
        await madeByOthers(namespace, "break-glass-request-outage");
      });

      after(async () => {
        await Promise.all(NAMES.flatMap((name) => ["RoleBinding", "Role"].map((kind) => removeFrom(namespace, kind, name))));
      });

      it("are written as they are asked for", async () => {
        expect(await applyAs(operator, role(REQUEST, REQUEST_RULES))).to.have.deep.property("rules", REQUEST_RULES);
        expect(await applyAs(operator, role(APPROVE, APPROVE_RULES))).to.have.deep.property("rules", APPROVE_RULES);
        expect(await applyAs(operator, role(STAND_IN, STAND_IN_RULES))).to.have.deep.property("rules", STAND_IN_RULES);
        const standing = await applyAs(operator, binding(STAND_IN, [group("managers")]));
        expect(standing).to.have.deep.property("subjects", [group("managers")]);
        const asking = await applyAs(operator, binding(REQUEST, [group("chiefs"), group("oncall")]));
        expect(asking).to.have.deep.property("subjects", [group("chiefs"), group("oncall")]);
        expect(await applyAs(operator, binding(APPROVE, [group("leads")]))).to.have.deep.property("subjects", [group("leads")]);
      });

      for (const { reason, name, rules } of FORGED_ROLES) {
        it(`refused in the Role: ${reason}`, async () => {
          const failure = await refusal(applyAs(operator, role(name, rules)));
          expect(failure.message).to.contain(OTHER_RULES);
          expect(failure.status).to.equal(403);
        });
      }

      for (const { reason, name } of UNASKED) {
        it(`refused: ${reason}`, async () => {
          const failure = await refusal(applyAs(operator, role(name, REQUEST_RULES)));
          expect(failure.message).to.contain(UNASKED_ROLE).and.to.contain(`of the ${posture},`);
          await madeByOthers(namespace, name);
          expect((await refusal(applyAs(operator, binding(name, [group("oncall")])))).message).to.contain(UNASKED_BINDING);
        });
      }

      for (const { reason, name, subjects } of FORGED_BINDINGS) {
        it(`refused in the RoleBinding: ${reason}`, async () => {
          const failure = await refusal(applyAs(operator, binding(name, subjects)));
          expect(failure.message).to.contain(OTHER_SUBJECTS).and.to.contain(`in the ${posture} `);
          expect(failure.status).to.equal(403);
        });
      }

      it("refused in the RoleBinding: the role of the other side", async () => {
        // What a RoleBinding refers to never changes, so it has to be a new one.
        const failure = await refusal(applyAs(operator, binding("break-glass-request-outage", [group("oncall")], { name: APPROVE })));
        expect(failure.message).to.contain(OTHER_ROLE);
      });
    });
  }

  it("refused in the break-glass namespace: a role of people, which the posture of the cluster knows none of", async () => {
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
    expect((await refusal(applyAs(operator, roleOf(BREAK_GLASS_NAMESPACE, "reader", rules)))).message).to.contain(UNASKED_ROLE);
    await madeByOthers(BREAK_GLASS_NAMESPACE, "reader");
    const bound = await refusal(applyAs(operator, bindingOf(BREAK_GLASS_NAMESPACE, "reader", [group("oncall")])));
    expect(bound.message).to.contain(UNASKED_BINDING);
    await removeFrom(BREAK_GLASS_NAMESPACE, "Role", "reader");
  });

  const silent: readonly { readonly reason: string; readonly spec: SecurityBaselineSpec }[] = [
    { reason: "the section only reports", spec: { breakGlass: { ...SPEC.breakGlass, mode: "Report" } } },
    { reason: "the baseline only reports", spec: { ...SPEC, mode: "Report" } },
    { reason: "there is no profile", spec: { breakGlass: {} } },
    { reason: "there is no section", spec: {} },
    { reason: "a role of people has taken the name", spec: { access: { roles: [{ name: "app-viewer", groups: ["oncall"] }] } } },
  ];
  for (const { reason, spec } of silent) {
    it(`refused where ${reason}`, async () => {
      const namespace = await namespaceWith(spec);
      expect((await refusal(applyAs(operator, roleOf(namespace, REQUEST, REQUEST_RULES)))).message).to.contain(UNASKED_ROLE);
      await madeByOthers(namespace, REQUEST);
      expect((await refusal(applyAs(operator, bindingOf(namespace, REQUEST, [group("oncall")])))).message).to.contain(UNASKED_BINDING);
    });
  }

  describe("and ClusterRoleBindings", () => {
    const clusterBinding = (name: string, labels: Readonly<Record<string, string>>): KubernetesObject => ({
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name, labels },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "sb-incident-admin" },
      subjects: [group("oncall")],
    });
    const GRANT = { "securitybaseline.dev/break-glass": "grant" };
    const cases = [
      { reason: "no mark of a grant", name: "bg-0123456789-1790000000", labels: {} },
      { reason: "the label of what a baseline asks for", name: "mine", labels: { "securitybaseline.dev/control": "access" } },
      { reason: "the label of a grant under another name", name: "mine", labels: GRANT },
    ];
    for (const { reason, name, labels } of cases) {
      it(`refused: ${reason}`, async () => {
        // Created, as grants are: the operator has no right to patch one.
        const failure = await refusal(operator.create(clusterBinding(name, labels)));
        expect(failure.message).to.contain("ValidatingAdmissionPolicy").and.to.contain("refused");
        expect(failure.status).to.equal(403);
      });
    }

    it("refused: deleting one of others", async () => {
      const name = `others-${Date.now().toString(36)}`;
      await admin().create(clusterBinding(name, {}));
      const ref = { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", name };
      expect((await refusal(operator.delete(ref))).message).to.contain("refused a ClusterRoleBinding that is no grant of emergency access");
      await admin().delete(ref);
    });
  });
});
