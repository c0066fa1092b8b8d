/** Proves what `break-glass can` and `break-glass list` print, and what they ask for it. */
import { expect } from "chai";
import { runCan } from "../../../operator/cli/break-glass/can.ts";
import { runList } from "../../../operator/cli/break-glass/list.ts";
import { type Answers, captureIo, openStage, refusal } from "../../support/command-line.ts";
import { requestObject } from "../../support/request-objects.ts";
import type { Reply } from "../../support/scripted-server.ts";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const BASELINE = "GET /apis/securitybaseline.dev/v1alpha1/namespaces/payments/securitybaselines/baseline";
const CLUSTER_BASELINE = "GET /apis/securitybaseline.dev/v1alpha1/clustersecuritybaselines/cluster";
const RULES = "POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
const WHO = "POST /apis/authentication.k8s.io/v1/selfsubjectreviews";
const LIST = "GET /apis/securitybaseline.dev/v1alpha1/namespaces/payments/breakglassrequests";
const LIST_ALL = "GET /apis/securitybaseline.dev/v1alpha1/breakglassrequests";

const OURS = { apiGroups: ["securitybaseline.dev"], resources: ["breakglassprofiles"] };
const incident = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 2 },
  maxDuration: "1h",
  bypass: { allowed: true, groups: ["oncall"], maxDuration: "30m" },
};
const forensics = {
  name: "forensics",
  role: "sb-forensics",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 1 },
  maxDuration: "90m",
};

function answersFor(
  rules: readonly object[],
  baseline: object | undefined,
  groups: readonly string[] = [],
  standing = "in place",
): Answers {
  const spec = { breakGlass: { profiles: baseline } };
  const status = { conditions: [{ type: "BreakGlassReady", status: "True", message: standing }] };
  return {
    [RULES]: { status: 201, json: { status: { resourceRules: rules, nonResourceRules: [], incomplete: false } } },
    [WHO]: { status: 201, json: { status: { userInfo: { username: "jane", groups } } } },
    [BASELINE]: baseline === undefined ? refusal(403, "Forbidden", "no") : { json: { spec, status } },
    [CLUSTER_BASELINE]: { json: { spec, status } },
  };
}

async function can(answers: Answers, options: { namespace?: string; output?: "text" | "json" } = {}): Promise<Outcome> {
  await using stage = await openStage(answers);
  const io = captureIo();
  const base = { kubeconfig: stage.kubeconfig, breakGlassNamespace: "securitybaseline-breakglass", output: "text" as const };
  const code = await runCan({ ...base, ...options }, io);
  return { code, ...io.printed };
}

