/** Proves what `break-glass show` tells of a request, and that `approve` tells the same and asks before it approves, where a person sits. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { BreakGlassRequestStatus } from "../../../operator/api/break-glass-request.ts";
import { profileHash, rulesHash } from "../../../operator/breakglass/profiles.ts";
import { suppliedRoles } from "../../../operator/breakglass/supplied-roles.ts";
import { runDecide } from "../../../operator/cli/break-glass/decide.ts";
import { runShow } from "../../../operator/cli/break-glass/show.ts";
import { type Answers, captureIo, openStage, refusal } from "../../support/command-line.ts";
import { requestObject } from "../../support/request-objects.ts";

const API = "/apis/securitybaseline.dev/v1alpha1/namespaces/payments";
const GET = `GET ${API}/breakglassrequests/incident-aaaaa`;
const DECISIONS = `GET ${API}/breakglassdecisions`;
const DECIDE = `POST ${API}/breakglassdecisions`;
const ROLE = "GET /apis/rbac.authorization.k8s.io/v1/clusterroles/sb-incident-admin";
const BASELINE = `GET ${API}/securitybaselines/baseline`;
const LEE = { status: 201, json: { status: { userInfo: { username: "lee", groups: ["leads"] } } } };
const FORBIDDEN = refusal(403, "Forbidden", "no");

const PROFILE: BreakGlassProfile = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 2 },
  maxDuration: "1h",
};
const RULES = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "delete"] }];
const SUPPLIED = suppliedRoles()[0]?.["rules"] ?? null;

const resolved = (roleRulesHash: string) =>
  ({
    baselineUID: "b1",
    profileHash: "f00d",
    role: "sb-incident-admin",
    roleUID: "r1",
    roleRulesHash,
    expiryGuarantee: "APIServer",
  }) as const;
const MISSING = [
  { type: "Granted", status: "False", reason: "AwaitingApproval", message: "has 1 of 2 approvals", lastTransitionTime: "" },
] as const;
const STATUS: BreakGlassRequestStatus = {
  phase: "Pending",
  resolved: resolved(rulesHash(RULES)),
  pendingUntil: "2026-11-23T10:29:00Z",
  approvals: { required: 2, received: 1 },
  decisions: [
    { name: "d1", uid: "d1", decision: "Approve", approver: "lea", counts: true },
    { name: "d2", uid: "d2", decision: "Approve", approver: "jane", counts: false, message: "own request" },
  ],
  conditions: MISSING,
};
const decision = (uid: string, second: number, spec: object, requestUID = "uid-incident-aaaaa") => ({
  metadata: { name: uid, uid, creationTimestamp: `2026-11-23T09:59:${second}Z` },
  spec: { requestRef: { name: "incident-aaaaa", uid: requestUID }, decision: "Approve", ...spec },
});
const DECIDED = {
  json: {
    metadata: {},
    items: [
      decision("d3", 40, { approver: { username: "mo" } }),
      decision("d1", 20, { approver: { username: "lea" }, maxDuration: "15m", comment: "go \u001b[31m" }),
      decision("d2", 30, { approver: { username: "jane" } }),
      decision("d9", 50, { approver: { username: "stranger" } }, "uid-of-another"),
    ],
  },
};

const withStatus = (status: BreakGlassRequestStatus | undefined, spec = {}) => ({
  json: requestObject("incident-aaaaa", { ...(status === undefined ? {} : { status }), spec }),
});
const READABLE: Answers = { [GET]: withStatus(STATUS), [ROLE]: { json: { rules: RULES } }, [DECISIONS]: DECIDED };

const REQUEST =
  "request   incident-aaaaa\n" +
  "where     namespace payments\n" +
  "who       jane\n" +
  "why       checkout answers 500 since the last rollout\n" +
  "ticket    none\n" +
  "how long  30m (profile incident)\n";
const SHOWN =
  `${REQUEST}rights    ClusterRole sb-incident-admin in namespace payments\n` +
  "          read and delete: pods\n" +
  "state     Pending: has 1 of 2 approvals\n" +
  "until     to be decided until 2026-11-23T10:29:00Z\n" +
  'decided   Approve by lea for 15m at most: "go \\u{1b}[31m"\n' +
  "          Approve by jane (does not count: own request)\n" +
  "          Approve by mo (the operator has not looked at it yet)\n";

async function show(answers: Answers, output: "text" | "json" = "text"): Promise<string> {
  await using stage = await openStage({ ...READABLE, ...answers });
  const io = captureIo();
  const options = { kubeconfig: stage.kubeconfig, breakGlassNamespace: "securitybaseline-breakglass", name: "incident-aaaaa", output };
  expect(await runShow(options, io)).to.equal(0);
  return io.printed.stdout;
}

/** The lines of one label. */
const about = (label: string, text: string): string => new RegExp(`^${label} +((?:.*\\n)(?: {10}.*\\n)*)`, "m").exec(text)?.[1] ?? "";

