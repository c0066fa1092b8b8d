/** Proves the credential plugin: one token per grant, for the rest of the grant, kept where only its user can read it, and shown nowhere else. */
import { expect } from "chai";
import { parse } from "yaml";
import { type CredentialOptions, runCredential } from "../../../operator/cli/break-glass/credential.ts";
import { keepToken, keptAnswer } from "../../../operator/cli/break-glass/plugin-answer.ts";
import { type Answers, captureIo, openStage, refusal, type Stage } from "../../support/command-line.ts";
import { requestObject } from "../../support/request-objects.ts";

const GET = "GET /apis/securitybaseline.dev/v1alpha1/namespaces/payments/breakglassrequests/incident-aaaaa";
/** 30 minutes after the time of the server's answers. */
const GRANT = "bg-0123456789-1795429800";
const MINT = `POST /api/v1/namespaces/securitybaseline-breakglass/serviceaccounts/${GRANT}/token`;

const grant = { serviceAccount: GRANT, uid: "grant-uid" };
const ACTIVE = requestObject("incident-aaaaa", { status: { phase: "Active", grant } });
const WHO = "POST /apis/authentication.k8s.io/v1/selfsubjectreviews";
const person = (username: string) => ({ status: 201, json: { status: { userInfo: { username, groups: [] } } } });
const JANE = person("jane");
const minted = (token: string, expirationTimestamp: string) => ({ status: 201, json: { status: { token, expirationTimestamp } } });
const TOKEN = minted("the-token", "2026-11-23T10:29:58Z");

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function credential(stage: Stage, options: Partial<CredentialOptions> = {}): Promise<Run> {
  const io = captureIo();
  const base = {
    kubeconfig: stage.kubeconfig,
    output: "text" as const,
    name: "incident-aaaaa",
    breakGlassNamespace: "securitybaseline-breakglass",
    cacheHome: stage.folder,
    printKubeconfig: false,
    source: { environment: "" },
    command: "securitybaseline",
  };
  const code = await runCredential({ ...base, ...options }, io);
  return { code, ...io.printed };
}

async function once(answers: Answers): Promise<Run & { readonly sent: readonly unknown[] }> {
  await using stage = await openStage({ [GET]: { json: ACTIVE }, [WHO]: JANE, [MINT]: TOKEN, ...answers });
  return { ...(await credential(stage)), sent: stage.bodies(MINT) };
}