describe("break-glass can", () => {
  const cases: readonly { reason: string; answers: Answers; namespace?: string; stdout: string }[] = [
    {
      reason: "shows what the user may do, with the details of the baseline",
      answers: answersFor(
        [
          { ...OURS, verbs: ["use"], resourceNames: ["incident"] },
          { ...OURS, verbs: ["approve", "revoke", "review"], resourceNames: ["forensics"] },
        ],
        [incident, forensics],
        ["oncall"],
      ),
      stdout:
        "PROFILE    YOU MAY                ROLE               LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "forensics  approve,revoke,review  sb-forensics       90m      1          no\n" +
        "incident   request                sb-incident-admin  1h       2          30m\n",
    },
    {
      reason: "shows no way around the approval to who is in none of its groups",
      answers: answersFor([{ ...OURS, verbs: ["use"], resourceNames: ["incident"] }], [incident], ["support"]),
      stdout:
        "PROFILE   YOU MAY  ROLE               LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "incident  request  sb-incident-admin  1h       2          no\n",
    },
    {
      reason:
        "shows of a role that can make itself permanent that it can, as the baseline's status says, and that nobody skips its two approvals",
      answers: answersFor(
        [{ ...OURS, verbs: ["use"] }],
        [{ ...incident, role: "cluster-admin", approvers: { groups: ["leads"], required: 1 } }, forensics],
        ["oncall"],
        'in place; profile "incident": a grant of the ClusterRole "cluster-admin" can make itself permanent: two people',
      ),
      stdout:
        "PROFILE    YOU MAY  ROLE           LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "forensics  request  sb-forensics   90m      1          no\n" +
        "incident   request  cluster-admin  1h       2          no\n" +
        'profile incident: mind that a grant of the ClusterRole "cluster-admin" can make itself permanent\n',
    },
    {
      reason: "shows the names alone where the baseline may not be read",
      answers: answersFor([{ ...OURS, verbs: ["use"], resourceNames: ["incident"] }], undefined),
      stdout: "PROFILE   YOU MAY  ROLE  LONGEST  APPROVALS  WITHOUT APPROVAL\nincident  request  ?     ?        ?          ?\n",
    },
    {
      reason: "takes a rule without names for all profiles, and a star for all verbs",
      answers: answersFor([{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }], [forensics]),
      stdout:
        "PROFILE    YOU MAY                                 ROLE          LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "forensics  request,approve,stand-in,revoke,review  sb-forensics  90m      1          no\n",
    },
    {
      reason: "leaves out profiles on which the user has no rights, and rules about other things",
      answers: answersFor(
        [
          { apiGroups: [""], resources: ["pods"], verbs: ["get"], resourceNames: ["web"] },
          { ...OURS, verbs: ["get"], resourceNames: ["incident"] },
        ],
        [incident],
      ),
      stdout: "namespace payments has no emergency access that you may ask for or decide on\n",
    },
    {
      reason: "says whom to ask where the approvers do not answer, and when",
      answers: answersFor(
        [{ ...OURS, verbs: ["stand-in", "revoke", "review"] }],
        [{ ...forensics, approvers: { ...forensics.approvers, escalation: { after: "10m", groups: ["managers", "duty\u001b"] } } }],
      ),
      stdout:
        "PROFILE    YOU MAY                 ROLE          LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "forensics  stand-in,revoke,review  sb-forensics  90m      1          no\n" +
        "profile forensics: where the approvers do not answer for 10m, ask managers, duty\\u{1b}\n",
    },
    {
      reason: "says of the cluster what is not known where nothing may be read or asked for",
      answers: {
        ...answersFor([{ ...OURS, verbs: ["approve"], resourceNames: ["incident"] }], undefined),
        [CLUSTER_BASELINE]: refusal(403, "Forbidden", "no"),
      },
      namespace: "securitybaseline-breakglass",
      stdout:
        "PROFILE   YOU MAY  ROLE  LONGEST  APPROVALS  WITHOUT APPROVAL\nincident  approve  ?     ?        ?          ?\n" +
        "profile incident: whether the role can make itself permanent is not known from here\n",
    },
    {
      reason: "reads the baseline of the cluster in the break-glass namespace",
      answers: { ...answersFor([{ ...OURS, verbs: ["approve"] }], [forensics]), [BASELINE]: refusal(500, "InternalError", "not this one") },
      namespace: "securitybaseline-breakglass",
      stdout:
        "PROFILE    YOU MAY  ROLE          LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "forensics  approve  sb-forensics  90m      1          no\n",
    },
  ];
  for (const { reason, answers, namespace, stdout } of cases) {
    it(reason, async () => {
      expect(await can(answers, namespace === undefined ? {} : { namespace })).to.deep.equal({ code: 0, stdout, stderr: "" });
    });
  }

  const CLUSTER = "securitybaseline-breakglass";
  const REHEARSAL = `POST /apis/securitybaseline.dev/v1alpha1/namespaces/${CLUSTER}/breakglassrequests`;
  const denied = (sentence: string) =>
    refusal(403, "Forbidden", `x is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ${sentence}`);
  const LIMIT = denied("the profile grants sb-incident-admin for 1h at most: set spec.duration to 1h or less");
  const rehearsals: readonly { reason: string; skipping: Reply; terms: string }[] = [
    {
      reason: "the time without approval",
      skipping: denied("without approval the profile lasts 30m at most: lower spec.duration or remove spec.bypass"),
      terms: "sb-incident-admin  1h       ?          30m",
    },
    {
      reason: "that the whole time goes without approval",
      skipping: { status: 201, json: {} },
      terms: "sb-incident-admin  1h       ?          1h",
    },
    {
      reason: "that there is no way around the approval",
      skipping: denied("only leads may skip the approval: remove spec.bypass"),
      terms: "sb-incident-admin  1h       ?          no",
    },
  ];
  for (const { reason, skipping, terms } of rehearsals) {
    it(`learns role and time, and ${reason}, from a rehearsal where the baseline of the cluster may not be read`, async () => {
      const rehearsed: { query: string; spec: Record<string, unknown> }[] = [];
      const stdout = await can(
        {
          ...answersFor([{ ...OURS, verbs: ["use"], resourceNames: ["incident"] }], undefined),
          [CLUSTER_BASELINE]: refusal(403, "Forbidden", "no"),
          [REHEARSAL]: ({ url, body }) => {
            const { spec } = JSON.parse(body) as { spec: Record<string, unknown> };
            rehearsed.push({ query: url.search, spec });
            return spec["bypass"] === true ? skipping : LIMIT;
          },
        },
        { namespace: CLUSTER },
      );
      expect(stdout.stdout.split("\n")[1]).to.equal(`incident  request  ${terms}`);
      expect(rehearsed.map(({ query, spec }) => [query, spec["duration"], spec["requester"]])).to.deep.equal([
        ["?dryRun=All", "24h", { username: "jane" }],
        ["?dryRun=All", "1h", { username: "jane" }],
      ]);
    });
  }

  it("learns from the rehearsal that the role can make itself permanent, and then asks no more: nobody skips its approval", async () => {
    const limit = "the profile grants cluster-admin for 1h at most: set spec.duration to 1h or less";
    const { stdout } = await can(
      {
        ...answersFor([{ ...OURS, verbs: ["use"], resourceNames: ["incident"] }], undefined),
        [CLUSTER_BASELINE]: refusal(403, "Forbidden", "no"),
        [REHEARSAL]: ({ body }) => {
          expect(JSON.parse(body)).not.to.have.nested.property("spec.bypass");
          return denied(`${limit}; mind that a grant of it can make itself permanent`);
        },
      },
      { namespace: CLUSTER },
    );
    expect(stdout).to.equal(
      "PROFILE   YOU MAY  ROLE           LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "incident  request  cluster-admin  1h       ?          no\n" +
        'profile incident: mind that a grant of the ClusterRole "cluster-admin" can make itself permanent\n',
    );
  });

  it("does not guess where the rehearsal is refused for another reason", async () => {
    const answers = answersFor([{ ...OURS, verbs: ["use"], resourceNames: ["incident"] }], undefined);
    const here = "POST /apis/securitybaseline.dev/v1alpha1/namespaces/payments/breakglassrequests";
    const { stdout } = await can({ ...answers, [here]: denied("the policy is not in order") });
    expect(stdout.split("\n")[1]).to.equal("incident  request  ?     ?        ?          ?");
  });

  it("prints JSON for programs", async () => {
    const rules = [{ ...OURS, verbs: ["use"], resourceNames: ["incident"] }];
    const { stdout } = await can(answersFor(rules, [incident], ["oncall"]), { output: "json" });
    expect(JSON.parse(stdout)).to.deep.equal({
      namespace: "payments",
      profiles: [{ profile: "incident", may: ["request"], role: "sb-incident-admin", maxDuration: "1h", approvals: 2, bypass: "30m" }],
    });
  });
});

