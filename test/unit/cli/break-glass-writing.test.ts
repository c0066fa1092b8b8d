/** Proves what `break-glass request` and the decisions send to the API server, what they refuse, and what they tell. */
import { expect } from "chai";
import type { DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import { type DecideOptions, runDecide } from "../../../operator/cli/break-glass/decide.ts";
import { type RequestOptions, runRequest } from "../../../operator/cli/break-glass/request.ts";
import { type Answers, captureIo, openStage, refusal } from "../../support/command-line.ts";
import { requestObject } from "../../support/request-objects.ts";

const API = "/apis/securitybaseline.dev/v1alpha1/namespaces/payments";
const WHO = "POST /apis/authentication.k8s.io/v1/selfsubjectreviews";
const CREATE = `POST ${API}/breakglassrequests`;
const WATCH = `GET ${API}/breakglassrequests`;
const DECIDE = `POST ${API}/breakglassdecisions`;
const GET = `GET ${API}/breakglassrequests/incident-aaaaa`;

const REASON = "checkout answers 500 since the last rollout";
const JANE = { status: 201, json: { status: { userInfo: { username: "jane", groups: ["oncall"] } } } };
const LEE = { status: 201, json: { status: { userInfo: { username: "lee", uid: "u-lee", groups: ["leads"] } } } };
const CREATED = requestObject("incident-aaaaa");
const RESOLVED = {
  baselineUID: "b1",
  profileHash: "f00d",
  role: "sb-incident-admin",
  roleUID: "r1",
  roleRulesHash: "beef",
  expiryGuarantee: "APIServer",
} as const;
const UNBOUNDED = { ...RESOLVED, role: "cluster-admin", unbounded: true };
const granted = (message: string) => [
  { type: "Granted", status: "False", reason: "Pending", message, lastTransitionTime: "2026-11-23T10:00:00Z" } as const,
];
const PENDING = requestObject("incident-aaaaa", {
  status: { phase: "Pending", resolved: RESOLVED, conditions: granted("0 of 1 approvals") },
});
const ACTIVE = requestObject("incident-aaaaa", { status: { phase: "Active", resolved: RESOLVED, deadline: "2026-11-23T10:30:00Z" } });
const DENIED = requestObject("incident-aaaaa", { status: { phase: "Denied", resolved: RESOLVED, endReason: "Denied" } });

const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly sent: readonly unknown[];
}

async function request(answers: Answers, options: Partial<RequestOptions> = {}): Promise<Run> {
  await using stage = await openStage({ [WHO]: JANE, ...answers });
  const io = captureIo();
  const base = { kubeconfig: stage.kubeconfig, output: "text" as const, profile: "incident", for: "30m", reason: REASON };
  const code = await runRequest({ ...base, ...options }, io);
  return { code, ...io.printed, sent: stage.bodies(CREATE) };
}