describe("break-glass credential", () => {
  it("mints a token for the rest of the grant, less the two seconds that clocks and ways take", async () => {
    const { code, stdout, stderr, sent } = await once({});
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(sent).to.deep.equal([{ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 1798 } }]);
    expect(JSON.parse(stdout)).to.deep.equal({
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: "the-token", expirationTimestamp: "2026-11-23T10:29:58Z" },
    });
  });

  it("mints once as long as the token lives for more than 30 seconds", async () => {
    let count = 0;
    const mint = () => {
      count += 1;
      return minted(`token-${count}`, count === 1 ? "2026-11-23T10:00:30Z" : "2026-11-23T10:00:45Z");
    };
    await using stage = await openStage({ [GET]: { json: ACTIVE }, [WHO]: JANE, [MINT]: mint });
    const outputs = [await credential(stage), await credential(stage), await credential(stage)];
    expect(outputs.map(({ stdout }) => JSON.parse(stdout).status.token)).to.deep.equal(["token-1", "token-2", "token-2"]);
  });

  it("keeps the tokens of two grants apart", async () => {
    let uid = "first";
    const get = () => ({ json: requestObject("incident-aaaaa", { status: { phase: "Active", grant: { ...grant, uid } } }) });
    await using stage = await openStage({ [GET]: get, [WHO]: JANE, [MINT]: () => minted(`token of ${uid}`, "2026-11-23T10:29:58Z") });
    await credential(stage);
    uid = "second";
    expect(JSON.parse((await credential(stage)).stdout).status.token).to.equal("token of second");
  });

  it("keeps the tokens of two people apart who use one account of a computer", async () => {
    let who = "jane";
    const answers = { [GET]: { json: ACTIVE }, [WHO]: () => person(who), [MINT]: () => minted(`token of ${who}`, "2026-11-23T10:29:58Z") };
    await using stage = await openStage(answers);
    await credential(stage);
    who = "lee";
    expect(JSON.parse((await credential(stage)).stdout).status.token).to.equal("token of lee");
  });

  it("keeps the token for the very same call, until 30 seconds before its end by the API server's clock", async () => {
    await using stage = await openStage({ [GET]: { json: ACTIVE }, [WHO]: JANE, [MINT]: TOKEN });
    const invocation = { home: stage.folder, file: "payments.incident-aaaaa.json", said: "this call" };
    const before = Date.now();
    const { stdout } = await credential(stage, { invocation });
    const after = Date.now();
    expect(keptAnswer(invocation, after)).to.equal(stdout);
    // The token lives 1798 s, and the server's clock has gone on since its answer.
    expect(keptAnswer(invocation, before + 1_765_000)).to.equal(stdout);
    expect(keptAnswer(invocation, after + 1_768_000)).to.equal(undefined);
    expect(keptAnswer({ ...invocation, said: "another" }, after)).to.equal(undefined);
  });

  const asked: readonly { reason: string; answers: Answers; options?: Partial<CredentialOptions> }[] = [
    { reason: "a kubeconfig is printed", answers: {}, options: { printKubeconfig: true } },
    {
      reason: "the access is over",
      answers: { [GET]: { json: requestObject("incident-aaaaa", { status: { phase: "Revoked", grant } }) } },
    },
    { reason: "the request is gone", answers: { [GET]: refusal(404, "NotFound", "gone") } },
  ];
  for (const { reason, answers, options } of asked) {
    it(`forgets what it kept when ${reason}`, async () => {
      await using stage = await openStage({ [GET]: { json: ACTIVE }, [WHO]: JANE, [MINT]: TOKEN, ...answers });
      const invocation = { home: stage.folder, file: "payments.incident-aaaaa.json", said: "this call" };
      const token = { token: "former", expirationTimestamp: "2026-11-23T10:29:58Z" };
      keepToken(invocation, { token, remaining: 600_000, named: [] }, Date.now());
      await credential(stage, { invocation, ...options });
      expect(keptAnswer(invocation, Date.now())).to.equal(undefined);
    });
  }

  const status = (more: object) => ({ [GET]: { json: requestObject("incident-aaaaa", { status: { phase: "Active", ...more } }) } });
  const refusals: readonly { reason: string; answers: Answers; stderr: string }[] = [
    {
      reason: "a request that waits",
      answers: {
        [GET]: {
          json: requestObject("incident-aaaaa", {
            status: {
              phase: "Pending",
              conditions: [{ type: "Granted", status: "False", reason: "Pending", message: "0 of 1 approvals", lastTransitionTime: "" }],
            },
          }),
        },
      },
      stderr: "incident-aaaaa is Pending, there is no access to use: 0 of 1 approvals",
    },
    {
      reason: "a request that is over",
      answers: { [GET]: { json: requestObject("incident-aaaaa", { status: { phase: "Expired", grant, endReason: "DeadlinePassed" } }) } },
      stderr: "incident-aaaaa is Expired, there is no access to use: DeadlinePassed",
    },
    {
      reason: "a request that the operator has not looked at",
      answers: { [GET]: { json: requestObject("incident-aaaaa") } },
      stderr: "incident-aaaaa is new, there is no access to use: the operator has not looked at it yet",
    },
    {
      reason: "the last ten minutes, in which nothing can be minted",
      answers: status({ grant: { serviceAccount: "bg-0123456789-1795428601", uid: "grant-uid" } }),
      stderr: "less than ten minutes are left of incident-aaaaa, and no token is shorter: ask for access again",
    },
    { reason: "a status without a grant", answers: status({}), stderr: "the status of incident-aaaaa names no grant" },
    {
      reason: "a request that is not there",
      answers: { [GET]: refusal(404, "NotFound", 'breakglassrequests "incident-aaaaa" not found') },
      stderr:
        "there is no request incident-aaaaa in namespace payments: look for it with securitybaseline break-glass list -n payments --all",
    },
    {
      reason: "somebody else's grant",
      answers: { [MINT]: refusal(403, "Forbidden", 'User "lee" cannot create resource "serviceaccounts/token"') },
      stderr: 'User "lee" cannot create resource "serviceaccounts/token"',
    },
  ];
  for (const { reason, answers, stderr } of refusals) {
    it(`prints nothing for ${reason}`, async () => {
      const { sent: _, ...run } = await once(answers);
      expect(run).to.deep.equal({ code: 2, stdout: "", stderr: `securitybaseline: ${stderr}\n` });
    });
  }

  it("hands out the shortest token that there is", async () => {
    const last = "bg-0123456789-1795428602";
    const { sent, code } = await (async () => {
      const mint = `POST /api/v1/namespaces/securitybaseline-breakglass/serviceaccounts/${last}/token`;
      await using stage = await openStage({ ...status({ grant: { serviceAccount: last, uid: "u" } }), [WHO]: JANE, [mint]: TOKEN });
      return { ...(await credential(stage)), sent: stage.bodies(mint) };
    })();
    expect(code).to.equal(0);
    expect(sent).to.have.nested.property("0.spec.expirationSeconds", 600);
  });

  it("gives access also where nothing can be kept, and says so without the token", async () => {
    await using stage = await openStage({ [GET]: { json: ACTIVE }, [WHO]: JANE, [MINT]: TOKEN });
    const { code, stdout, stderr } = await credential(stage, { cacheHome: stage.kubeconfig });
    expect(code).to.equal(0);
    expect(stdout).to.include("the-token");
    expect(stderr).to.match(/^securitybaseline: the token is not kept: ENOTDIR\n$/);
  });
});

