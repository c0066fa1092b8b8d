/** Proves what completion asks a cluster, and that it says nothing and ends soon where it gets no answer. */
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type Answers, openStage, refusal, type Stage } from "../../../support/command-line.ts";
import { runProgram } from "../../../support/program.ts";
import { requestObject } from "../../../support/request-objects.ts";

const API = "/apis/securitybaseline.dev/v1alpha1";
const NAMESPACES = { items: [{ metadata: { name: "payments" } }, { metadata: { name: "shop" } }] };
const SECTION = { spec: { breakGlass: { profiles: [{ name: "incident", role: "edit", maxDuration: "1h", approvers: {} }] } } };
const REQUESTS = {
  items: [requestObject("incident-a", { status: { phase: "Pending" } }), requestObject("incident-b", { status: { phase: "Expired" } })],
};

const ANSWERS: Answers = {
  "GET /api/v1/namespaces": { json: NAMESPACES },
  [`GET ${API}/namespaces/payments/securitybaselines/baseline`]: { json: SECTION },
  [`GET ${API}/namespaces/payments/breakglassrequests`]: { json: REQUESTS },
  [`GET ${API}/namespaces/shop/breakglassrequests`]: { json: { items: [] } },
  [`GET ${API}/namespaces/securitybaseline-breakglass/breakglassrequests`]: { json: { items: [] } },
  [`GET ${API}/clustersecuritybaselines/cluster`]: { json: SECTION },
};

/** The lines of an answer, of which nothing was said on stderr. */
async function complete(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runProgram(["__complete", "fish", "--", ...words], environment);
  expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
  return stdout.split("\n").slice(0, -1);
}

