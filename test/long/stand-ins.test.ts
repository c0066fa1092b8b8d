/** Proves on a real API server that what stand-ins decided counts by itself once the approvers have not answered for as long as the profile says. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../operator/api/break-glass.ts";
import { entryName } from "../../operator/breakglass/chain.ts";
import { protectedNamespace } from "../support/baselines.ts";
import { ask, awaitPhase, decideOn, entriesAbout, INCIDENT, readRequest } from "../support/break-glass.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { type OperatorProcess, startOperator } from "../support/operator-process.ts";
import { person } from "../support/people.ts";
import { runProgram } from "../support/program.ts";
import { authorizerCaughtUp } from "../support/server-caches.ts";

/** Two approvals, which stand-ins give, too, a minute after the request. */
const PROFILE: BreakGlassProfile = {
  ...INCIDENT,
  approvers: { groups: ["leads"], required: 2, escalation: { after: "1m", groups: ["managers"] } },
};

describe("approvers who do not answer for a minute", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  it("are stood in for, also by who had decided before", async () => {
    const alice = await person("alice", ["oncall"]);
    const [mona, nora] = await Promise.all([person("mona", ["managers"]), person("nora", ["managers"])]);
    const namespace = await protectedNamespace("stand-ins", { breakGlass: { profiles: [PROFILE] } });
    await authorizerCaughtUp();
    const pending = await awaitPhase(await ask(alice, namespace), "Pending");
    const from = pending.status?.escalatesAt ?? "";
    await decideOn(mona, pending, "Approve", { standIn: true });
    await eventually("it counts", async () => expect((await readRequest(pending)).status?.approvals?.received).to.equal(1), 90_000);
    expect((await readRequest(pending)).status?.conditions?.[0]?.message).to.equal(
      `has 1 of 2 approvals by members of leads; members of managers stand in since ${from}`,
    );

    const args = ["break-glass", "approve", pending.metadata.name, "-n", namespace, "--kubeconfig", nora.kubeconfig];
    const { stdout } = await runProgram(args);
    expect(stdout).to.match(/^approved, as a stand-in: [^;]*\n$/);
    const active = await awaitPhase(pending, "Active");
    const entries = await entriesAbout(active);
    expect(entries.map(({ type }) => type)).to.deep.equal(["Requested", "Escalated", "Approved", "Issuing", "Active"]);
    expect(Date.parse(entries[1]?.time ?? "")).to.be.within(Date.parse(from), Date.parse(from) + 20_000);
    expect(entries[2]).to.include({ actor: nora.name });

    const auditor = await person("root", ["system:masters"]);
    const { stdout: findings } = await runProgram(["audit", "verify", "--kubeconfig", auditor.kubeconfig]);
    for (const { chain, seq } of entries) expect(findings).not.to.match(new RegExp(`^${entryName(chain, seq)} `, "m"));
  }).timeout(180_000);
});
