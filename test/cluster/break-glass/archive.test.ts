/** Proves the whole way of an archive with real people on a real API server: exported, said, recorded, deleted by somebody else, and the ledger goes on. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpoint } from "../../../operator/api/break-glass-checkpoint.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { entryManifest, GENESIS, linkEntry } from "../../../operator/breakglass/chain.ts";
import { protectedNamespace } from "../../support/baselines.ts";
import { BREAK_GLASS_NAMESPACE, bypass, entriesAbout, INCIDENT, ledger } from "../../support/break-glass.ts";
import { newLedger } from "../../support/break-glass-namespace.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { group, RBAC } from "../../support/operator-token.ts";
import { type Person, person } from "../../support/people.ts";
import { type ProgramOutcome, runProgram } from "../../support/program.ts";
import { clearLease } from "../../support/replica.ts";
import { authorizerCaughtUp, policiesCaughtUp } from "../../support/server-caches.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";
const POLICY = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  name: "securitybaseline-break-glass-ledger",
};
const AUDITORS = { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", name: "archive-test-auditors" };
const DAY = 24 * 3_600_000;

/** What an operator wrote two months ago: two requests, each denied. */
async function fill(chain: string): Promise<void> {
  const { apiVersion, kind, spec } = (await admin().get(POLICY)) as KubernetesObject & { spec: unknown };
  await admin().delete(POLICY);
  await policiesCaughtUp();
  let before: LedgerEntry | undefined;
  for (const [index, type] of (["Requested", "Denied", "Requested", "Denied"] as const).entries()) {
    const time = new Date(Date.now() - 60 * DAY + index * 1000).toISOString().replace(/\.\d+Z/, "Z");
    const uid = `old-${index < 2 ? 1 : 2}`;
    const draft = { type, actor: type === "Requested" ? "jane" : "operator", requestUID: uid, details: { namespace: "old", request: uid } };
    before = linkEntry(draft, { chain, seq: index + 1, prevHash: before?.hash ?? GENESIS, time });
    await admin().create(entryManifest(before, BREAK_GLASS_NAMESPACE) as unknown as KubernetesObject);
  }
  const metadata = { name: POLICY.name, labels: { "app.kubernetes.io/name": "securitybaseline" } };
  await admin().create({ apiVersion, kind, metadata, spec } as KubernetesObject, { manager: "kubectl" });
  await policiesCaughtUp();
}

