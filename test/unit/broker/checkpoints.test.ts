/** Proves what becomes of a checkpoint that a person has made: recorded once, or refused with the reason, and never by half. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpointSpec, BreakGlassCheckpointStatus } from "../../../operator/api/break-glass-checkpoint.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { entryManifest } from "../../../operator/breakglass/chain.ts";
import { BrokerBench, HOME } from "../../support/broker-bench.ts";
import { refusal } from "../../support/pretend-api.ts";
import { chainedAt, checkpointAt } from "../breakglass/archives.ts";
import { draft } from "../breakglass/ledgers.ts";

/** Two requests that were denied two months ago, and one that is over since yesterday. */
const ENTRIES = chainedAt([
  [draft(["r-1", "Requested"]), "2026-09-20T10:00:00Z"],
  [draft(["r-1", "Denied"]), "2026-09-20T10:01:00Z"],
  [draft(["r-2", "Requested"]), "2026-09-21T10:00:00Z"],
  [draft(["r-2", "Denied"]), "2026-09-21T10:01:00Z"],
  [draft(["r-3", "Requested"]), "2026-11-22T10:00:00Z"],
  [draft(["r-3", "Denied"]), "2026-11-22T10:01:00Z"],
]);

describe("checkpoints", () => {
  let bench: BrokerBench;

  const make = async (last: LedgerEntry | undefined, more: Partial<BreakGlassCheckpointSpec> = {}): Promise<void> => {
    const { spec } = checkpointAt(last, more);
    bench.api.put("breakglasscheckpoints", { metadata: { namespace: HOME, name: "ledger" }, spec: { ...spec } as unknown as JsonObject });
    await bench.rest();
  };
  const status = () => bench.api.find("breakglasscheckpoints", "ledger", HOME)?.["status"] as BreakGlassCheckpointStatus | undefined;
  const at = (seq: number): LedgerEntry | undefined =>
    bench.api.find("breakglassauditentries", `c0123456789-${String(seq).padStart(12, "0")}`, HOME)?.["spec"] as LedgerEntry | undefined;

  beforeEach(async () => {
    bench = new BrokerBench();
    for (const entry of ENTRIES) bench.api.put("breakglassauditentries", entryManifest(entry, HOME));
    await bench.follow();
    await bench.lead();
  });

  afterEach(() => bench.stop());

  it("are recorded by an entry, then in their status", async () => {
    await make(ENTRIES[3]);
    await bench.pass(10);
    expect(status()).to.deep.equal({ recorded: { lastSeq: 4, headHash: ENTRIES[3]?.hash, entry: 7 } });
    expect(at(7)).to.deep.include({ type: "Checkpoint", actor: "ada", requestUID: "uid-ledger", prevHash: ENTRIES[5]?.hash });
    expect(at(7)?.details).to.deep.equal({
      lastSeq: "4",
      lastTime: "2026-09-21T10:01:00Z",
      headHash: ENTRIES[3]?.hash,
      fileDigest: "d".repeat(64),
      location: "the safe",
    });
    expect(bench.told).to.deep.equal(["began at 6", "7 Checkpoint"]);
    await bench.pass(60);
    expect(at(8)).to.equal(undefined);
  });

  it("are refused with the reason, and recorded once they are corrected", async () => {
    await make(ENTRIES[5]);
    await bench.pass(10);
    expect(status()?.message).to.equal("c0123456789-000000000006 is younger than 30 days: choose an earlier place");
    await make(ENTRIES[3], { headHash: "f".repeat(64) });
    await bench.pass(10);
    expect(status()?.message).to.match(/^c0123456789-000000000004 has another hash than spec\.headHash/);
    expect(at(7)).to.equal(undefined);
    await make(ENTRIES[3]);
    await bench.pass(10);
    expect(status()).to.deep.equal({ recorded: { lastSeq: 4, headHash: ENTRIES[3]?.hash, entry: 7 } });
  });

  it("are finished by one entry alone, if the status could not be written at first", async () => {
    bench.api.refuse = (write) => (write.startsWith("PATCH breakglasscheckpoints") ? refusal(500, "InternalError") : undefined);
    await make(ENTRIES[3]);
    await bench.pass(10);
    expect([at(7)?.type, status()]).to.deep.equal(["Checkpoint", undefined]);
    bench.api.refuse = () => undefined;
    await bench.pass(10);
    expect(status()).to.deep.equal({ recorded: { lastSeq: 4, headHash: ENTRIES[3]?.hash, entry: 7 } });
    expect(at(8)).to.equal(undefined);
  });

  it("do not follow a higher one that somebody else has written into the ledger", async () => {
    await make(ENTRIES[3]);
    await bench.pass(10);
    const made = bench.api.find("breakglasscheckpoints", "ledger", HOME) ?? {};
    bench.api.put("breakglasscheckpoints", { ...made, status: {} });
    await make(ENTRIES[1]);
    await bench.pass(10);
    expect(status()?.message).to.equal("the ledger records another archive up to 4: choose a later place");
  });

  it("wait while policies are missing that hold deletions to what is recorded", async () => {
    bench.restore("ValidatingAdmissionPolicyBinding", "securitybaseline-break-glass-pruned", { spec: {} });
    await bench.rest();
    await make(ENTRIES[3]);
    await bench.pass(10);
    expect([at(7), status()]).to.deep.equal([undefined, undefined]);
    bench.restore("ValidatingAdmissionPolicyBinding", "securitybaseline-break-glass-pruned");
    await bench.rest();
    await bench.pass(10);
    expect(at(7)?.type).to.equal("Checkpoint");
  });

  it("let the ledger go on when what is archived is gone, and let it stop when they are gone themselves", async () => {
    await make(ENTRIES[3]);
    await bench.pass(10);
    for (const { seq } of ENTRIES.slice(0, 4)) bench.api.remove("breakglassauditentries", `c0123456789-00000000000${seq}`, HOME);
    await bench.rest();
    expect(bench.broker.standing()?.obstacle).to.equal(undefined);
    bench.ask("sugar");
    await bench.rest();
    expect([bench.status("sugar")?.phase, at(8)?.type]).to.deep.equal(["Active", "Requested"]);
    bench.api.remove("breakglasscheckpoints", "ledger", HOME);
    await bench.rest();
    expect(bench.broker.standing()?.obstacle).to.match(/^the ledger and its checkpoint do not fit/);
    bench.ask("salt");
    await bench.rest();
    expect(bench.status("salt")?.phase).to.equal(undefined);
    expect(at(1)).to.equal(undefined);
  });
});
