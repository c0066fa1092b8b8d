/** Proves that entries which somebody writes with the operator's token grant nothing, and that an auditor finds them. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { chainName, entryManifest, entryName, linkEntry } from "../../../../operator/breakglass/chain.ts";
import type { EntryDraft } from "../../../../operator/breakglass/types.ts";
import type { ApiClient } from "../../../support/api-client.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import {
  ask,
  awaitPhase,
  BREAK_GLASS_NAMESPACE,
  bypass,
  decideOn,
  entriesAbout,
  INCIDENT,
  ledger,
  readRequest,
} from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { operatorClient } from "../../../support/operator-token.ts";
import { type Person, person } from "../../../support/people.ts";
import { runProgram } from "../../../support/program.ts";

describe("entries that somebody writes with the operator's token", () => {
  let thief: ApiClient;
  let operator: OperatorProcess;
  let alice: Person;
  let lena: Person;
  let namespace: string;

  before(async () => {
    thief = await operatorClient();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    lena = await person("lena", ["leads"]);
    namespace = await protectedNamespace("entries", { breakGlass: { profiles: [INCIDENT] } });
  });

  after(() => operator.stop());

  /** Appends an entry about a request, which says as much as one of the operator's; answers its name. */
  const forge = (request: BreakGlassRequest, told: Pick<EntryDraft, "type"> & Partial<EntryDraft>): Promise<string> =>
    eventually("the next place is ours", async () => {
      const { metadata } = await admin().get({ apiVersion: "v1", kind: "Namespace", name: BREAK_GLASS_NAMESPACE });
      const chain = chainName(metadata?.uid ?? "");
      const last = (await ledger()).filter(({ spec }) => spec.chain === chain).at(-1)?.spec;
      const now = new Date();
      const time = `${now.toISOString().slice(0, 19)}Z`;
      const until = `${new Date(now.getTime() + 600_000).toISOString().slice(0, 19)}Z`;
      const { name, uid = "" } = request.metadata;
      const details = { namespace, request: name, profile: "incident", role: INCIDENT.role, duration: "1200", until };
      const profileHash = request.status?.resolved?.profileHash ?? "";
      const entry = linkEntry(
        { actor: "lena", requestUID: uid, profileHash, details, ...told },
        { chain, seq: (last?.seq ?? 0) + 1, prevHash: last?.hash ?? "", time },
      );
      await thief.create(entryManifest(entry, BREAK_GLASS_NAMESPACE) as KubernetesObject);
      return entryName(chain, entry.seq);
    });
  const verified = async (): Promise<{ code: number | null; stdout: string }> => {
    const auditor = await person("root", ["system:masters"]);
    const { code, stdout, stderr } = await runProgram(["audit", "verify", "--kubeconfig", auditor.kubeconfig]);
    expect(stderr).to.equal("");
    return { code, stdout };
  };

  const forgeries: readonly { readonly reason: string; readonly decisions: readonly string[]; readonly found: string }[] = [
    { reason: "names no decision", decisions: [], found: "rests on no decision to Approve where 1 is needed" },
    {
      reason: "names a decision that never was",
      decisions: ["5f0c1a9e-0000-0000-0000-000000000001"],
      found: "rests on decision 5f0c1a9e-0000-0000-0000-000000000001, which is gone: it cannot be checked",
    },
  ];
  for (const { reason, decisions, found } of forgeries) {
    it(`grant nothing where an approval ${reason}, and the auditor is told`, async () => {
      const request = await awaitPhase(await ask(alice, namespace), "Pending");
      const entry = await forge(request, { type: "Approved", decisionUIDs: decisions });
      const { status } = await awaitPhase(request, "Revoked");
      expect(status?.endReason).to.equal("NotApproved");
      expect(status?.grant).to.equal(undefined);
      const { code, stdout } = await verified();
      expect(stdout.split("\n")).to.include(`${entry} ${found}`);
      expect(code).to.be.oneOf([1, 4]);
    });
  }

  it("give nobody else what somebody asked for, where they are faster than the operator's own", async () => {
    const [model] = await entriesAbout(await awaitPhase(await ask(alice, namespace), "Pending"));
    process.kill(operator.pid, "SIGSTOP");
    const request = await ask(alice, namespace);
    const details = { ...model?.details, request: request.metadata.name };
    const entry = await forge(request, { type: "Requested", actor: "mallory", profileHash: model?.profileHash ?? "", details });
    process.kill(operator.pid, "SIGCONT");
    const { status } = await awaitPhase(request, "Denied");
    expect(status?.endReason).to.equal("NotApproved");
    expect(status?.conditions?.[0]?.message).to.contain("the ledger tells otherwise than the request itself who asked for what");
    expect((await verified()).stdout.split("\n")).to.include(`${entry} tells of requester mallory, where the request says alice`);
  });

  it("end access, and close its review, for the operator: an auditor finds the review, and of an end without a person nothing", async () => {
    const request = await bypass(alice, namespace);
    const end = await forge(request, { type: "Revoked", actor: "operator", details: { endReason: "Tampered" } });
    await awaitPhase(request, "Revoked");
    const review = await forge(request, { type: "Reviewed" });
    await eventually("the review is told", async () => expect((await readRequest(request)).status?.review?.reviewer).to.equal("lena"));
    const lines = (await verified()).stdout.split("\n");
    expect(lines).to.include(`${review} rests on no decision to Review where 1 is needed`);
    expect(lines.filter((line) => line.startsWith(end))).to.deep.equal([]);
  });

  it("are told apart from honest ones: of a request that was approved nothing is said", async () => {
    const request = await awaitPhase(await ask(alice, namespace), "Pending");
    await decideOn(lena, request, "Approve");
    await awaitPhase(request, "Active");
    const names = (await ledger()).filter(({ spec }) => spec.requestUID === request.metadata.uid).map(({ metadata }) => metadata.name);
    expect(names).to.have.length(4);
    const { stdout } = await verified();
    expect(names.filter((name) => stdout.includes(name))).to.deep.equal([]);
  });
});