describe("break-glass show", () => {
  it("tells who, why, which rights, until when, and what was decided, harmless to a terminal", async () => {
    expect(await show({})).to.equal(SHOWN);
  });

  it("tells whom else to ask and from when on, and who decided as a stand-in", async () => {
    const message = "has 0 of 2 approvals by members of leads; members of managers stand in from 2026-11-23T10:10:00Z on";
    const early = "is by a stand-in, who decides from 2026-11-23T10:10:00Z on";
    const text = await show({
      [GET]: withStatus({
        ...STATUS,
        escalatesAt: "2026-11-23T10:10:00Z",
        decisions: [{ name: "d1", uid: "d1", decision: "Approve", approver: "mona", counts: false, message: early }],
        conditions: [{ ...MISSING[0], message }],
      }),
      [DECISIONS]: { json: { metadata: {}, items: [decision("d1", 20, { approver: { username: "mona" }, standIn: true })] } },
    });
    expect(text).to.contain(`state     Pending: ${message}\n`);
    expect(about("decided", text)).to.equal(`Approve by mona as a stand-in (does not count: ${early})\n`);
  });

  it("tells what was skipped, practised and referred to", async () => {
    const text = await show({
      [GET]: withStatus(STATUS, { bypass: true, drill: true, ticket: "INC-1", startTime: "2026-11-24T22:00:00Z" }),
    });
    expect(text).to.match(/^from +2026-11-24T22:00:00Z$/m);
    expect(text).to.match(/^request +incident-aaaaa \(drill\)$/m);
    expect(text).to.match(/^how long +30m, without approval \(profile incident\)$/m);
    expect(text).to.match(/^ticket +INC-1$/m);
  });

  it("tells the end of what is active, and not how to use it", async () => {
    const conditions = [{ ...MISSING[0], status: "True", reason: "Active", message: "mint a token with" } as const];
    const text = await show({ [GET]: withStatus({ ...STATUS, phase: "Active", deadline: "2026-11-23T10:30:00Z", conditions }) });
    expect(text).to.match(/^state +Active\nuntil +2026-11-23T10:30:00Z$/m);
  });

  it("tells when and why it ended, and who reviewed it", async () => {
    const review = { reviewer: "lea", time: "2026-11-23T11:00:00Z" };
    const over = { phase: "Revoked", endedAt: "2026-11-23T10:10:00Z", endReason: "Revoked", review } as const;
    const text = await show({ [GET]: withStatus(over) });
    expect(text).to.match(/^state +Revoked: Revoked\nuntil +ended 2026-11-23T10:10:00Z$/m);
    expect(text).to.match(/^reviewed +by lea, 2026-11-23T11:00:00Z$/m);
  });

  const rights: readonly { reason: string; answers: Answers; lines: string }[] = [
    {
      reason: "warns of a role that is another one by now",
      answers: { [GET]: withStatus({ ...STATUS, resolved: resolved("beef") }) },
      lines:
        "ClusterRole sb-incident-admin in namespace payments\n" +
        "          its rules were changed after the request was made: the operator will cancel it\n" +
        "          read and delete: pods\n",
    },
    {
      reason: "says so of a role without rights",
      answers: { [ROLE]: { json: {} }, [GET]: withStatus({ ...STATUS, resolved: resolved(rulesHash(null)) }) },
      lines: "ClusterRole sb-incident-admin in namespace payments, which allows nothing\n",
    },
    {
      reason: "says how to find out what may not be read",
      answers: { [ROLE]: FORBIDDEN },
      lines:
        "ClusterRole sb-incident-admin in namespace payments: you may not read what it allows, ask somebody who may: " +
        "kubectl describe clusterrole sb-incident-admin\n",
    },
    {
      reason: "reads the role in the baseline while the operator has not looked",
      answers: {
        [GET]: withStatus(undefined),
        [BASELINE]: { json: { spec: { breakGlass: { profiles: [{ name: "incident", role: "sb-incident-admin" }] } } } },
      },
      lines: "ClusterRole sb-incident-admin in namespace payments\n          read and delete: pods\n",
    },
    {
      reason: "goes by the profile whose state the status names, whatever role somebody wrote into the status beside it",
      answers: {
        [GET]: withStatus({ ...STATUS, resolved: { ...resolved(rulesHash(null)), role: "sb-drill", profileHash: profileHash(PROFILE) } }),
        [BASELINE]: { json: { spec: { breakGlass: { profiles: [PROFILE] } } } },
      },
      lines:
        "ClusterRole sb-incident-admin in namespace payments\n" +
        "          its rules were changed after the request was made: the operator will cancel it\n" +
        "          read and delete: pods\n",
    },
    {
      reason: "goes by the status where the profile is in another state by now",
      answers: { [BASELINE]: { json: { spec: { breakGlass: { profiles: [{ ...PROFILE, role: "other" }] } } } } },
      lines: "ClusterRole sb-incident-admin in namespace payments\n          read and delete: pods\n",
    },
    {
      reason: "does not guess the role where nothing says it",
      answers: { [GET]: withStatus(undefined), [BASELINE]: FORBIDDEN },
      lines: "not known before the operator has looked at the request\n",
    },
  ];
  for (const { reason, answers, lines } of rights) {
    it(reason, async () => expect(about("rights", await show(answers))).to.equal(lines));
  }

  it("knows the supplied role without reading it, if it is the one that the request was judged by", async () => {
    const text = await show({ [ROLE]: FORBIDDEN, [GET]: withStatus({ ...STATUS, resolved: resolved(rulesHash(SUPPLIED)) }) });
    expect(about("rights", text)).to.match(/\n {10}run commands in: pods\n/);
  });

  it("tells of decisions what the status says where they may not be listed", async () => {
    expect(about("decided", await show({ [DECISIONS]: FORBIDDEN }))).to.equal(
      "Approve by lea\n          Approve by jane (does not count: own request)\n",
    );
  });

  it("prints all of it for programs", async () => {
    const shown = JSON.parse(await show({}, "json")) as Record<string, Record<string, unknown>>;
    expect(shown).to.have.keys("request", "role", "decisions");
    expect(shown["role"]).to.deep.equal({ name: "sb-incident-admin", rules: RULES, isChanged: false });
  });
});

