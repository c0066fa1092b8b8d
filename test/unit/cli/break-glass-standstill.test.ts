/** Proves what `break-glass request --wait` says while nothing moves: what is missing, whom to ask, and what to do when the operator is down. */
import { expect } from "chai";
import { runRequest } from "../../../operator/cli/break-glass/request.ts";
import { captureIo, openStage, refusal } from "../../support/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { requestObject } from "../../support/request-objects.ts";
import type { Reply } from "../../support/scripted-server.ts";

const API = "/apis/securitybaseline.dev/v1alpha1/namespaces/payments";
const JANE = { status: 201, json: { status: { userInfo: { username: "jane", groups: ["oncall"] } } } };
const MISSING = "has 0 of 2 approvals by members of leads";
const ROLE = {
  baselineUID: "b1",
  profileHash: "f00d",
  role: "sb-incident-admin",
  roleUID: "r1",
  roleRulesHash: "beef",
  expiryGuarantee: "APIServer",
} as const;

const granted = (reason: string, message: string) =>
  [{ type: "Granted", status: "False", reason, message, lastTransitionTime: "" }] as const;
const NEW = requestObject("incident-aaaaa");
const PENDING = requestObject("incident-aaaaa", {
  status: { phase: "Pending", resolved: ROLE, approvals: { required: 2, received: 0 }, conditions: granted("AwaitingApproval", MISSING) },
});
const STAND_INS = `${MISSING}; members of managers stand in from 2026-11-23T10:10:00Z on`;
const STOOD_IN = { ...PENDING, status: { ...PENDING.status, conditions: granted("AwaitingApproval", STAND_INS) } };
const HEARD = {
  ...PENDING,
  status: { ...PENDING.status, decisions: [{ name: "d1", uid: "d1", decision: "Approve", approver: "lee", counts: false }] },
};
const BLOCKED = requestObject("incident-aaaaa", {
  status: {
    phase: "Approved",
    resolved: ROLE,
    approvals: { required: 2, received: 2 },
    conditions: granted("Obstacle", "nothing can be granted now: a policy is missing"),
  },
});
const LATER = requestObject("incident-aaaaa", {
  spec: { startTime: "2026-11-24T22:00:00Z" },
  status: { phase: "Approved", conditions: granted("Approved", "approved, and issued from 2026-11-24T22:00:00Z on") },
});
const UNRECORDED = requestObject("incident-aaaaa", {
  status: { conditions: granted("Obstacle", "not recorded yet: the ledger cannot be written") },
});
const DENIED = requestObject("incident-aaaaa", { status: { phase: "Denied", endReason: "Denied" } });

const decision = (uid: string, creationTimestamp: string, requestUID = "uid-incident-aaaaa") => ({
  metadata: { name: uid, uid, creationTimestamp },
  spec: { requestRef: { name: "incident-aaaaa", uid: requestUID }, decision: "Approve", approver: { username: "lee" } },
});
const decided = (...items: readonly object[]): Reply => ({ json: { metadata: {}, items } });

/** What is told from the standing on, `pauses` seconds after one another; then the request is denied. */
async function toldAfter(pauses: readonly number[], state: object, decisions: Reply = decided()): Promise<string> {
  const io = captureIo();
  const clock = new ManualClock();
  const event = (object: object): string => `${JSON.stringify({ type: "MODIFIED", object })}\n`;
  async function* changes() {
    yield event(state);
    await eventually("the standing is told", () => {
      if (io.printed.stderr.split("\n").length < 3) throw new Error(io.printed.stderr);
    });
    for (const pause of pauses) {
      await eventually("somebody waits for the clock", () => {
        if (clock.next === undefined) throw new Error("nobody waits");
      });
      await clock.advance(pause * 1000);
    }
    await eventually("the explanation is over", () => {
      if (clock.next === undefined) throw new Error("it is being looked up");
    });
    yield event(DENIED);
  }
  await using stage = await openStage({
    "POST /apis/authentication.k8s.io/v1/selfsubjectreviews": JANE,
    [`POST ${API}/breakglassrequests`]: { status: 201, json: NEW },
    [`GET ${API}/breakglassrequests`]: () => ({ chunks: changes(), finish: "stall" }),
    [`GET ${API}/breakglassdecisions`]: decisions,
  });
  const asked = { profile: "incident", for: "30m", reason: "checkout answers 500 since the last rollout", wait: true };
  await runRequest({ kubeconfig: stage.kubeconfig, output: "text", ...asked, clock }, io);
  return io.printed.stderr.split("\n").slice(2, -2).join("\n");
}

