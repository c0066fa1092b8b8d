/** Proves that the workflow for pull requests gives away nothing and comments once, and that the hook of pre-commit runs the built program. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { programPath } from "../../support/program.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PAGE = join(ROOT, "docs/bringing-baselines/pull-requests");

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: object;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<"plan" | "comment", { readonly permissions: object; readonly if?: string; readonly steps: readonly Step[] }>
  >;
}

const workflow = parse(readFileSync(join(PAGE, "plan.yaml"), "utf8")) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const commenting = steps.find(({ name }) => name === "Comment")?.run ?? "";

/** Runs shell as GitHub does, with `gh` that knows one comment or none. Answers what `gh` was asked for, and the comment. */
function comment(known: string, text: string): { readonly asked: readonly string[]; readonly written: string } {
  const folder = mkdtempSync(join(tmpdir(), "comment-"));
  try {
    writeFileSync(join(folder, "gh"), `#!/bin/sh\necho "$*" >> "${folder}/asked"\ncase "$*" in *--paginate*) echo "${known}";; esac\n`);
    chmodSync(join(folder, "gh"), 0o755);
    const env = {
      PATH: `${folder}${delimiter}${process.env["PATH"]}`,
      RUNNER_TEMP: folder,
      COMMENT: Buffer.from(text).toString("base64"),
      NUMBER: "7",
      REPOSITORY: "acme/baselines",
    };
    const { status, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", commenting], { env, encoding: "utf8" });
    expect(status, stderr).to.equal(0);
    const asked = readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
    return { asked: asked.map((line) => line.split(" ").slice(0, 4).join(" ")), written: readFileSync(join(folder, "comment.md"), "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the workflow for pull requests", () => {
  it("gives no job more rights than it uses, and the one with the cluster none to write", () => {
    expect(Object.keys(workflow.on)).to.deep.equal(["pull_request"]);
    expect(workflow.permissions).to.deep.equal({});
    expect(workflow.jobs.plan.permissions).to.deep.equal({ contents: "read" });
    expect(workflow.jobs.comment.permissions).to.deep.equal({ "pull-requests": "write" });
    expect(workflow.jobs.plan.if).to.equal("github.event.pull_request.head.repo.full_name == github.repository");
  });

  it("uses one action, of a commit, which keeps no token", () => {
    const used = steps.filter(({ uses }) => uses !== undefined);
    expect(used.map(({ uses }) => uses)).to.deep.equal(["actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"]);
    expect(used[0]?.with).to.deep.equal({ "persist-credentials": false });
  });

  it("lets nothing into a shell but by the environment, and nothing at all that an author chooses", () => {
    for (const { run = "", env = {} } of steps) {
      expect(run).to.not.include("${{");
      expect(Object.values(env).join()).to.not.match(/title|body|head|label|actor/);
    }
  });

  it("shows the cluster's secret to the step that plans alone", () => {
    const holders = steps.filter(({ env = {} }) => Object.values(env).join().includes("secrets."));
    expect(holders.map(({ name }) => name)).to.deep.equal(["Plan"]);
  });

  it("writes a comment where there is none, and renews it afterwards", () => {
    const hostile = "`$(touch x)`\n$NUMBER\nname=value\n";
    const first = comment("", hostile);
    expect(first.asked[1]).to.equal("api --method POST repos/acme/baselines/issues/7/comments");
    expect(first.written).to.equal(`<!-- securitybaseline-plan -->\n${hostile}`);
    expect(comment("41", "plan").asked[1]).to.equal("api --method PATCH repos/acme/baselines/issues/comments/41");
  });
});

describe("the hook of pre-commit", () => {
  const [hook] = parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8")) as { id: string; entry: string }[];
  const config = parse(readFileSync(join(PAGE, "pre-commit.yaml"), "utf8"));

  it("is the one that the page names", () => {
    expect(config.repos[0].hooks[0].id).to.equal(hook?.id);
  });

  it("finds in files behind its entry what is wrong with them", async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), "hook-"));
    try {
      const [, ...args] = hook?.entry.split(" ") ?? [];
      const object = "apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\nmetadata: {name: baseline, namespace: a}\n";
      writeFileSync(join(folder, "good.yaml"), object);
      writeFileSync(join(folder, "bad.yaml"), `${object}spec: {mode: Enforced}\n`);
      const lint = (...files: string[]) => spawnSync(process.execPath, [program, ...args, ...files], { cwd: folder, encoding: "utf8" });
      const program = await programPath();
      expect(lint("good.yaml").status).to.equal(0);
      const { status, stdout } = lint("good.yaml", "bad.yaml");
      expect(status).to.equal(1);
      expect(stdout).to.match(/^bad\.yaml:4: spec\.mode: /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