describe("an archive of the ledger", () => {
  let operator: OperatorProcess;
  let folder: string;
  let [ada, bea, alice]: Person[] = [];

  const as = (who: Person | undefined, ...args: string[]): Promise<ProgramOutcome> =>
    runProgram(["audit", ...args, "--kubeconfig", who?.kubeconfig ?? ""]);
  const file = (): string => join(folder, "ledger-1.jsonl");
  const checkpoint = (): Promise<BreakGlassCheckpoint> =>
    admin().get({ apiVersion: API_VERSION, kind: "BreakGlassCheckpoint", namespace: BREAK_GLASS_NAMESPACE, name: "ledger" });
  const places = async (): Promise<readonly number[]> => (await ledger()).map(({ spec }) => spec.seq);
  const use = async (): Promise<readonly LedgerEntry[]> => {
    const namespace = await protectedNamespace("archive", { breakGlass: { profiles: [INCIDENT] } });
    if (alice === undefined) throw new Error("nobody asks");
    return entriesAbout(await bypass(alice, namespace));
  };

  before(async () => {
    await installOperatorManifests();
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-archive-"));
    await fill(await newLedger());
    [ada, bea, alice] = await Promise.all([person("ada", ["archivists"]), person("bea", ["archivists"]), person("alice", ["oncall"])]);
    const subjects = [group("archivists")];
    const roleRef = (name: string) => ({ apiGroup: RBAC, kind: "ClusterRole", name });
    const metadata = { namespace: BREAK_GLASS_NAMESPACE, name: "archivists" };
    const archivist = { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata, subjects, roleRef: roleRef("securitybaseline-archivist") };
    await admin().create(archivist as KubernetesObject);
    const { apiVersion, kind, name } = AUDITORS;
    await admin().create({
      apiVersion,
      kind,
      metadata: { name },
      subjects,
      roleRef: roleRef("securitybaseline-auditor"),
    } as KubernetesObject);
    await authorizerCaughtUp();
    await clearLease();
    operator = await startOperator();
  });

  after(async () => {
    await operator.stop();
    await admin().delete(AUDITORS);
    await rm(folder, { recursive: true });
    // The checkpoint goes with its namespace, and only then.
    await newLedger();
  });

  it("refuses what is younger than 30 days, and prints what is not", async () => {
    const entries = await use();
    expect(entries.map(({ seq, type }) => `${seq} ${type}`)).to.deep.equal(["5 Requested", "6 Approved", "7 Issuing", "8 Active"]);
    const young = await as(ada, "export", "--until", "6");
    expect([young.code, young.stdout]).to.deep.equal([2, ""]);
    expect(young.stderr).to.contain("the ledger cannot be archived up to 6: ").and.contain("is younger than 30 days");
    const { code, stdout, stderr } = await as(ada, "export", "--until", "4");
    expect(code).to.equal(0);
    expect(stdout.trim().split("\n")).to.have.length(4);
    expect(stderr).to.match(/^4 entries, 1 to 4\nSHA-256 of the file: [0-9a-f]{64}\nhash of c[0-9a-f]{10}-000000000004: [0-9a-f]{64}\n$/);
    await writeFile(file(), stdout);
  });

  it("is recorded once a person says where it is kept", async () => {
    const { code, stderr } = await as(ada, "checkpoint", file(), "--location", "the safe");
    expect([code, stderr.split(":")[0]]).to.deep.equal([0, "see whether the operator has recorded it"]);
    const { status } = await eventually("it is recorded", async () => {
      const made = await checkpoint();
      expect(made.status?.recorded?.lastSeq).to.equal(4);
      return made;
    });
    const entry = (await ledger()).find(({ spec }) => spec.type === "Checkpoint")?.spec;
    expect([status?.message, status?.recorded?.entry, entry?.actor]).to.deep.equal([undefined, entry?.seq, "ada"]);
  });

  it("is not deleted by who has made it", async () => {
    const { code, stderr } = await as(ada, "prune", file(), "--yes");
    expect([code, stderr]).to.deep.equal([
      2,
      "securitybaseline: you have archived these entries: somebody else reads the file back and deletes them\n",
    ]);
    expect(await places()).to.include.members([1, 2, 3, 4]);
  });

  it("is deleted by somebody else, who has compared it before", async () => {
    const verified = await as(bea, "verify", "--archive", file());
    expect([verified.code, verified.stderr]).to.deep.equal([0, ""]);
    expect(verified.stdout).to.contain("1 to 4 were archived, 4 of them are still here; the last file by ada at the safe");
    const { code, stdout } = await as(bea, "prune", file(), "--yes");
    expect([code, stdout]).to.deep.equal([0, "deleted 4 entries, 1 to 4\n"]);
    expect((await places())[0]).to.equal(5);
  });

  it("leaves a ledger that the operator continues, also a new one, and never begins at 1", async () => {
    const last = async (): Promise<number> => (await places()).at(-1) ?? 0;
    const before = await last();
    expect((await use()).map(({ seq }) => seq)[0]).to.equal(before + 1);
    await operator.stop();
    operator = await startOperator();
    const again = await last();
    expect((await use()).map(({ seq }) => seq)[0]).to.equal(again + 1);
    expect((await places())[0]).to.equal(5);
  });

  it("is verified with the file and without", async () => {
    const without = await as(bea, "verify");
    expect([without.code, without.stderr]).to.deep.equal([0, ""]);
    expect(without.stdout).to.match(
      /^ledger intact: 13 entries, head .*\n1 to 4 were archived; the last file by ada at the safe, SHA-256 [0-9a-f]{64}\n$/,
    );
    expect((await as(bea, "verify", "--archive", file())).code).to.equal(0);
    await writeFile(file(), "{}\n");
    const broken = await as(bea, "verify", "--archive", file());
    expect([broken.code, broken.stderr.split(": ")[1]]).to.deep.equal([2, `${file()} cannot be read`]);
  });
});
