/** Proves that the small program of kubectl hands out a kept token by itself, and leaves everything else to the whole program. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { invocationOf, keepToken } from "../../../operator/cli/break-glass/plugin-answer.ts";
import { openStage, type Stage } from "../../support/command-line.ts";
import { installPlugin, pluginPath, runFile, runFileUnheard, runProgram } from "../../support/program.ts";
import { requestObject } from "../../support/request-objects.ts";

const CALL = ["break-glass", "credential", "incident-aaaaa", "--namespace", "payments"];
const TOKEN = { token: "the-token", expirationTimestamp: "2026-11-23T10:29:58Z" };
const ANSWER = `${JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: TOKEN })}\n`;

const GET = "GET /apis/securitybaseline.dev/v1alpha1/namespaces/payments/breakglassrequests/incident-aaaaa";
const WHO = "POST /apis/authentication.k8s.io/v1/selfsubjectreviews";
/** 30 minutes after the time of the server's answers. */
const GRANT = "bg-0123456789-1795429800";
const MINT = `POST /api/v1/namespaces/securitybaseline-breakglass/serviceaccounts/${GRANT}/token`;

describe("the small program of kubectl", function () {
  this.timeout(60_000);

  it("is of this project and of Node alone", async () => {
    const text = await readFile(await pluginPath(), "utf8");
    expect(text).to.match(/^#!\/usr\/bin\/env node\n/);
    expect([...text.matchAll(/\bfrom "(?!node:)[^"]*"/g)]).to.deep.equal([]);
    expect(text.length).to.be.below(10_000);
  });

  describe("without the whole program", () => {
    let home = "";
    let alone = "";
    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), "securitybaseline-plugin-"));
      alone = await installPlugin(home);
      await mkdir(join(home, ".kube"));
      await writeFile(join(home, ".kube/config"), "");
    });
    afterEach(() => rm(home, { recursive: true }));

    const keep = (remaining: number): void => {
      const invocation = invocationOf(CALL, { HOME: home });
      if (invocation === undefined) throw new Error("it is no call of the plugin");
      keepToken(invocation, { token: TOKEN, remaining, named: [] }, Date.now());
    };

    it("answers with the kept token", async () => {
      keep(600_000);
      expect(await runFile(alone, CALL, { HOME: home })).to.deep.equal({ code: 0, stdout: ANSWER, stderr: "" });
    });

    it("ends without a word when its reader has gone", async () => {
      keep(600_000);
      expect(await runFileUnheard(alone, CALL, { HOME: home })).to.deep.equal({ code: 0, stderr: "" });
    });

    const stale: readonly { reason: string; remaining?: number }[] = [
      { reason: "nothing is kept" },
      { reason: "the kept token lives for 30 seconds", remaining: 30_000 },
    ];
    for (const { reason, remaining } of stale) {
      it(`says in one line what is missing where ${reason}`, async () => {
        if (remaining !== undefined) keep(remaining);
        const stderr = `securitybaseline: ${join(home, "securitybaseline.mjs")} is not there: put it back, or print the kubeconfig again\n`;
        expect(await runFile(alone, CALL, { HOME: home })).to.deep.equal({ code: 2, stdout: "", stderr });
      });
    }
  });

  describe("beside the whole program", () => {
    let minted = 0;
    let stage: Stage;
    beforeEach(async () => {
      minted = 0;
      const grant = { serviceAccount: GRANT, uid: "grant-uid" };
      stage = await openStage({
        [GET]: { json: requestObject("incident-aaaaa", { status: { phase: "Active", grant } }) },
        [WHO]: { status: 201, json: { status: { userInfo: { username: "jane" } } } },
        [MINT]: () => {
          minted += 1;
          return { status: 201, json: { status: { ...TOKEN, token: `token-${minted}` } } };
        },
      });
    });
    afterEach(() => stage[Symbol.asyncDispose]());

    const run = async (args: readonly string[] = [...CALL, "--kubeconfig", stage.kubeconfig]) =>
      runFile(await pluginPath(), args, { HOME: stage.folder });
    const keptFiles = () => readdir(join(stage.folder, ".cache/securitybaseline/break-glass"));

    it("asks the API server for the first call, and not for the next one", async () => {
      const first = await run();
      expect(first, first.stderr).to.deep.include({ code: 0, stderr: "" });
      expect(JSON.parse(first.stdout)).to.have.nested.property("status.token", "token-1");
      const asked = stage.server.seen.length;
      expect(await run()).to.deep.equal(first);
      expect(stage.server.seen).to.have.length(asked);
    });

    it("asks anew when the kubeconfig has changed since", async () => {
      await run();
      const asked = stage.server.seen.length;
      await writeFile(stage.kubeconfig, `${await readFile(stage.kubeconfig, "utf8")}\n`);
      await run();
      expect(stage.server.seen.length).to.be.above(asked);
    });

    it("serves calls side by side, and leaves whole files", async () => {
      const outcomes = await Promise.all([run(), run(), run()]);
      for (const { code, stdout } of outcomes) {
        expect(code).to.equal(0);
        expect(JSON.parse(stdout).status.token).to.match(/^token-[123]$/);
      }
      expect(await keptFiles()).to.satisfy(
        (names: string[]) => names.length === 2 && names.every((name) => /^([0-9a-f]{64}|payments\.incident-aaaaa)\.json$/.test(name)),
      );
      const asked = stage.server.seen.length;
      expect(await run()).to.deep.include({ code: 0 });
      expect(stage.server.seen).to.have.length(asked);
    });

    it("fails as the whole program does", async () => {
      const other = [...CALL.with(2, "incident-other"), "--kubeconfig", stage.kubeconfig];
      const outcome = await run(other);
      expect(outcome).to.include({ code: 2, stdout: "" });
      expect(outcome.stderr).to.match(/^securitybaseline: [^\n]+\n$/);
      expect(outcome).to.deep.equal(await runProgram(other, { HOME: stage.folder }));
    });

    it("runs any other command as the whole program does", async () => {
      expect(await run(["version"])).to.deep.equal(await runProgram(["version"]));
    });

    it("is what the printed kubeconfig names, whichever of the two prints it", async () => {
      const args = [...CALL, "--kubeconfig", stage.kubeconfig, "--print-kubeconfig"];
      const { stdout } = await run(args);
      expect(parse(stdout).users[0].user.exec.command).to.equal(await pluginPath());
      expect((await runProgram(args, { HOME: stage.folder })).stdout).to.equal(stdout);
    });
  });
});