describe("break-glass request", () => {
  it("asks in the name of the caller, and prints the name that the server chose", async () => {
    const { code, stdout, stderr, sent } = await request({ [CREATE]: { status: 201, json: CREATED } });
    expect({ code, stdout, stderr }).to.deep.equal({
      code: 0,
      stdout: "incident-aaaaa\n",
      stderr: "asked for: incident-aaaaa in namespace payments\n",
    });
    expect(sent).to.deep.equal([
      {
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "BreakGlassRequest",
        metadata: { namespace: "payments", generateName: "incident-" },
        spec: { profile: "incident", duration: "30m", reason: REASON, requester: { username: "jane" } },
      },
    ]);
  });

  it("passes on everything that was said, the uid of the user and of the extended request among it", async () => {
    const answers = { [WHO]: LEE, [CREATE]: { status: 201, json: CREATED }, [GET]: { json: ACTIVE } };
    const said = { name: "mine", ticket: "INC-1", bypass: true, startAt: "2026-11-24T22:00:00Z", drill: true, extends: "incident-aaaaa" };
    const { sent } = await request(answers, said);
    expect(sent).to.deep.equal([
      {
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "BreakGlassRequest",
        metadata: { namespace: "payments", name: "mine" },
        spec: {
          profile: "incident",
          duration: "30m",
          reason: REASON,
          requester: { username: "lee", uid: "u-lee" },
          ticket: "INC-1",
          bypass: true,
          startTime: "2026-11-24T22:00:00Z",
          drill: true,
          extends: { name: "incident-aaaaa", uid: "uid-incident-aaaaa" },
        },
      },
    ]);
  });

  it("asks for nothing when the request to extend is not there", async () => {
    const { code, stderr, sent } = await request(
      { [GET]: refusal(404, "NotFound", 'breakglassrequests "incident-aaaaa" not found') },
      { extends: "incident-aaaaa" },
    );
    expect({ code, stderr, sent }).to.deep.equal({
      code: 2,
      stderr:
        "securitybaseline: there is no request incident-aaaaa in namespace payments: " +
        "look for it with securitybaseline break-glass list -n payments --all\n",
      sent: [],
    });
  });

  it("waits by a watch, tells each change once, and says how to use the access", async () => {
    const chunks = [event("MODIFIED", PENDING), event("MODIFIED", PENDING), event("MODIFIED", ACTIVE)];
    const answers = { [CREATE]: { status: 201, json: CREATED }, [WATCH]: { chunks, finish: "stall" as const } };
    const { code, stdout, stderr } = await request(answers, { wait: true });
    expect(stderr).to.equal("asked for: incident-aaaaa in namespace payments\nPending: 0 of 1 approvals\nActive\n");
    expect(stdout).to.equal(
      "incident-aaaaa\n" +
        "  until 2026-11-23T10:30:00Z, as ClusterRole sb-incident-admin:\n" +
        "  securitybaseline break-glass credential incident-aaaaa -n payments --print-kubeconfig > incident-aaaaa.kubeconfig\n" +
        "  kubectl --kubeconfig incident-aaaaa.kubeconfig get pods\n",
    );
    expect(code).to.equal(0);
  });

  it("says of access that can make itself permanent that it can", async () => {
    const active = requestObject("incident-aaaaa", { status: { ...ACTIVE.status, resolved: UNBOUNDED } });
    const answers = {
      [CREATE]: { status: 201, json: CREATED },
      [WATCH]: { chunks: [event("MODIFIED", active)], finish: "stall" as const },
    };
    const { stdout } = await request(answers, { wait: true });
    expect(stdout).to.match(/^ {2}mind that a grant of the ClusterRole "cluster-admin" can make itself permanent$/m);
  });

  it("ends with 1 when its turn did not come in time", async () => {
    const status = { endedAt: "2026-11-23T10:30:00Z", endReason: "TooManyOpen", conditions: granted("its time was up") };
    const chunks = [event("MODIFIED", requestObject("incident-aaaaa", { status }))];
    const answers = { [CREATE]: { status: 201, json: CREATED }, [WATCH]: { chunks, finish: "stall" as const } };
    const { code, stderr } = await request(answers, { wait: true });
    expect(code).to.equal(1);
    expect(stderr).to.match(/\nOver: its time was up\n$/);
  });

  it("ends with 1 when there will be no access", async () => {
    const chunks = [event("MODIFIED", DENIED)];
    const answers = { [CREATE]: { status: 201, json: CREATED }, [WATCH]: { chunks, finish: "stall" as const } };
    const { code, stdout, stderr } = await request(answers, { wait: true });
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "incident-aaaaa\n" });
    expect(stderr).to.match(/\nDenied: Denied\n$/);
  });

  const interruptions: readonly { reason: string; first: Parameters<typeof event>; status?: number }[] = [
    { reason: "the server ends the watch", first: ["MODIFIED", PENDING] },
    { reason: "its position is too old", first: ["ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" }] },
  ];
  for (const { reason, first } of interruptions) {
    it(`looks again and goes on when ${reason}`, async () => {
      let watches = 0;
      const watch = () => {
        watches += 1;
        return watches === 1 ? { chunks: [event(...first)] } : { chunks: [event("MODIFIED", ACTIVE)], finish: "stall" as const };
      };
      const { code } = await request(
        { [CREATE]: { status: 201, json: CREATED }, [WATCH]: watch, [GET]: { json: PENDING } },
        { wait: true },
      );
      expect({ code, watches }).to.deep.equal({ code: 0, watches: 2 });
    });
  }

  it("stops waiting when somebody deletes the request", async () => {
    const chunks = [event("DELETED", CREATED)];
    const answers = { [CREATE]: { status: 201, json: CREATED }, [WATCH]: { chunks, finish: "stall" as const } };
    const { code, stderr } = await request(answers, { wait: true });
    expect(code).to.equal(2);
    expect(stderr).to.match(/\nsecuritybaseline: incident-aaaaa was deleted\n$/);
  });

  it("does not take a new request of the same name for the one that it waits for", async () => {
    const other = { ...ACTIVE, metadata: { ...ACTIVE.metadata, uid: "another" } };
    const answers = { [CREATE]: { status: 201, json: CREATED }, [WATCH]: { chunks: [] }, [GET]: { json: other } };
    expect((await request(answers, { wait: true })).code).to.equal(2);
  });

  it("prints the object for programs", async () => {
    const { stdout, stderr } = await request({ [CREATE]: { status: 201, json: CREATED } }, { output: "json" });
    expect(JSON.parse(stdout)).to.deep.equal(CREATED);
    expect(stderr).to.equal("");
  });
});