describe("the kubeconfig of emergency access", () => {
  it("has the cluster of the present one, and a plugin that finds the user's own credentials again", async () => {
    await using stage = await openStage({ [GET]: { json: ACTIVE } });
    const { code, stdout } = await credential(stage, { printKubeconfig: true });
    expect(code).to.equal(0);
    expect(parse(stdout)).to.deep.equal({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "break-glass", cluster: { server: stage.server.url, "insecure-skip-tls-verify": true } }],
      users: [
        {
          name: "break-glass",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1",
              command: "securitybaseline",
              args: [
                ...["break-glass", "credential", "incident-aaaaa", "--namespace", "payments"],
                ...["--break-glass-namespace", "securitybaseline-breakglass", "--context", "stage"],
              ],
              env: [{ name: "KUBECONFIG", value: "" }],
              interactiveMode: "Never",
              provideClusterInfo: false,
              installHint: "put the program `securitybaseline` on your PATH",
            },
          },
        },
      ],
      contexts: [{ name: "break-glass", context: { cluster: "break-glass", user: "break-glass", namespace: "payments" } }],
      "current-context": "break-glass",
    });
    expect(stdout).not.to.include("janes-own-token");
  });

  it("names the small program where that is installed, and says what to do when it is gone", async () => {
    await using stage = await openStage({ [GET]: { json: ACTIVE } });
    const { stdout } = await credential(stage, { printKubeconfig: true, command: "/opt/sb/securitybaseline-credential.mjs" });
    expect(parse(stdout).users[0].user.exec).to.include({
      command: "/opt/sb/securitybaseline-credential.mjs",
      installHint: "/opt/sb/securitybaseline-credential.mjs is gone: print this kubeconfig again",
    });
  });
});
