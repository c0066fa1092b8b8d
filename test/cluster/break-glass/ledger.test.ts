/** Proves on a real API server that two writers of the ledger never fork it, and that whoever has a head finds what an administrator tampers with. */
import { expect } from "chai";
import type { BreakGlassAuditEntry, LedgerEntry, LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { hashEntry } from "../../../operator/breakglass/chain.ts";
import { verifyLedger } from "../../../operator/breakglass/verify.ts";
import type { Head } from "../../../operator/breakglass/verify-findings.ts";
import { ENTRIES } from "../../../operator/broker/caches.ts";
import { Ledger } from "../../../operator/broker/ledger.ts";
import { type EntryRow, projectEntry } from "../../../operator/broker/rows.ts";
import { loadCredentials } from "../../../operator/cluster/credentials.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { createReflector } from "../../../operator/cluster/reflector.ts";
import { createStore } from "../../../operator/cluster/store.ts";
import { createTransport } from "../../../operator/cluster/transport.ts";
import type { Transport } from "../../../operator/cluster/types.ts";
import { createWriter } from "../../../operator/cluster/writer.ts";
import { BREAK_GLASS_NAMESPACE } from "../../support/break-glass.ts";
import { newLedger } from "../../support/break-glass-namespace.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { apiErrorOf } from "../../support/failure.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { writeKubeconfig } from "../../support/kubeconfig.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "../../support/operator-process.ts";
import { policiesCaughtUp } from "../../support/server-caches.ts";

/** The chain of a ledger that no other test has written into, nor will. */
let CHAIN = "";
const LIFE: readonly LedgerEntryType[] = ["Requested", "Approved", "Issuing", "Active", "Expired"];
/** What keeps entries from being changed and deleted. */
const POLICIES = ["securitybaseline-break-glass-ledger", "securitybaseline-break-glass-pruned"].map((name) => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicyBinding",
  name,
}));

/** A process that follows the ledger and appends to it with the operator's account. */
interface Process {
  readonly ledger: Ledger;
  readonly transport: Transport;
  readonly following: Promise<void>;
}

function launch(kubeconfig: string, signal: AbortSignal): Process {
  const transport = createTransport({ credentials: loadCredentials({ kubeconfig }), userAgent: "securitybaseline/test" });
  const store = createStore<EntryRow>({ project: projectEntry, onChange: () => undefined, onProblem: () => undefined });
  const log = { info: () => undefined, warn: () => undefined };
  const reflector = createReflector({ type: ENTRIES, namespace: BREAK_GLASS_NAMESPACE, transport, store, log });
  const writer = createWriter({ transport, fieldManager: "securitybaseline-breakglass", mayWrite: () => true });
  const ledger = new Ledger({
    store,
    writer,
    transport,
    namespace: BREAK_GLASS_NAMESPACE,
    chain: () => CHAIN,
    checkpoint: () => undefined,
  });
  return { ledger, transport, following: reflector.run(signal) };
}

/** Entries of this test's chain. */
async function lying(): Promise<BreakGlassAuditEntry[]> {
  const all = await admin().list<BreakGlassAuditEntry>("securitybaseline.dev/v1alpha1", "BreakGlassAuditEntry", {
    namespace: BREAK_GLASS_NAMESPACE,
  });
  return all.filter(({ spec }) => spec.chain === CHAIN);
}

async function findings(heads: readonly Head[] = []): Promise<readonly string[]> {
  const objects = (await lying()).map(({ metadata, spec }) => ({ name: metadata.name, spec }));
  return verifyLedger(objects, heads).map(({ message }) => message);
}

/** Looks again and tries again, as the broker does, until every step of a request is recorded. */
async function live({ ledger }: Process, requestUID: string): Promise<number> {
  let conflicts = 0;
  for (let done = ledger.history(requestUID).length; done < LIFE.length; done = ledger.history(requestUID).length) {
    const type = LIFE[done] ?? "Requested";
    const basis = { now: Date.now(), known: done };
    const details = { namespace: "shop", request: "checkout", reason: "Zahlungen stehen still – Kasse ☕" };
    await ledger.append({ type, actor: "alice", requestUID, details, decisionUIDs: [] }, basis).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      conflicts += 1;
    });
  }
  return conflicts;
}