async function decide(decision: DecisionKind, answers: Answers, options: Partial<DecideOptions> = {}): Promise<Run> {
  await using stage = await openStage({
    [WHO]: LEE,
    [GET]: { json: PENDING },
    [DECIDE]: { status: 201, json: { made: true } },
    ...answers,
  });
  const io = captureIo();
  const base = { kubeconfig: stage.kubeconfig, output: "text" as const, breakGlassNamespace: "securitybaseline-breakglass" };
  const code = await runDecide(decision, { ...base, name: "incident-aaaaa", ...options }, io);
  return { code, ...io.printed, sent: stage.bodies(DECIDE) };
}

describe("a decision", () => {
  it("names request, caller and profile, and says once more who asked for what", async () => {
    const { code, stdout, sent } = await decide("Approve", {}, { for: "20m", comment: "go ahead" });
    expect({ code, stdout }).to.deep.equal({
      code: 0,
      stdout: "approved: incident-aaaaa of jane (profile incident, 30m, namespace payments)\n",
    });
    expect(sent).to.deep.equal([
      {
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "BreakGlassDecision",
        metadata: { namespace: "payments", generateName: "incident-aaaaa-" },
        spec: {
          requestRef: { name: "incident-aaaaa", uid: "uid-incident-aaaaa" },
          profile: "incident",
          decision: "Approve",
          approver: { username: "lee", uid: "u-lee" },
          profileHash: "f00d",
          maxDuration: "20m",
          comment: "go ahead",
        },
      },
    ]);
  });

  const pointless: readonly { reason: string; answers: Answers; stderr: string }[] = [
    {
      reason: "one's own request",
      answers: { [WHO]: JANE },
      stderr: "incident-aaaaa is your own request: somebody else has to approve it",
    },
    {
      reason: "a request of oneself under another name",
      answers: { [GET]: { json: requestObject("incident-aaaaa", { spec: { requester: { username: "lee-admin", uid: "u-lee" } } }) } },
      stderr: "incident-aaaaa is your own request: somebody else has to approve it",
    },
    {
      reason: "what the operator has not looked at",
      answers: { [GET]: { json: CREATED } },
      stderr: "the operator has not looked at incident-aaaaa yet: try again in a moment",
    },
    {
      reason: "what cannot be recorded",
      answers: {
        [GET]: { json: requestObject("incident-aaaaa", { status: { conditions: granted("not recorded yet: the ledger is full") } }) },
      },
      stderr: "incident-aaaaa cannot be approved: not recorded yet: the ledger is full",
    },
    {
      reason: "what waits for its turn",
      answers: { [GET]: { json: requestObject("incident-aaaaa", { status: { conditions: granted("waits for its turn") } }) } },
      stderr: "incident-aaaaa cannot be approved: waits for its turn",
    },
    {
      reason: "what is over",
      answers: { [GET]: { json: DENIED } },
      stderr: "incident-aaaaa is Denied: only a pending request can be approved",
    },
  ];
  for (const { reason, answers, stderr } of pointless) {
    it(`to approve ${reason} is not sent`, async () => {
      const { code, sent, ...printed } = await decide("Approve", answers);
      expect({ code, sent, stderr: printed.stderr }).to.deep.equal({ code: 2, sent: [], stderr: `securitybaseline: ${stderr}\n` });
    });
  }

  const forOthers: readonly { decision: DecisionKind; answers: Answers; stderr: string }[] = [
    { decision: "Deny", answers: { [WHO]: JANE }, stderr: "incident-aaaaa is your own request: somebody else has to deny it" },
    {
      decision: "Review",
      answers: { [WHO]: JANE, [GET]: { json: DENIED } },
      stderr: "incident-aaaaa is your own request: somebody else has to review it",
    },
    {
      decision: "Withdraw",
      answers: {},
      stderr: "incident-aaaaa is not your own request: only who made it withdraws it; revoke or deny it instead",
    },
  ];
  for (const { decision, answers, stderr } of forOthers) {
    it(`to ${decision} is not sent by whom it is not for`, async () => {
      const { code, sent, ...printed } = await decide(decision, answers);
      expect({ code, sent, stderr: printed.stderr }).to.deep.equal({ code: 2, sent: [], stderr: `securitybaseline: ${stderr}\n` });
    });
  }

  const others: readonly { decision: DecisionKind; answers: Answers; stdout: string }[] = [
    { decision: "Deny", answers: {}, stdout: "denied: " },
    { decision: "Revoke", answers: { [GET]: { json: ACTIVE } }, stdout: "revoked: " },
    { decision: "Withdraw", answers: { [WHO]: JANE, [GET]: { json: CREATED } }, stdout: "withdrawn: " },
    { decision: "Review", answers: { [GET]: { json: DENIED } }, stdout: "reviewed: " },
  ];
  for (const { decision, answers, stdout } of others) {
    it(`to ${decision} is sent whatever the request looks like`, async () => {
      const run = await decide(decision, answers);
      expect(run.code).to.equal(0);
      expect(run.stdout).to.equal(`${stdout}incident-aaaaa of jane (profile incident, 30m, namespace payments)\n`);
      expect(run.sent).to.have.length(1).and.have.nested.property("0.spec.decision", decision);
    });
  }

  describe("by somebody who may stand in", () => {
    const ACCESS = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const STOOD_IN = requestObject("incident-aaaaa", { status: { ...PENDING.status, escalatesAt: "2026-11-23T10:10:00Z" } });
    const may =
      (...verbs: readonly string[]): Answers[string] =>
      ({ body }) => {
        const { resourceAttributes } = (JSON.parse(body) as { spec: { resourceAttributes: Record<string, string> } }).spec;
        const { verb = "", ...resource } = resourceAttributes;
        const about = { namespace: "payments", group: "securitybaseline.dev", resource: "breakglassprofiles", name: "incident" };
        expect(resource).to.deep.equal(about);
        return { status: 201, json: { status: { allowed: verbs.includes(verb) } } };
      };
    const WHOM = "incident-aaaaa of jane (profile incident, 30m, namespace payments)";
    const LATER = "it counts from 2026-11-23T10:10:00Z on, if the approvers have not decided by then";
    /** It is 10:00:00. */
    const escalating = (escalatesAt: string): Answers => ({
      [GET]: { json: requestObject("incident-aaaaa", { status: { ...PENDING.status, escalatesAt } }) },
    });

    const cases: readonly { reason: string; decision: DecisionKind; answers: Answers; standIn: true | undefined; stdout: string }[] = [
      {
        reason: "says so, and from when on it counts",
        decision: "Approve",
        answers: { [ACCESS]: may("stand-in"), [GET]: { json: STOOD_IN } },
        standIn: true,
        stdout: `approved, as a stand-in: ${WHOM}; ${LATER}`,
      },
      {
        reason: "does the same to deny",
        decision: "Deny",
        answers: { [ACCESS]: may("stand-in"), [GET]: { json: STOOD_IN } },
        standIn: true,
        stdout: `denied, as a stand-in: ${WHOM}; ${LATER}`,
      },
      {
        reason: "says nothing of the time once it has come",
        decision: "Approve",
        answers: { [ACCESS]: may("stand-in"), ...escalating("2026-11-23T10:00:00Z") },
        standIn: true,
        stdout: `approved, as a stand-in: ${WHOM}`,
      },
      {
        reason: "decides as an approver where they are one as well",
        decision: "Approve",
        answers: { [ACCESS]: may("approve", "stand-in"), [GET]: { json: STOOD_IN } },
        standIn: undefined,
        stdout: `approved: ${WHOM}`,
      },
      {
        reason: "sends what an approver would where they are neither, and lets the API server judge",
        decision: "Approve",
        answers: { [ACCESS]: may(), [GET]: { json: STOOD_IN } },
        standIn: undefined,
        stdout: `approved: ${WHOM}`,
      },
      {
        reason: "does not ask where the profile has no stand-ins",
        decision: "Approve",
        answers: { [ACCESS]: refusal(500, "InternalError", "not asked"), [GET]: { json: PENDING } },
        standIn: undefined,
        stdout: `approved: ${WHOM}`,
      },
      {
        reason: "denies what the operator has not looked at yet",
        decision: "Deny",
        answers: { [ACCESS]: may("stand-in"), [GET]: { json: CREATED } },
        standIn: true,
        stdout: `denied, as a stand-in: ${WHOM}; it counts once the approvers have not answered for as long as the profile says`,
      },
      {
        reason: "revokes in their own right",
        decision: "Revoke",
        answers: { [ACCESS]: refusal(500, "InternalError", "not asked"), [GET]: { json: STOOD_IN } },
        standIn: undefined,
        stdout: `revoked: ${WHOM}`,
      },
    ];
    for (const { reason, decision, answers, standIn, stdout } of cases) {
      it(reason, async () => {
        const run = await decide(decision, answers);
        expect({ code: run.code, stdout: run.stdout, stderr: run.stderr }).to.deep.equal({ code: 0, stdout: `${stdout}\n`, stderr: "" });
        expect((run.sent[0] as { spec: { standIn?: boolean } }).spec.standIn).to.equal(standIn);
      });
    }
  });

  it("that the server refuses is told in its words", async () => {
    const message = "breakglassdecisions is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: you are no approver";
    const { code, stdout, stderr } = await decide("Deny", { [DECIDE]: refusal(403, "Forbidden", message) });
    expect({ code, stdout, stderr }).to.deep.equal({ code: 2, stdout: "", stderr: "securitybaseline: you are no approver\n" });
  });
});