describe("break-glass approve on a terminal", () => {
  interface Run {
    readonly code: number;
    readonly asked: readonly string[];
    readonly sent: number;
    readonly stderr: string;
  }

  async function approve(answer: string, yes = false, answers: Answers = {}): Promise<Run> {
    await using stage = await openStage({
      ...READABLE,
      ...answers,
      "POST /apis/authentication.k8s.io/v1/selfsubjectreviews": LEE,
      [DECIDE]: { status: 201, json: {} },
    });
    const io = captureIo();
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    const options = { kubeconfig: stage.kubeconfig, breakGlassNamespace: "securitybaseline-breakglass", name: "incident-aaaaa", yes };
    const code = await runDecide("Approve", { ...options, output: "text" }, { ...io, ask });
    return { code, asked, sent: stage.bodies(DECIDE).length, stderr: io.printed.stderr };
  }

  it("shows the request and asks", async () => {
    expect(await approve("y\n")).to.deep.equal({ code: 0, asked: [`${SHOWN}approve? [y/N] `], sent: 1, stderr: "" });
  });

  it("says in its question that it is that of a stand-in", async () => {
    const { asked } = await approve("n", false, {
      [GET]: withStatus({ ...STATUS, escalatesAt: "2026-11-23T10:10:00Z" }),
      "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews": ({ body }) => ({
        status: 201,
        json: { status: { allowed: body.includes('"stand-in"') } },
      }),
    });
    expect(asked).to.deep.equal([`${SHOWN}approve as a stand-in? [y/N] `]);
  });

  for (const answer of ["yes\n", "Y\r\n"]) {
    it(`takes ${JSON.stringify(answer)} for a yes`, async () => expect(await approve(answer)).to.include({ code: 0, sent: 1 }));
  }

  for (const answer of ["", "\n", "n\n", "yesterday\n"]) {
    it(`takes ${JSON.stringify(answer)} for a no`, async () => {
      expect(await approve(answer)).to.include({ code: 1, sent: 0, stderr: "nothing was approved\n" });
    });
  }

  it("asks nobody who said yes beforehand", async () => {
    expect(await approve("", true)).to.deep.include({ code: 0, asked: [], sent: 1 });
  });
});
