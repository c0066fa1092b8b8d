/** Proves that `break-glass offline` prints a whole grant that ends on time, with how to use it and how to clean up. */
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { type OfflineOptions, runOffline } from "../../../operator/cli/break-glass/offline.ts";
import { type Answers, captureIo, openStage, refusal } from "../../support/command-line.ts";

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const BASE = {
  output: "text",
  scope: { namespace: "payments" },
  role: "sb-incident-admin",
  user: "jane",
  for: "30m",
  settings: { namespace: "securitybaseline-breakglass", unboundedRoles: [], objectLabels: {} },
} as const satisfies OfflineOptions;

async function offline(options: Partial<OfflineOptions>): Promise<Run> {
  const io = captureIo();
  return { code: await runOffline({ ...BASE, ...options }, io), ...io.printed };
}

async function onStage(answers: Answers, options: Partial<OfflineOptions> = {}): Promise<Run> {
  await using stage = await openStage(answers);
  return await offline({ kubeconfig: stage.kubeconfig, ...options });
}

interface Printed {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
}

function objects(stdout: string): readonly Printed[] {
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

/** `2026-11-23T10:30:00Z` in Unix seconds. */
const DEADLINE = 1_795_429_800;

describe("break-glass offline", () => {
  it("takes the time from the API server", async () => {
    const { code, stdout, stderr } = await onStage({ "GET /version": { json: { gitVersion: "v1.37.2" } } });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    const names = new Set(objects(stdout).map(({ metadata }) => metadata.name.replace(/^bg-[a-z0-9]{10}-/, "")));
    expect([...names]).to.deep.equal([String(DEADLINE)]);
  });

  it("takes the time from a refusal, too", async () => {
    expect((await onStage({ "GET /version": refusal(403, "Forbidden", "no") })).code).to.equal(0);
  });

  it("prints the four objects in the order in which they are to be made", async () => {
    const { stdout } = await offline({ now: "2026-11-23T10:00:00Z" });
    expect(objects(stdout).map(({ kind, metadata }) => [kind, metadata.namespace])).to.deep.equal([
      ["ServiceAccount", "securitybaseline-breakglass"],
      ["RoleBinding", "payments"],
      ["Role", "securitybaseline-breakglass"],
      ["RoleBinding", "securitybaseline-breakglass"],
    ]);
  });

  const unbounded = { role: "cluster-admin", settings: { ...BASE.settings, unboundedRoles: ["cluster-admin"] } };

  it("says of a role that can make itself permanent that it can", async () => {
    const { stdout } = await offline({ ...unbounded, now: "2026-11-23T10:00:00Z", scope: "cluster" });
    expect(stdout.split("\n")[1]).to.equal(
      '# Mind that a grant of the ClusterRole "cluster-admin" can make itself permanent: have it looked at afterwards what was done with it.',
    );
  });

  it("prints no such grant for a namespace, which the policies would refuse", async () => {
    const { code, stdout, stderr } = await offline({ ...unbounded, now: "2026-11-23T10:00:00Z" });
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: "" });
    expect(stderr).to.contain("the policies allow it for the whole cluster alone: say --cluster, or another --role");
  });

  it("binds in the whole cluster for scope cluster", async () => {
    const { stdout } = await offline({ now: "2026-11-23T10:00:00Z", scope: "cluster" });
    expect(objects(stdout)[1]).to.include({ kind: "ClusterRoleBinding" }).and.not.have.nested.property("metadata.namespace");
    expect(stdout).to.match(/^# {3}kubectl delete clusterrolebinding bg-\S+$/m);
  });

  it("says who gets what until when, how to use it and how to clean up", async () => {
    const { stdout } = await offline({ now: "2026-11-23T10:00:00Z", reason: "operator down\nkind: Evil" });
    const name = objects(stdout)[0]?.metadata.name;
    const comments = stdout.split("\n").filter((line) => line.startsWith("#"));
    expect(comments).to.deep.equal([
      "# jane gets ClusterRole sb-incident-admin in namespace payments until 2026-11-23T10:30:00Z.",
      "# Reason: operator down\\u{a}kind: Evil",
      "# Make the objects as a member of a custodian group:",
      "#   kubectl create -f FILE",
      "# Then jane mints the token. It may not outlive the deadline, and lasts ten minutes at least:",
      `#   kubectl create token ${name} --namespace securitybaseline-breakglass --duration $((1795429800 - $(date +%s) - 5))s`,
      "# Clean up when it is over. The first line ends all tokens:",
      `#   kubectl delete serviceaccount ${name} --namespace securitybaseline-breakglass`,
      `#   kubectl delete role ${name} --namespace securitybaseline-breakglass`,
      `#   kubectl delete rolebinding ${name} --namespace securitybaseline-breakglass`,
      "# The binding that is left gives nobody anything. Whoever may delete bindings in namespace payments removes it:",
      `#   kubectl delete rolebinding ${name} --namespace payments`,
    ]);
  });

  it("makes another grant each time", async () => {
    const names = [await offline({ now: "2026-11-23T10:00:00Z" }), await offline({ now: "2026-11-23T10:00:00Z" })].map(
      ({ stdout }) => objects(stdout)[0]?.metadata.name,
    );
    expect(new Set(names).size).to.equal(2);
  });

  it("prints one list for programs", async () => {
    const { stdout } = await offline({ now: "2026-11-23T10:00:00Z", output: "json" });
    expect(JSON.parse(stdout)).to.include({ apiVersion: "v1", kind: "List" }).and.have.property("items").with.length(4);
  });

  const refusals: readonly { reason: string; options: Partial<OfflineOptions>; stderr: string }[] = [
    { reason: "a time that is none", options: { now: "soon" }, stderr: "--now is no time: write it like 2026-11-23T10:00:00Z" },
    {
      reason: "a duration that is none",
      options: { now: "2026-11-23T10:00:00Z", for: "soon" },
      stderr: "--for is no duration from 10m on: write it like 30m",
    },
    {
      reason: "a duration in which no token could be minted",
      options: { now: "2026-11-23T10:00:00Z", for: "9m" },
      stderr: "--for is no duration from 10m on: write it like 30m",
    },
  ];
  for (const { reason, options, stderr } of refusals) {
    it(`refuses ${reason}`, async () => {
      expect(await offline(options)).to.deep.equal({ code: 2, stdout: "", stderr: `securitybaseline: ${stderr}\n` });
    });
  }
});