const RESOLVED = {
  baselineUID: "b1",
  profileHash: "f00d",
  role: "sb-incident-admin",
  roleUID: "r1",
  roleRulesHash: "beef",
  expiryGuarantee: "APIServer",
} as const;
const PENDING = requestObject("incident-aaaaa", {
  createdAt: "2026-11-23T09:50:00Z",
  status: {
    phase: "Pending",
    pendingUntil: "2026-11-23T10:20:00Z",
    conditions: [{ type: "Granted", status: "False", reason: "Pending", message: "0 of 1 approvals", lastTransitionTime: "" }],
  },
});
const OVER = requestObject("incident-bbbbb", {
  createdAt: "2026-11-23T09:58:00Z",
  status: { phase: "Denied", pendingUntil: "2026-11-23T10:28:00Z", endedAt: "2026-11-23T09:59:00Z", endReason: "Denied" },
});
const NEW = requestObject("drill-ccccc", {
  createdAt: "2026-11-23T09:59:59Z",
  spec: { requester: { username: "jo\u001b[31m" }, drill: true, bypass: true, reason: "x".repeat(80) },
});

async function list(
  items: readonly object[],
  options: { all?: boolean; allNamespaces?: boolean; output?: "text" | "json" } = {},
): Promise<Outcome> {
  await using stage = await openStage({ [options.allNamespaces ? LIST_ALL : LIST]: { json: { metadata: {}, items } } });
  const io = captureIo();
  const base = { kubeconfig: stage.kubeconfig, all: false, allNamespaces: false, output: "text" as const };
  const code = await runList({ ...base, ...options }, io);
  return { code, ...io.printed };
}

