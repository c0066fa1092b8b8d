/** Proves what the API server lets people decide: in their own name, about profiles of theirs, and never about a request of their own. */
import { expect } from "chai";
import type { DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admin, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { person } from "../../support/people.ts";
import {
  API_VERSION,
  attempt,
  BG,
  decisionOn,
  grantNameIn,
  mighty,
  NO_PARAMS,
  OPERATOR,
  policedNamespace,
  policyRefusal,
  requestOf,
} from "../../support/policed.ts";
import { policiesKnow } from "../../support/server-caches.ts";

const OWN = "nobody approves, denies or reviews a request of their own";

describe("policies on decisions", () => {
  let namespace: string;
  let request: KubernetesObject;

  const known = ({ metadata: { name = "" } = {} }: KubernetesObject) =>
    policiesKnow({ apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name });

  before(async () => {
    await installOperatorManifests();
    namespace = await policedNamespace();
    const early = decisionOn({ metadata: { namespace, name: "checkout", uid: "none" } }, "lea");
    expect(await policyRefusal(attempt(mighty("lea"), early))).to.contain(NO_PARAMS);
    request = await impersonate("jane", "oncall").create(requestOf(namespace, "jane", {}, { name: "first" }));
    // Others that the policies have to tell apart from the first.
    await mighty("mia").create(requestOf(namespace, "mia", { profile: "database" }, { name: "second" }));
    await known(await mighty("lea").create(requestOf(namespace, "lea", {}, { name: "third" })));
    await known(request);
  });

  describe("allowed", () => {
    const allowed: { reason: string; user?: string; groups?: string[]; decision: DecisionKind }[] = [
      { reason: "an approver approves", decision: "Approve" },
      { reason: "an approver denies", decision: "Deny" },
      { reason: "an approver revokes", decision: "Revoke" },
      { reason: "an approver reviews", decision: "Review" },
      { reason: "the requester withdraws", user: "jane", groups: ["oncall"], decision: "Withdraw" },
      { reason: "an approver revokes what they asked for themselves", user: "jane", groups: ["leads"], decision: "Revoke" },
    ];
    for (const { reason, user = "lea", groups = ["leads"], decision } of allowed) {
      it(reason, async () => {
        const made = await attempt(impersonate(user, ...groups), decisionOn(request, user, { decision }));
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
      { reason: "approving one's own request", user: "jane", groups: ["leads"], message: OWN },
      { reason: "denying one's own request", user: "jane", groups: ["leads"], decision: "Deny", message: OWN },
      { reason: "reviewing one's own request", user: "jane", groups: ["leads"], decision: "Review", message: OWN },
      {
        reason: "withdrawing what somebody else asked for",
        decision: "Withdraw",
        message: "only who made the request may withdraw it",
      },
      {
        reason: "approving as somebody who only may ask",
        user: "max",
        groups: ["oncall"],
        message: "you may not approve",
      },
      {
        reason: "revoking as somebody who only may ask",
        user: "max",
        groups: ["oncall"],
        decision: "Revoke",
        message: 'you may not revoke requests for the profile "incident" here',
      },
      {
        reason: "reviewing as somebody who only may ask",
        user: "max",
        groups: ["oncall"],
        decision: "Review",
        message: 'you may not review requests for the profile "incident" here',
      },
      {
        reason: "a uid of another request",
        spec: { requestRef: { name: "first", uid: "00000000-0000-0000-0000-000000000000" } },
        message: "the request of this name is another one by now",
      },
    ];
    for (const { reason, user = "lea", groups = ["leads"], decision = "Approve", spec, message } of refused) {
      it(reason, async () => {
        const made = decisionOn(request, user, { decision, ...spec });
        expect(await policyRefusal(attempt(impersonate(user, ...groups), made))).to.contain(message);
      });
    }

    it("approving one's own request as a member of system:masters", async () => {
      expect(await policyRefusal(attempt(mighty("jane"), decisionOn(request, "jane")))).to.contain(OWN);
    });

    it("approving one's own request under another name, where the uid is the same", async () => {
      const asked = await person("jane", ["oncall"], "uid-7");
      const requester = { username: "jane", uid: "uid-7" };
      const made = await asked.client.create<KubernetesObject>(requestOf(namespace, "jane", { requester }, { name: "with-uid" }));
      await known(made);
      const { client } = await person("jane.new", ["leads"], "uid-7");
      const approver = { username: "jane.new", uid: "uid-7" };
      expect(await policyRefusal(attempt(client, decisionOn(made, "jane.new", { approver })))).to.contain(OWN);
      const other = await person("lea", ["leads"], "uid-8");
      await attempt(other.client, decisionOn(made, "lea", { approver: { username: "lea", uid: "uid-8" } }));
    });

    it("approving what no request is known of, by somebody who may approve nothing here", async () => {
      const unknown = { metadata: { namespace, name: "not-seen-yet", uid: "11111111-0000-0000-0000-000000000000" } };
      const message = await policyRefusal(attempt(impersonate("max", "oncall"), decisionOn(unknown, "max")));
      expect(message).to.contain("you may not approve or deny in this namespace");
    });

    for (const user of [OPERATOR, `system:serviceaccount:${BG}:${grantNameIn(900)}`]) {
      it(`any decision by ${user.split(":").at(-2)}`, async () => {
        const message = await policyRefusal(attempt(mighty(user), decisionOn(request, user)));
        // What emergency access does is judged by another policy as well, and either may answer.
        expect(message).to.match(
          /refused a decision by the operator or by emergency access itself|refused emergency access without a token/,
        );
      });
    }

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
