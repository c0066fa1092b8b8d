/** Proves what the API server lets people decide: in their own name, and about profiles in which they have a say. */
import { expect } from "chai";
import type { DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admin, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import {
  API_VERSION,
  attempt,
  BG,
  decisionOn,
  grantNameIn,
  mighty,
  OPERATOR,
  policedNamespace,
  policyRefusal,
  requestOf,
} from "../../support/policed.ts";
import { refusal } from "../../support/refusal.ts";

describe("policies on decisions", () => {
  let namespace: string;
  let request: KubernetesObject;

  before(async () => {
    await installOperatorManifests();
    namespace = await policedNamespace();
    request = await impersonate("jane", "oncall").create(requestOf(namespace, "jane", {}, { name: "first" }));
  });

  describe("allowed", () => {
    const allowed: { reason: string; user?: string; groups?: string[]; decision: DecisionKind; spec?: object }[] = [
      { reason: "an approver approves", decision: "Approve" },
      { reason: "an approver denies", decision: "Deny" },
      { reason: "an approver revokes", decision: "Revoke" },
      { reason: "an approver reviews", decision: "Review" },
      { reason: "the requester withdraws", user: "jane", groups: ["oncall"], decision: "Withdraw" },
      { reason: "an approver revokes what they asked for themselves", user: "jane", groups: ["leads"], decision: "Revoke" },
      ...(["Approve", "Deny"] as const).map((decision) => ({
        reason: `a stand-in decides as one: ${decision}`,
        groups: ["managers"],
        decision,
        spec: { standIn: true },
      })),
      ...(["Revoke", "Review"] as const).map((decision) => ({
        reason: `a stand-in decides in their own right: ${decision}`,
        groups: ["managers"],
        decision,
      })),
      { reason: "an approver says that they stand in for nobody", decision: "Approve", spec: { standIn: false } },
      { reason: "an approver approves who may ask as well", groups: ["leads", "oncall"], decision: "Approve" },
    ];
    for (const { reason, user = "lea", groups = ["leads"], decision, spec } of allowed) {
      it(reason, async () => {
        const made = await attempt(impersonate(user, ...groups), decisionOn(request, user, { decision, ...spec }));
        expect(made).to.have.nested.property("spec.decision", decision);
      });
    }
  });

  describe("refused", () => {
    const refused: { reason: string; user?: string; groups?: string[]; decision?: DecisionKind; spec?: object; message: string }[] = [
      {
        reason: "the name of somebody else",
        spec: { approver: { username: "max" } },
        message: 'spec.approver must be the sender: set its username to "lea" and leave out its uid',
      },
      { reason: "no name", spec: { approver: undefined }, message: "spec.approver must be the sender" },
      ...(
        [
          ["Approve", "approve"],
          ["Deny", "approve"],
          ["Revoke", "revoke"],
          ["Review", "review"],
        ] as const
      ).map(([decision, verb]) => ({
        reason: `${decision} by somebody who only may ask`,
        user: "max",
        groups: ["oncall"],
        decision,
        message: `you may not ${verb} requests for the profile "incident" here: ask to be added to its approvers in the baseline`,
      })),
      ...(["Approve", "Deny"] as const).map((decision) => ({
        reason: `${decision} by a stand-in who does not say so: the one right is not the other`,
        groups: ["managers"],
        decision,
        message: "you stand in for the approvers of this profile, and are none of them: set spec.standIn",
      })),
      ...(["Approve", "Deny"] as const).map((decision) => ({
        reason: `${decision} as a stand-in by an approver who is none`,
        decision,
        spec: { standIn: true },
        message: `you may not stand in for the approvers of the profile "incident" here: ask to be added to its approvers.escalation in the baseline, or remove spec.standIn`,
      })),
      {
        reason: "standing in by somebody who only may ask",
        user: "max",
        groups: ["oncall"],
        spec: { standIn: true },
        message: 'you may not stand in for the approvers of the profile "incident" here',
      },
      {
        reason: "standing in for the approvers of another profile",
        groups: ["managers"],
        spec: { standIn: true, profile: "database" },
        message: 'you may not stand in for the approvers of the profile "database" here',
      },
      {
        reason: "withdrawing as somebody who may not ask",
        decision: "Withdraw",
        message: 'you may not use the profile "incident" here: ask to be added to its requesters in the baseline',
      },
      {
        reason: "a say in one profile, and the name of another",
        groups: ["dba-leads"],
        message: 'you may not approve requests for the profile "incident" here',
      },
      {
        reason: "a profile that is not there",
        spec: { profile: "unheard-of" },
        message: 'you may not approve requests for the profile "unheard-of" here',
      },
    ];
    for (const { reason, user = "lea", groups = ["leads"], decision = "Approve", spec, message } of refused) {
      it(reason, async () => {
        const made = decisionOn(request, user, { decision, ...spec });
        expect(await policyRefusal(attempt(impersonate(user, ...groups), made))).to.contain(message);
      });
    }

    for (const user of [OPERATOR, `system:serviceaccount:${BG}:${grantNameIn(900)}`]) {
      it(`any decision by ${user.split(":").at(-2)}`, async () => {
        const message = await policyRefusal(attempt(mighty(user), decisionOn(request, user)));
        // What emergency access does is judged by another policy as well, and either may answer.
        expect(message).to.match(
          /refused a decision by the operator or by emergency access itself|refused emergency access without a token/,
        );
      });
    }

    it("standing in to revoke, by the schema", async () => {
      const made = decisionOn(request, "mona", { decision: "Revoke", standIn: true });
      const { status, message } = await refusal(attempt(impersonate("mona", "managers"), made));
      expect(status).to.equal(422);
      expect(message).to.contain("stand-ins approve and deny, and do all else in their own right: remove `standIn`");
    });

    it("finalizers and owners", async () => {
      const made = decisionOn(request, "lea", {}, { finalizers: ["x.io/stay"] });
      expect(await policyRefusal(attempt(mighty("lea"), made))).to.contain("refused finalizers and owners");
    });
  });

  describe("afterwards", () => {
    const ref = () => ({ apiVersion: API_VERSION, kind: "BreakGlassDecision", namespace, name: "my-decision" });

    before(() => mighty("lea").create(decisionOn(request, "lea")));

    for (const patch of [{ labels: { x: "y" } }, { annotations: { x: "y" } }, { finalizers: ["x.io/stay"] }]) {
      it(`refused: changing ${Object.keys(patch)[0]}`, async () => {
        expect(await policyRefusal(admin().mergePatch(ref(), { metadata: patch }))).to.contain(
          "a decision cannot be changed: make another",
        );
      });
    }

    it("allowed: deletion in the foreground, which takes a finalizer away", async () => {
      await admin().send({ method: "DELETE", path: `${await admin().path(ref())}?propagationPolicy=Foreground` });
      await eventually("the decision is gone", async () => (await admin().find(ref())) === undefined);
    });
  });
});