describe("break-glass list", () => {
  it("shows open requests, the newest first, harmless to a terminal", async () => {
    const { code, stdout } = await list([PENDING, OVER, NEW]);
    expect(code).to.equal(0);
    expect(stdout).to.equal(
      "NAMESPACE  NAME            WHO           PROFILE                    PHASE    UNTIL                 " +
        "REASON                                                        STANDING\n" +
        "payments   drill-ccccc     jo\\u{1b}[31m  incident (bypass) (drill)  New      ?                     " +
        `${"x".repeat(59)}…  the operator has not looked at it yet\n` +
        "payments   incident-aaaaa  jane          incident                   Pending  2026-11-23T10:20:00Z  " +
        "checkout answers 500 since the last rollout                   0 of 1 approvals\n",
    );
  });

  it("shows those that are over last, with when and why", async () => {
    const { stdout } = await list([OVER, PENDING], { all: true, allNamespaces: true });
    const names = stdout.match(/incident-\w{5}/g);
    expect(names).to.deep.equal(["incident-aaaaa", "incident-bbbbb"]);
    expect(stdout).to.match(/incident-bbbbb .* Denied +2026-11-23T09:59:00Z .* Denied\n$/);
  });

  it("says why what has no phase cannot be recorded", async () => {
    const conditions = [
      { type: "Granted", status: "False", reason: "Obstacle", message: "not recorded yet", lastTransitionTime: "" } as const,
    ];
    const { stdout } = await list([requestObject("incident-eeeee", { status: { conditions } })]);
    expect(stdout).to.match(/incident-eeeee .* New .* not recorded yet\n$/);
  });

  it("says of what waits for its turn why, and takes it for over once its time was up", async () => {
    const conditions = [
      { type: "Granted", status: "False", reason: "TooManyOpen", message: "waits for its turn", lastTransitionTime: "" } as const,
    ];
    const waiting = requestObject("incident-eeeee", { status: { pendingUntil: "2026-11-23T10:30:00Z", conditions } });
    const over = requestObject("incident-fffff", { status: { endedAt: "2026-11-23T10:30:00Z", endReason: "TooManyOpen" } });
    expect((await list([waiting, over])).stdout).to.match(/^.*\n.*incident-eeeee .* New +2026-11-23T10:30:00Z .* waits for its turn\n$/);
    expect((await list([over], { all: true })).stdout).to.match(/incident-fffff .* Over +2026-11-23T10:30:00Z .* TooManyOpen\n$/);
  });

  it("says nothing is missing of what can be used", async () => {
    const conditions = [{ type: "Granted", status: "True", reason: "Active", message: "mint a token", lastTransitionTime: "" } as const];
    const active = requestObject("incident-ddddd", { status: { phase: "Active", deadline: "2026-11-23T10:30:00Z", conditions } });
    expect((await list([active])).stdout).to.match(
      /incident-ddddd .* Active +2026-11-23T10:30:00Z +checkout answers 500 since the last rollout\n$/,
    );
  });

  it("says of what is in use that it can make itself permanent", async () => {
    const resolved = { ...RESOLVED, role: "cluster-admin", unbounded: true };
    const active = requestObject("incident-eeeee", { status: { phase: "Active", deadline: "2026-11-23T10:30:00Z", resolved } });
    expect((await list([active])).stdout).to.match(/a grant of the ClusterRole "cluster-admin" can make itself permanent\n$/);
  });

  it("says so when there is nothing", async () => {
    expect((await list([OVER])).stdout).to.equal("no open requests in namespace payments\n");
    expect((await list([], { all: true, allNamespaces: true })).stdout).to.equal("no requests\n");
  });

  it("prints the objects for programs, an empty list as one", async () => {
    expect(JSON.parse((await list([OVER, PENDING], { output: "json" })).stdout)).to.deep.equal({
      apiVersion: "v1",
      kind: "List",
      items: [PENDING],
    });
    expect(JSON.parse((await list([], { output: "json" })).stdout))
      .to.have.property("items")
      .that.deep.equals([]);
  });

  it("reads all pages", async () => {
    const page = (request: { url: URL }) => {
      const isSecond = request.url.searchParams.get("continue") === "more";
      return { json: isSecond ? { metadata: {}, items: [NEW] } : { metadata: { continue: "more" }, items: [PENDING] } };
    };
    await using stage = await openStage({ [LIST]: page });
    const io = captureIo();
    await runList({ kubeconfig: stage.kubeconfig, all: false, allNamespaces: false, output: "text" }, io);
    expect(io.printed.stdout.match(/\w+-\w{5}(?= )/g)).to.deep.equal(["drill-ccccc", "incident-aaaaa"]);
  });

  it("ends with 3 and one line when nobody answers", async () => {
    const stage = await openStage({});
    const io = captureIo();
    await stage.server.close();
    const code = await runList({ kubeconfig: stage.kubeconfig, all: false, allNamespaces: false, output: "text" }, io);
    await stage[Symbol.asyncDispose]();
    expect(code).to.equal(3);
    expect(io.printed).to.deep.equal({
      stdout: "",
      stderr: `securitybaseline: cannot reach ${stage.server.url}: connect ECONNREFUSED ${stage.server.url.slice("http://".length)}\n`,
    });
  });
});
