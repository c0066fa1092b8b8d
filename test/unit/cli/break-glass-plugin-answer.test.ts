/** Proves that the credential plugin answers from a file only what it answered to the same call, for as long as that is good, and only from its user's own file. */
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { statesOf } from "../../../operator/cli/break-glass/file-state.ts";
import { emergencyKubeconfig } from "../../../operator/cli/break-glass/kubeconfig.ts";
import { forgetToken, type Invocation, invocationOf, keepToken, keptAnswer } from "../../../operator/cli/break-glass/plugin-answer.ts";

const REQUEST = { namespace: "payments", name: "incident-x7k2p" };
const CALL = ["break-glass", "credential", "incident-x7k2p", "--namespace", "payments", "--break-glass-namespace", "bg"];
const TOKEN = { token: "secret", expirationTimestamp: "2026-11-23T10:30:00Z" };
const ANSWER = `${JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: TOKEN })}\n`;
const NOW = 1_000_000;

describe("the kept token of the credential plugin", () => {
  let home = "";
  let folder = "";
  let kept = "";
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "securitybaseline-answer-"));
    folder = join(home, "cache/securitybaseline/break-glass");
    kept = join(folder, "payments.incident-x7k2p.json");
    await mkdir(join(home, ".kube"));
    await Promise.all([".kube/config", "other", "cert"].map((name) => writeFile(join(home, name), "jane")));
  });
  afterEach(() => rm(home, { recursive: true }));

  const find = (args: readonly string[] = CALL, env: Record<string, string> = {}): Invocation | undefined =>
    invocationOf(args, { HOME: home, XDG_CACHE_HOME: join(home, "cache"), ...env });
  const call = (...how: Parameters<typeof find>): Invocation => {
    const invocation = find(...how);
    if (invocation === undefined) throw new Error("it is no call of the plugin");
    return invocation;
  };
  const keep = (remaining = 60_000, invocation = call()): void =>
    keepToken(invocation, { token: TOKEN, remaining, named: statesOf([join(home, "cert")]) }, NOW);

  it("is given to the same call as long as it lives for more than 30 seconds", () => {
    keep(60_000);
    expect(keptAnswer(call(), NOW)).to.equal(ANSWER);
    expect(keptAnswer(call(), NOW + 29_999)).to.equal(ANSWER);
    expect(keptAnswer(call(), NOW + 30_000)).to.equal(undefined);
  });

  it("is not given where the clock was put back: nobody knows then how long it lives", () => {
    keep();
    expect(keptAnswer(call(), NOW - 1)).to.equal(undefined);
  });

  const others: readonly { reason: string; args?: readonly string[]; env?: (home: string) => Record<string, string> }[] = [
    { reason: "another request", args: CALL.with(2, "incident-other") },
    { reason: "another namespace", args: CALL.with(4, "shop") },
    { reason: "another break-glass namespace", args: CALL.with(6, "bg2") },
    { reason: "another context", args: [...CALL, "--context", "staging"] },
    { reason: "another kubeconfig of the environment", env: (at) => ({ KUBECONFIG: `${at}/other` }) },
    { reason: "more kubeconfigs of the environment", env: (at) => ({ KUBECONFIG: `${at}/.kube/config:${at}/other` }) },
    { reason: "another home, in which another kubeconfig is", env: (at) => ({ HOME: `${at}/joe` }) },
  ];
  for (const { reason, args, env } of others) {
    it(`is not given to a call for ${reason}`, async () => {
      await mkdir(join(home, "joe/.kube"), { recursive: true });
      await writeFile(join(home, "joe/.kube/config"), "joe");
      keep();
      expect(keptAnswer(call(args, env?.(home)), NOW)).to.equal(undefined);
    });
  }

  it("is not given to a call with another kubeconfig as flag", () => {
    keep(60_000, call([...CALL, "--kubeconfig", join(home, "cert")]));
    expect(keptAnswer(call([...CALL, "--kubeconfig", join(home, "other")]), NOW)).to.equal(undefined);
  });

  const changes: readonly { reason: string; change: () => Promise<unknown> }[] = [
    { reason: "the kubeconfig was written, with as many letters", change: () => overwrite(join(home, ".kube/config")) },
    {
      reason: "the kubeconfig was replaced",
      change: async () => {
        await writeFile(join(home, "new"), "jane");
        await rename(join(home, "new"), join(home, ".kube/config"));
      },
    },
    { reason: "a file that the kubeconfig names was written", change: () => overwrite(join(home, "cert")) },
    { reason: "a file that the kubeconfig names is gone", change: () => rm(join(home, "cert")) },
  ];
  for (const { reason, change } of changes) {
    it(`is not given where ${reason}: it may be somebody else's by now`, async () => {
      keep();
      await change();
      expect(keptAnswer(call(), NOW)).to.equal(undefined);
    });
  }

  it("is forgotten with the request that it was for", () => {
    keep();
    forgetToken(join(home, "cache"), { namespace: "shop", name: REQUEST.name });
    expect(keptAnswer(call(), NOW)).to.equal(ANSWER);
    forgetToken(join(home, "cache"), REQUEST);
    expect(keptAnswer(call(), NOW)).to.equal(undefined);
  });

  const exposures: readonly { reason: string; expose: () => Promise<unknown> }[] = [
    { reason: "a folder that others can write", expose: () => chmod(folder, 0o770) },
    { reason: "a file that others can read", expose: () => chmod(kept, 0o640) },
    // Only root can give a file away.
    ...(process.getuid?.() === 0
      ? [
          { reason: "a file of somebody else", expose: () => chown(kept, 65_532, 65_532) },
          { reason: "a folder of somebody else", expose: () => chown(folder, 65_532, 65_532) },
        ]
      : []),
    {
      reason: "a folder to which a symbolic link leads",
      expose: async () => {
        await rename(folder, join(home, "elsewhere"));
        await symlink(join(home, "elsewhere"), folder);
      },
    },
    {
      reason: "what a symbolic link leads to",
      expose: async () => {
        await rename(kept, join(home, "elsewhere"));
        await symlink(join(home, "elsewhere"), kept);
      },
    },
  ];
  for (const { reason, expose } of exposures) {
    it(`is not taken from ${reason}`, async () => {
      keep();
      await expose();
      expect(keptAnswer(call(), NOW)).to.equal(undefined);
    });
  }

  it("is nothing in a file of another form", async () => {
    keep();
    const { said } = call();
    const whole = { said, named: [], since: NOW, until: NOW + 1, ...TOKEN };
    await writeFile(kept, JSON.stringify(whole));
    expect(keptAnswer(call(), NOW)).to.equal(ANSWER);
    const others = [{ token: 1 }, { expirationTimestamp: undefined }, { since: null }, { until: "2000000" }, { named: {} }, { named: [1] }];
    for (const content of ["", "{", "null", "[]", ...others.map((other) => JSON.stringify({ ...whole, ...other }))]) {
      await writeFile(kept, content);
      expect(keptAnswer(call(), NOW), content).to.equal(undefined);
    }
  });

  it("is written as a whole, for its user alone", async () => {
    keep();
    keep();
    expect(await readdir(folder)).to.deep.equal(["payments.incident-x7k2p.json"]);
  });

  it("may be kept nowhere: the call goes on", async () => {
    await writeFile(join(home, "cache"), "a file where the folder should be");
    keep();
    expect(keptAnswer(call(), NOW)).to.equal(undefined);
  });

  it("is for the call that the printed kubeconfig makes", () => {
    const source = { kubeconfig: join(home, "other"), environment: "", context: "prod" };
    const present = { server: "https://x", tls: {}, breakGlassNamespace: "bg", source, command: "securitybaseline" };
    const { users } = emergencyKubeconfig(REQUEST, present) as unknown as { users: { user: { exec: { args: string[] } } }[] };
    expect(find(users[0]?.user.exec.args)).to.include({ file: "payments.incident-x7k2p.json" });
  });

  const elsewhere: readonly { reason: string; args?: readonly string[]; env?: Record<string, string> }[] = [
    { reason: "another command", args: CALL.with(1, "approve") },
    { reason: "a kubeconfig in the folder it is made in", args: [...CALL, "--kubeconfig", "config"] },
    { reason: "a kubeconfig in the folder it is made in, of the environment", env: { KUBECONFIG: "/a:config" } },
    { reason: "a kubeconfig to be printed", args: [...CALL, "--print-kubeconfig"] },
    { reason: "an answer of another form", args: [...CALL, "-o", "json"] },
    { reason: "a name that is a path", args: CALL.with(2, "../../x") },
    { reason: "a namespace that is a path", args: CALL.with(4, "..") },
    { reason: "no request", args: CALL.slice(0, 2) },
    { reason: "no home", env: { HOME: "" } },
    { reason: "a user without a kubeconfig, as in a pod", env: { HOME: "/nonexistent" } },
  ];
  for (const { reason, args, env } of elsewhere) {
    it(`is not asked for by ${reason}`, () => {
      expect(find(args, env)).to.equal(undefined);
    });
  }
});

/** Writes as many letters as there were. Some systems count the time of files in steps of some milliseconds: it goes on until the next one. */
async function overwrite(file: string): Promise<void> {
  const { ctimeMs } = await stat(file);
  do await writeFile(file, "joe.");
  while ((await stat(file)).ctimeMs === ctimeMs);
}