describe("names that complete a command line", () => {
  const asked: readonly { words: readonly string[]; call: string; lines: readonly string[] }[] = [
    { words: ["status", "-n", ""], call: "/api/v1/namespaces?limit=1000", lines: ["payments", "shop"] },
    { words: ["status", "--namespace=s"], call: "/api/v1/namespaces?limit=1000", lines: ["--namespace=shop"] },
    {
      words: ["break-glass", "request", "--profile", ""],
      call: `${API}/namespaces/payments/securitybaselines/baseline`,
      lines: ["incident\tedit for 1h at most"],
    },
    {
      words: ["break-glass", "request", "--cluster", "--profile", ""],
      call: `${API}/clustersecuritybaselines/cluster`,
      lines: ["incident\tedit for 1h at most"],
    },
    {
      words: ["break-glass", "approve", "inc"],
      call: `${API}/namespaces/payments/breakglassrequests?limit=1000`,
      lines: ["incident-a\tPending: incident, jane"],
    },
    {
      words: ["break-glass", "show", ""],
      call: `${API}/namespaces/payments/breakglassrequests?limit=1000`,
      lines: ["incident-a\tPending: incident, jane", "incident-b\tExpired: incident, jane"],
    },
    { words: ["break-glass", "deny", "-n", "shop", ""], call: `${API}/namespaces/shop/breakglassrequests?limit=1000`, lines: [] },
    {
      words: ["break-glass", "deny", "--cluster", ""],
      call: `${API}/namespaces/securitybaseline-breakglass/breakglassrequests?limit=1000`,
      lines: [],
    },
  ];
  for (const { words, call, lines } of asked) {
    it(`of ${words.join(" ")} take one request that reads`, async () => {
      await using stage = await openStage(ANSWERS);
      expect(await complete(words, { KUBECONFIG: stage.kubeconfig })).to.deep.equal([...lines, ":4"]);
      expect(stage.server.seen.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).to.deep.equal([`GET ${call}`]);
    });
  }

  it("are asked for metadata alone where that is enough", async () => {
    await using stage = await openStage(ANSWERS);
    await complete(["status", "-n", ""], { KUBECONFIG: stage.kubeconfig });
    expect(stage.server.seen[0]?.headers.accept).to.match(/as=PartialObjectMetadataList/);
  });

  it("of contexts come from the kubeconfig that is typed, and no cluster is asked", async () => {
    await using stage = await openStage({});
    expect(await complete(["status", "--kubeconfig", stage.kubeconfig, "--context", ""])).to.deep.equal(["stage\tcluster stage", ":4"]);
    expect(await complete(["status", "--kubeconfig", "~/kubeconfig", "--context", ""], { HOME: stage.folder })).to.have.length(2);
    expect(stage.server.seen).to.deep.equal([]);
  });

  const failures: readonly { reason: string; answers: Answers }[] = [
    { reason: "are refused", answers: { "GET /api/v1/namespaces": refusal(403, "Forbidden", "no") } },
    { reason: "come as something else", answers: { "GET /api/v1/namespaces": { json: { items: [{}] } } } },
    { reason: "come as no JSON", answers: { "GET /api/v1/namespaces": { chunks: ["<html>"] } } },
    { reason: "are cut off", answers: { "GET /api/v1/namespaces": "reset" } },
    { reason: "do not come", answers: { "GET /api/v1/namespaces": "silence" } },
  ];
  for (const { reason, answers } of failures) {
    it(`are none, soon and without a word, where they ${reason}`, async () => {
      await using stage = await openStage(answers);
      const before = performance.now();
      expect(await complete(["status", "-n", ""], { KUBECONFIG: stage.kubeconfig })).to.deep.equal([":4"]);
      expect(stage.server.seen).to.have.length(1);
      // Less than any other limit of a request; a machine with other things to do is slow to start a process.
      expect(performance.now() - before).to.be.below(15_000);
    });
  }

  it("are none where there is no kubeconfig, or none that can be read", async () => {
    await using stage = await openStage(ANSWERS);
    const fifo = join(stage.folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    await writeFile(join(stage.folder, "broken"), "contexts: [");
    const unreadable = [fifo, join(stage.folder, "broken"), join(stage.folder, "absent"), stage.folder, "$(touch pwned)"];
    const lines = unreadable.flatMap((file) => ["-n", "--context"].map((flag) => ["status", "--kubeconfig", file, flag, ""]));
    expect(await Promise.all(lines.map((words) => complete(words)))).to.deep.equal(lines.map(() => [":4"]));
    expect(await complete(["status", "--context", ""])).to.deep.equal([":4"]);
    expect(await complete(["status", "--context", "absent", "-n", ""], { KUBECONFIG: stage.kubeconfig })).to.deep.equal([":4"]);
  });

  /** Makes the kubeconfig's user one of a credential plugin, a command of sh. */
  async function withPlugin(stage: Stage, command: string, more: object = {}): Promise<void> {
    const config = JSON.parse(await readFile(stage.kubeconfig, "utf8")) as object;
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "sh", args: ["-c", command], ...more };
    await writeFile(stage.kubeconfig, JSON.stringify({ ...config, users: [{ name: "jane", user: { exec } }] }));
  }

  it("are none where a credential plugin needs a person: it is not run", async () => {
    await using stage = await openStage(ANSWERS);
    const ran = join(stage.folder, "ran");
    await withPlugin(stage, `touch ${ran}`, { interactiveMode: "Always" });
    expect(await complete(["status", "-n", ""], { KUBECONFIG: stage.kubeconfig })).to.deep.equal([":4"]);
    expect(await readFile(ran).catch(() => "was not run")).to.equal("was not run");
    await withPlugin(stage, `touch ${ran}`, { interactiveMode: "IfAvailable" });
    expect(await complete(["status", "-n", ""], { KUBECONFIG: stage.kubeconfig })).to.deep.equal([":4"]);
    expect(String(await readFile(ran))).to.equal("");
  });

  it("are none, soon, where a credential plugin asks, complains or does not end", async () => {
    await using stage = await openStage(ANSWERS);
    await withPlugin(stage, "echo Password: >&2; read answer");
    const before = performance.now();
    expect(await complete(["status", "-n", ""], { KUBECONFIG: stage.kubeconfig })).to.deep.equal([":4"]);
    expect(performance.now() - before).to.be.below(15_000);
  });

  it("are none where a file of the credentials has no end", async () => {
    await using stage = await openStage(ANSWERS);
    const config = JSON.parse(await readFile(stage.kubeconfig, "utf8")) as object;
    const user = { "client-certificate": "/dev/zero", "client-key": "/dev/zero" };
    await writeFile(stage.kubeconfig, JSON.stringify({ ...config, users: [{ name: "jane", user }] }));
    expect(await complete(["status", "-n", ""], { KUBECONFIG: stage.kubeconfig })).to.deep.equal([":4"]);
    expect(stage.server.seen).to.deep.equal([]);
  });
});
