/** Proves the command line as a user meets it: exit codes, answers on stdout, and complaints of one line on stderr. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openStage } from "../../support/command-line.ts";
import { runProgram, runProgramBriefly } from "../../support/program.ts";
import { requestObject } from "../../support/request-objects.ts";

const SAMPLE = "config/samples/team-alpha.yaml";

const run = (...args: string[]) => runProgram(args);

describe("the program", () => {
  it("says its version", async () => {
    const { code, stdout, stderr } = await run("version");
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(stdout).to.match(/^securitybaseline \d+\.\d+\.\d+ \(commit ([0-9a-f]{40}|unknown)\)\n$/);
  });

  it("finds nothing wrong with the sample", async () => {
    expect(await run("lint", "-f", SAMPLE)).to.deep.equal({ code: 0, stdout: "", stderr: "" });
  });

  it("renders the sample, and says on stderr what needs a cluster", async () => {
    const { code, stdout, stderr } = await run("render", "-f", SAMPLE);
    expect(code).to.equal(0);
    expect(stdout.match(/^kind: \w+$/gm)).to.include.members(["kind: Namespace", "kind: NetworkPolicy", "kind: RoleBinding"]);
    expect(stderr).to.match(/^config\/samples\/team-alpha\.yaml:\d+: warning: .*left closed\n$/);
  });

  const complaints: readonly { reason: string; args: readonly string[]; stderr: RegExp }[] = [
    { reason: "an unknown command", args: ["reconcile"], stderr: /^error: unknown command 'reconcile'\n$/ },
    { reason: "an unknown flag", args: ["operator", "--webhook"], stderr: /^error: unknown option '--webhook'\n$/ },
    {
      reason: "an address that is to be kept secret is refused without repeating it",
      args: ["operator", "--break-glass-webhook", "http://example.com/secret"],
      stderr: /^securitybaseline: --break-glass-webhook: write an address that begins with https:\/\/\n$/,
    },
    { reason: "a bad address", args: ["operator", "--metrics-address", "8080"], stderr: /write it as host:port or :port\n$/ },
    {
      reason: "a value that is not offered",
      args: ["operator", "--log-level", "trace"],
      stderr: /Allowed choices are error, warn, info, debug\.\n$/,
    },
    { reason: "a missing flag", args: ["lint"], stderr: /^error: required option '-f, --file <path\.\.\.>' not specified\n$/ },
    { reason: "a file that is not there", args: ["render", "-f", "absent.yaml"], stderr: /^absent\.yaml: cannot be read: .*ENOENT.*\n$/ },
    {
      reason: "a kubeconfig that is not there",
      args: ["operator", "--kubeconfig", "absent"],
      stderr: /^securitybaseline: cannot read absent.*\n$/,
    },
    {
      reason: "a grant by hand that says no place",
      args: ["break-glass", "offline", "--role", "view", "--user", "jane", "--for", "30m"],
      stderr: /^error: say where: --namespace NS or --cluster\n$/,
    },
    {
      reason: "a report without a form",
      args: ["report", "-A"],
      stderr: /^error: required option '-o, --output <format>' not specified\n$/,
    },
    {
      reason: "a report on one namespace and on all",
      args: ["report", "-A", "-n", "shop", "-o", "json"],
      stderr: /^error: option '-A, --all-namespaces' cannot be used with option '-n, --namespace <name>'\n$/,
    },
    {
      reason: "a request for two places",
      args: ["break-glass", "list", "--cluster", "--namespace", "shop"],
      stderr: /^error: option '--cluster' cannot be used with option '-n, --namespace <name>'\n$/,
    },
    {
      reason: "emergency access without credentials",
      args: ["break-glass", "can"],
      stderr: /^securitybaseline: there is no kubeconfig.*\n$/,
    },
    { reason: "no credentials at all", args: ["operator"], stderr: /^securitybaseline: there is no kubeconfig.*\n$/ },
  ];
  for (const { reason, args, stderr } of complaints) {
    it(`ends with 2 and one line for ${reason}`, async () => {
      const outcome = await run(...args);
      expect(outcome.stderr).to.match(stderr);
      expect(outcome.stderr.trimEnd()).not.to.include("\n");
      expect(outcome.code).to.equal(2);
    });
  }

  it("ends without a word when its reader has seen enough", async () => {
    const folder = await mkdtemp(join(tmpdir(), "securitybaseline-"));
    const roles = Array.from(
      { length: 32 },
      (_, index) => `    - {name: role-${index}, groups: [g], rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}\n`,
    );
    const baseline = (namespace: string): string =>
      `apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\nmetadata: {name: baseline, namespace: ${namespace}}\nspec:\n  access:\n    roles:\n${roles.join("")}---\n`;
    const file = join(folder, "many.yaml");
    await writeFile(file, Array.from({ length: 40 }, (_, index) => baseline(`n${index}`)).join(""));
    expect(await runProgramBriefly(["render", "-f", file])).to.deep.equal({ code: 0, stderr: "" });
    await rm(folder, { recursive: true });
  });

  const requests = Array.from({ length: 3_000 }, (_, index) => requestObject(`incident-${index}`));
  const entries = requests.map(({ metadata }) => ({ metadata, spec: { chain: "c", seq: 1, details: { reason: "x".repeat(100) } } }));
  const long: readonly { args: readonly string[]; call: string; items: readonly object[] }[] = [
    {
      args: ["break-glass", "list"],
      call: "GET /apis/securitybaseline.dev/v1alpha1/namespaces/payments/breakglassrequests",
      items: requests,
    },
    {
      args: ["audit", "export"],
      call: "GET /apis/securitybaseline.dev/v1alpha1/namespaces/securitybaseline-breakglass/breakglassauditentries",
      items: entries,
    },
  ];
  for (const { args, call, items } of long) {
    it(`ends ${args.join(" ")} without a word when its reader has seen enough`, async () => {
      await using stage = await openStage({ [call]: { json: { metadata: {}, items } } });
      expect(await runProgramBriefly([...args, "--kubeconfig", stage.kubeconfig])).to.deep.equal({ code: 0, stderr: "" });
      expect(stage.server.seen).to.have.length(1);
    });
  }

  it("shows the stack to who asks to debug", async () => {
    const { code, stderr } = await run("operator", "--kubeconfig", "absent", "--log-level", "debug");
    expect(code).to.equal(2);
    expect(stderr).to.match(/\n {4}at /);
  });
});