describe("ledger on a real API server", () => {
  const end = new AbortController();
  let processes: readonly [Process, Process];
  let heads: readonly LedgerEntry[];

  before(async () => {
    await installOperatorManifests();
    CHAIN = await newLedger();
    const token = await admin().createToken(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
    const kubeconfig = await writeKubeconfig("ledger", { token });
    processes = [launch(kubeconfig, end.signal), launch(kubeconfig, end.signal)];
  });

  after(async () => {
    end.abort();
    for (const { transport, following } of processes) {
      await following;
      await transport.close();
    }
    await newLedger();
  });

  it("two processes that append at the same time make one chain without a fork", async () => {
    const lives = processes.flatMap((process, index) => [1, 2, 3, 4].map((turn) => live(process, `r-${index}-${turn}`)));
    const conflicts = (await Promise.all(lives)).reduce((sum, each) => sum + each, 0);
    expect(conflicts).to.be.above(0);
    const entries = (await lying()).map(({ spec }) => spec);
    expect(entries.map(({ seq }) => seq).sort((a, b) => a - b)).to.deep.equal([...Array(40).keys()].map((index) => index + 1));
    heads = entries.filter(({ seq }) => seq === 10 || seq === 40);
    expect(await findings(heads)).to.deep.equal([]);
  });

  it("both processes know the same end", async () => {
    const ends = () => processes.map(({ ledger }) => ledger.head()?.hash);
    const last = heads.find(({ seq }) => seq === 40)?.hash;
    await eventually("both have seen the last entry", () => ends().every((hash) => hash === last));
  });

  it("an entry with a field that the kind does not know is refused, not stored without it", async () => {
    const writer = createWriter({ transport: processes[0].transport, fieldManager: "test", mayWrite: () => true });
    const target = { type: ENTRIES, namespace: BREAK_GLASS_NAMESPACE, name: `${CHAIN}-000000000041` };
    const [entry] = heads;
    const { apiVersion, kind } = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "BreakGlassAuditEntry" };
    const manifest = { apiVersion, kind, metadata: { name: target.name }, spec: { ...entry, seq: 41, note: "unknown" } };
    const error = await apiErrorOf(writer.create(target, manifest));
    expect(error.status).to.equal(400);
    expect(error.message).to.contain('unknown field "spec.note"');
  });

  it("the longest list of skipped approvers that a profile can have finds room", async () => {
    const skipped = JSON.stringify(Array.from({ length: 32 }, (_, index) => `${index}`.padEnd(253, '"')));
    const draft = { type: "Requested", actor: "a".repeat(512), requestUID: "r-long", details: { skipped } } as const;
    const entry = await processes[0].ledger.append(draft, { now: Date.now(), known: 0 });
    expect(entry.details?.["skipped"]).to.equal(skipped);
    expect(await findings(heads)).to.deep.equal([]);
  });

  describe("when an administrator switches the policies off and", () => {
    let bindings: KubernetesObject[];

    const find = async (seq: number): Promise<BreakGlassAuditEntry> => {
      const found = (await lying()).find(({ spec }) => spec.seq === seq);
      if (found === undefined) throw new Error(`no entry ${seq}`);
      return found;
    };
    const remove = ({ apiVersion, kind, metadata }: BreakGlassAuditEntry) =>
      admin().delete({ apiVersion, kind, namespace: BREAK_GLASS_NAMESPACE, name: metadata.name });
    const put = ({ apiVersion, kind, metadata }: BreakGlassAuditEntry, spec: LedgerEntry) =>
      admin().create({ apiVersion, kind, metadata: { namespace: BREAK_GLASS_NAMESPACE, name: metadata.name }, spec });
    const name = (seq: number) => `${CHAIN}-${String(seq).padStart(12, "0")}`;

    before(async () => {
      bindings = await Promise.all(POLICIES.map((policy) => admin().get(policy)));
      for (const policy of POLICIES) await admin().delete(policy);
      await policiesCaughtUp();
    });

    after(async () => {
      for (const entry of await lying()) await remove(entry);
      for (const binding of bindings) {
        const { apiVersion, kind, metadata, spec } = binding as { spec?: unknown } & KubernetesObject;
        const kept = { name: metadata?.name ?? "", labels: metadata?.labels ?? {} };
        await admin().create({ apiVersion, kind, metadata: kept, spec } as KubernetesObject, { manager: "kubectl" });
      }
      await policiesCaughtUp();
    });

    it("edits an entry, it is found", async () => {
      const entry = await find(7);
      await remove(entry);
      const changed = { ...entry.spec, actor: "mallory" };
      await put(entry, changed);
      expect(await findings()).to.deep.equal([`${name(7)} was changed: its hash does not fit its content`]);
      await remove(entry);
      await put(entry, { ...changed, hash: hashEntry(changed) });
      expect(await findings()).to.deep.equal([`${name(8)} does not continue ${name(7)}`]);
      await remove(entry);
      await put(entry, entry.spec);
      expect(await findings(heads)).to.deep.equal([]);
    });

    it("deletes an entry, it is found", async () => {
      const entry = await find(7);
      await remove(entry);
      expect(await findings()).to.include(`${name(7)} is missing`);
      await put(entry, entry.spec);
    });

    it("deletes the end, whoever has a head finds it", async () => {
      await remove(await find(41));
      await remove(await find(40));
      expect(await findings()).to.deep.equal([]);
      expect(await findings(heads)).to.deep.equal([`${name(40)} was exported as head but is missing: the chain ends with ${name(39)}`]);
    });
  });
});