const APPROVE = `still Pending: ${MISSING}; an approver runs: securitybaseline break-glass approve incident-aaaaa -n payments`;
const OFFLINE =
  "If it stays so, call a custodian, who makes the access by hand with: securitybaseline break-glass offline -n payments " +
  '--role ROLE --user jane --for 30m (see "The operator is down" in docs/break-glass-runbook.md)';

describe("break-glass request --wait, while nothing moves", () => {
  const cases: readonly { reason: string; state: object; pauses: readonly number[]; decisions?: Reply; told: string }[] = [
    { reason: "says nothing before ten seconds are over", state: PENDING, pauses: [9], told: "" },
    { reason: "says whose approval is missing, and how they give it", state: PENDING, pauses: [10], told: APPROVE },
    {
      reason: "says whom else to ask, and from when on",
      state: STOOD_IN,
      pauses: [10],
      told: `still Pending: ${STAND_INS}; an approver runs: securitybaseline break-glass approve incident-aaaaa -n payments`,
    },
    { reason: "does not repeat itself", state: PENDING, pauses: [10, 30, 30], told: APPROVE },
    {
      reason: "says that the operator does not answer where nothing ever came of the request",
      state: NEW,
      pauses: [10],
      told: `the operator does not seem to answer: nothing has looked at this request. ${OFFLINE}`,
    },
    {
      reason: "says so, too, where a decision goes unheard",
      state: PENDING,
      pauses: [10],
      decisions: decided(decision("d1", "2026-11-23T09:59:40Z")),
      told: `the operator does not seem to answer: somebody decided, and nothing happens. ${OFFLINE.replace("ROLE", "sb-incident-admin")}`,
    },
    {
      reason: "gives the operator time to hear a decision",
      state: PENDING,
      pauses: [10],
      decisions: decided(decision("d1", "2026-11-23T09:59:59Z")),
      told: APPROVE,
    },
    {
      reason: "does not mind decisions that were heard",
      state: HEARD,
      pauses: [10],
      decisions: decided(decision("d1", "2026-11-23T09:59:40Z")),
      told: APPROVE,
    },
    {
      reason: "does not mind decisions about other requests",
      state: PENDING,
      pauses: [10],
      decisions: decided(decision("d1", "2026-11-23T09:59:40Z", "uid-of-another")),
      told: APPROVE,
    },
    {
      reason: "goes on where decisions may not be listed",
      state: PENDING,
      pauses: [10],
      decisions: refusal(403, "Forbidden", "no"),
      told: APPROVE,
    },
    {
      reason: "lets go of whoever waits for what begins later",
      state: LATER,
      pauses: [10],
      told: "still Approved: approved, and issued from 2026-11-24T22:00:00Z on; nobody has to wait for it here",
    },
    {
      reason: "says why a request cannot be recorded, and not that nobody answers",
      state: UNRECORDED,
      pauses: [10],
      told: 'still New: not recorded yet: the ledger cannot be written; see "It does not become Active" in docs/break-glass-runbook.md',
    },
    {
      reason: "says what is in the way of an approved request, and where to read on",
      state: BLOCKED,
      pauses: [10],
      told: 'still Approved: nothing can be granted now: a policy is missing; see "It does not become Active" in docs/break-glass-runbook.md',
    },
  ];
  for (const { reason, state, pauses, decisions, told } of cases) {
    it(reason, async () => expect(await toldAfter(pauses, state, decisions)).to.equal(told));
  }
});
