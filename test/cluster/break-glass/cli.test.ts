/** Proves the commands of emergency access against a real API server with real people: each acts in their own name, and the server is the judge. */
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import type { BreakGlassDecision } from "../../../operator/api/break-glass-decision.ts";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { serverKnows } from "../../support/baselines.ts";
import { BREAK_GLASS_NAMESPACE, INCIDENT, REASON } from "../../support/break-glass.ts";
import { admin, asServiceAccount, cluster, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "../../support/operator-process.ts";
import { group } from "../../support/operator-token.ts";
import { type Person, person } from "../../support/people.ts";
import { PROFILE_HASH, playActive, playDenied, playPending, writeStatus } from "../../support/played-broker.ts";
import { installProgram, type ProgramOutcome, programPath, runFile, runProgram } from "../../support/program.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";
const RBAC = "rbac.authorization.k8s.io/v1";
const GROUP = "securitybaseline.dev";
const READ = ["get", "list", "watch"];

describe("the commands of break-glass", () => {
  let namespace = "";
  let folder = "";
  let operator: ApiClient;
  let jane: Person;
  let lee: Person;

  const as = ({ kubeconfig }: Person, ...args: string[]): Promise<ProgramOutcome> =>
    runProgram(["break-glass", ...args, "--kubeconfig", kubeconfig], { XDG_CACHE_HOME: folder });
  const ask = (...args: string[]): Promise<ProgramOutcome> =>
    as(jane, "request", "-n", namespace, "--profile", "incident", "--reason", REASON, ...args);
  const read = (name: string): Promise<BreakGlassRequest> =>
    admin().get({ apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name });
  const request = async (): Promise<BreakGlassRequest> => read((await ask("--for", "20m")).stdout.trim());

  const pending = (made: BreakGlassRequest): Promise<BreakGlassRequest> => playPending(operator, made);

  before(async () => {
    await installOperatorManifests();
    operator = await asServiceAccount(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
    [jane, lee] = await Promise.all([person("jane", ["oncall"]), person("lee", ["leads"])]);
    namespace = await freshNamespace("cli");
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-cli-"));
    await admin().apply({
      apiVersion: API_VERSION,
      kind: "SecurityBaseline",
      metadata: { namespace, name: "baseline" },
      spec: { breakGlass: { profiles: [INCIDENT] } },
    });
    await hand(namespace, "request", "oncall", [
      { apiGroups: [GROUP], resources: ["breakglassrequests", "breakglassdecisions"], verbs: ["create", ...READ] },
      { apiGroups: [GROUP], resources: ["breakglassprofiles"], resourceNames: ["incident"], verbs: ["use"] },
      { apiGroups: [GROUP], resources: ["securitybaselines"], verbs: ["get"] },
    ]);
    await hand(namespace, "approve", "leads", [
      { apiGroups: [GROUP], resources: ["breakglassrequests"], verbs: READ },
      { apiGroups: [GROUP], resources: ["breakglassdecisions"], verbs: ["create", ...READ] },
      { apiGroups: [GROUP], resources: ["breakglassprofiles"], resourceNames: ["incident"], verbs: ["approve", "revoke", "review"] },
    ]);
    await serverKnows(namespace);
  });
  after(() => rm(folder, { recursive: true }));

  it("can: shows each what they may do", async () => {
    expect((await as(jane, "can", "-n", namespace)).stdout).to.equal(
      "PROFILE   YOU MAY  ROLE               LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "incident  request  sb-incident-admin  30m      1          11m\n",
    );
    expect((await as(lee, "can", "-n", namespace)).stdout).to.equal(
      "PROFILE   YOU MAY                ROLE  LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
        "incident  approve,revoke,review  ?     ?        ?          ?\n",
    );
    const stranger = await person("sam", ["support"]);
    expect((await as(stranger, "can", "-n", namespace)).stdout).to.match(/no emergency access that you may ask for/);
  });

  it("request: is made in the caller's own name", async () => {
    const { spec } = await request();
    expect(spec).to.deep.include({ profile: "incident", duration: "20m", reason: REASON, requester: { username: "jane" } });
  });

  const refusals: readonly { reason: string; args: readonly string[]; stderr: RegExp }[] = [
    {
      reason: "longer than the profile allows",
      args: ["--for", "31m"],
      stderr: /^securitybaseline: (?!.*ValidatingAdmissionPolicy).*30m.*\n$/,
    },
    {
      reason: "without a reason worth the name",
      args: ["--for", "20m", "--reason", "short"],
      stderr: /^securitybaseline: --reason: .*20.*\n$/,
    },
    {
      reason: "of a profile that is not there",
      args: ["--for", "20m", "--profile", "other"],
      stderr: /^securitybaseline: (?!.*denied request).+\n$/,
    },
  ];
  for (const { reason, args, stderr } of refusals) {
    it(`request: is refused in one sentence ${reason}`, async () => {
      const outcome = await ask(...args);
      expect(outcome.stderr).to.match(stderr);
      expect(outcome).to.include({ code: 2, stdout: "" });
    });
  }

  it("request: names the policy for programs", async () => {
    const { stderr } = await ask("--for", "31m", "-o", "json");
    expect(JSON.parse(stderr))
      .to.include({ reason: "Forbidden", status: 403 })
      .and.have.property("policy")
      .that.matches(/^securitybaseline-break-glass-/);
  });

  it("request --wait: follows the request to its grant, which the credential plugin makes usable", async () => {
    const name = `waits-${namespace}`;
    const waiting = ask("--for", "20m", "--wait", "--name", name);
    const made = await eventually("the request is made", () => read(name));
    await pending(made);
    const approved = await as(lee, "approve", name, "-n", namespace, "--for", "15m");
    expect(approved.code, approved.stderr).to.equal(0);
    const granted = await playActive(operator, made, 900);
    const outcome = await waiting;
    expect(outcome).to.include({ code: 0 });
    expect(outcome.stdout).to.include(`until ${granted.status?.deadline}, as ClusterRole sb-incident-admin`);

    const decisions = await admin().list<BreakGlassDecision>(API_VERSION, "BreakGlassDecision", { namespace });
    expect(decisions.map(({ spec }) => spec)).to.deep.equal([
      {
        requestRef: { name, uid: made.metadata.uid },
        profile: "incident",
        decision: "Approve",
        approver: { username: "lee" },
        profileHash: PROFILE_HASH,
        maxDuration: "15m",
      },
    ]);
  });

  describe("with an active grant", () => {
    let name = "";
    let identity = "";
    before(async () => {
      const granted = await playActive(operator, await request(), 900);
      await authorizerCaughtUp();
      name = granted.metadata.name;
      identity = granted.status?.grant?.serviceAccount ?? "";
    });

    it("credential: mints one token for its requester, and keeps it for them alone", async () => {
      const first = await as(jane, "credential", name, "-n", namespace);
      expect(first, first.stderr).to.include({ code: 0, stderr: "" });
      expect(await as(jane, "credential", name, "-n", namespace)).to.deep.equal(first);
      const { status } = JSON.parse(first.stdout) as { status: { token: string; expirationTimestamp: string } };
      expect(Date.parse(status.expirationTimestamp) / 1000).to.be.within(
        Number(identity.split("-")[2]) - 5,
        Number(identity.split("-")[2]),
      );
      const kept = join(folder, "securitybaseline", "break-glass");
      const files = await readdir(kept);
      expect(files).to.have.length(1);
      expect((await stat(join(kept, files[0] ?? ""))).mode & 0o777).to.equal(0o600);
    });

    it("credential: gives nothing to somebody else", async () => {
      const outcome = await runProgram(["break-glass", "credential", name, "-n", namespace, "--kubeconfig", lee.kubeconfig], {
        XDG_CACHE_HOME: join(folder, "lee"),
      });
      expect(outcome).to.include({ code: 2, stdout: "" });
      expect(outcome.stderr).to.match(/^securitybaseline: serviceaccounts "bg-\S+" is forbidden: User "lee" cannot create.*\n$/);
    });

    describe("credential --print-kubeconfig", () => {
      let bin = "";
      const kept = (of = name): string => join(folder, "securitybaseline", "break-glass", `${namespace}.${of}.json`);
      const before = { PATH: process.env["PATH"], XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] };
      beforeEach(async () => {
        bin = await mkdtemp(join(folder, "bin-"));
        Object.assign(process.env, { PATH: `${bin}${delimiter}${before.PATH}`, XDG_CACHE_HOME: folder });
      });
      afterEach(() => {
        for (const [variable, value] of Object.entries(before)) {
          if (value === undefined) delete process.env[variable];
          else process.env[variable] = value;
        }
      });

      const kubectlWith = async (program: string, of = name) => {
        const words = ["break-glass", "credential", of, "-n", namespace, "--print-kubeconfig", "--kubeconfig", jane.kubeconfig];
        const { stdout } = await runFile(program, words, { XDG_CACHE_HOME: folder });
        const kubeconfig = join(bin, "emergency.kubeconfig");
        await writeFile(kubeconfig, stdout, { mode: 0o600 });
        return (...args: string[]) => cluster().kubectl(args, { as: kubeconfig });
      };

      const programs: readonly { reason: string; install: () => Promise<string> }[] = [
        { reason: "by the small program beside the whole one", install: programPath },
        { reason: "by the whole program alone, on the PATH", install: () => installProgram(bin) },
      ];
      for (const { reason, install } of programs) {
        it(`kubectl works with it ${reason}, in this namespace only`, async () => {
          const kubectl = await kubectlWith(await install());
          const who = await kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}");
          expect(who.stdout, who.stderr).to.equal(`system:serviceaccount:${BREAK_GLASS_NAMESPACE}:${identity}`);
          expect(await kubectl("get", "pods")).to.include({ code: 0 });
          expect((await kubectl("get", "pods", "-n", "default")).stderr).to.include("forbidden");
        });
      }

      it("kubectl gets the kept token from the small program, which asks nobody for it", async () => {
        const kubectl = await kubectlWith(await programPath());
        expect(await kubectl("get", "pods")).to.include({ code: 0 });
        const { ino } = await stat(kept());
        expect(await kubectl("get", "pods")).to.include({ code: 0 });
        // Whoever asks the API server begins by removing what is kept.
        expect((await stat(kept())).ino).to.equal(ino);
        expect((await stat(kept())).mode & 0o777).to.equal(0o600);
      });

      it("kubectl says Unauthorized when the grant ended early, and asking anew says why", async () => {
        const ending = await playActive(operator, await request(), 900);
        await authorizerCaughtUp();
        const { metadata, status } = ending;
        const kubectl = await kubectlWith(await programPath(), metadata.name);
        expect(await kubectl("get", "pods")).to.include({ code: 0 });

        const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: BREAK_GLASS_NAMESPACE };
        await operator.delete({ ...account, name: status?.grant?.serviceAccount ?? "" });
        await writeStatus(operator, ending, { ...status, phase: "Revoked", endReason: "Revoked" });
        await eventually("the API server refuses the token", async () => (await kubectl("get", "pods")).stderr.includes("(Unauthorized)"));
        expect(await stat(kept(metadata.name))).to.be.an("object");

        expect((await as(jane, "credential", metadata.name, "-n", namespace)).stderr).to.equal(
          `securitybaseline: ${metadata.name} is Revoked, there is no access to use: Revoked\n`,
        );
        expect(await readdir(dirname(kept()))).not.to.include(`${namespace}.${metadata.name}.json`);
      });
    });

    it("list: shows it among the open ones, and not what is over unless asked", async () => {
      const denied = await playDenied(operator, await request());
      const open = (await as(jane, "list", "-n", namespace)).stdout;
      expect(open).to.match(new RegExp(`^${namespace} +${name} +jane +incident +Active `, "m"));
      expect(open).not.to.include(denied.metadata.name);
      expect((await as(jane, "list", "-n", namespace, "--all")).stdout).to.match(new RegExp(`${denied.metadata.name} .* Denied `));
    });

    it("revoke: is an approver's", async () => {
      expect(await as(lee, "revoke", name, "-n", namespace)).to.deep.include({ code: 0 });
      const outcome = await as(await person("pat", ["oncall"]), "revoke", name, "-n", namespace);
      expect(outcome).to.include({ code: 2, stdout: "" });
    });
  });

  it("approve: one's own request is refused before it is sent", async () => {
    const { metadata } = await pending(await request());
    const outcome = await as(jane, "approve", metadata.name, "-n", namespace);
    expect(outcome).to.include({
      code: 2,
      stderr: `securitybaseline: ${metadata.name} is your own request: somebody else has to approve it\n`,
    });
  });

  it("approve: is refused by the server to who is no approver", async () => {
    const { metadata } = await pending(await request());
    const outcome = await as(await person("pat", ["oncall"]), "approve", metadata.name, "-n", namespace);
    expect(outcome).to.include({ code: 2, stdout: "" });
    expect(outcome.stderr).to.match(/^securitybaseline: (?!.*denied request)[^\n]+\n$/);
  });

  it("withdraw: is the requester's own", async () => {
    const { metadata } = await pending(await request());
    expect(await as(lee, "withdraw", metadata.name, "-n", namespace)).to.include({ code: 2, stdout: "" });
    expect(await as(jane, "withdraw", metadata.name, "-n", namespace)).to.include({ code: 0 });
  });

  it("offline: prints a grant with the deadline by the API server's clock", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { stdout } = await as(jane, "offline", "-n", namespace, "--role", "sb-incident-admin", "--user", "jane", "--for", "15m");
    const [, account = ""] = /kubectl create token (bg-[a-z0-9]{10}-[0-9]{10}) --namespace securitybaseline-breakglass/.exec(stdout) ?? [];
    // From the moment on at which the program asked for the time, whenever that was.
    expect(Number(account.slice(-10))).to.be.within(before + 899, Math.ceil(Date.now() / 1000) + 901);
    const file = join(folder, "offline.yaml");
    await writeFile(file, stdout);
    const judged = await cluster().kubectl(["create", "--dry-run=client", "-o", "name", "-f", file]);
    expect(judged.stdout.split("\n").filter(Boolean)).to.deep.equal([
      `serviceaccount/${account}`,
      `rolebinding.rbac.authorization.k8s.io/${account}`,
      `role.rbac.authorization.k8s.io/${account}`,
      `rolebinding.rbac.authorization.k8s.io/${account}`,
    ]);
  });
});

/** Gives a group a Role of a profile as the operator would. */
async function hand(namespace: string, side: string, who: string, rules: readonly object[]): Promise<void> {
  const name = `break-glass-${side}-incident`;
  await admin().create({ apiVersion: RBAC, kind: "Role", metadata: { namespace, name }, rules });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  await admin().create({ apiVersion: RBAC, kind: "RoleBinding", metadata: { namespace, name }, subjects: [group(who)], roleRef });
}
