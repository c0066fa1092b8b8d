/** Proves what an auditor reads: exports that are the same whatever the order of the list, findings, and files that are no heads. */
import { expect } from "chai";
import type { LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import type { DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { hashEntry } from "../../../operator/breakglass/chain.ts";
import type { EntryDraft, StoredDecision } from "../../../operator/breakglass/types.ts";
import type { Evidence } from "../../../operator/breakglass/verify-decisions.ts";
import { runAuditExport, runAuditVerify } from "../../../operator/cli/audit.ts";
import { chained, draft, STORY, stored } from "../breakglass/ledgers.ts";
import { memoryIo } from "../lint/memory-io.ts";

/** What each kind of entry tells beside its request. */
const MORE: Readonly<Partial<Record<LedgerEntryType, Partial<EntryDraft>>>> = {
  Requested: { actor: "alice" },
  Approved: { actor: "lea", decisionUIDs: ["d-1"], profileHash: "h-1" },
  Issuing: { deadline: "2026-11-23T10:30:03Z" },
  Reviewed: { actor: "lea", decisionUIDs: ["d-2"] },
};
const DETAILS: Readonly<Partial<Record<LedgerEntryType, Readonly<Record<string, string>>>>> = {
  Requested: { profile: "incident", duration: "30m", required: "1" },
  Approved: { duration: "1800" },
};
const ENTRIES = chained(
  STORY.map(([uid, type]) => {
    const details = { namespace: "shop", request: `of ${uid}`, ...DETAILS[type] };
    return draft([uid, type], { ...MORE[type], details });
  }),
);
const lea = (uid: string, decision: DecisionKind): StoredDecision => ({
  namespace: "shop",
  name: uid,
  uid,
  resourceVersion: "1",
  createdAt: Date.UTC(2026, 10, 23, 10),
  spec: { requestRef: { name: "of r-1", uid: "r-1" }, profile: "incident", decision, approver: { username: "lea" }, profileHash: "h-1" },
});
const EVIDENCE: Evidence = {
  requests: [],
  decisions: [lea("d-1", "Approve"), lea("d-2", "Review")],
  unread: [],
  now: Date.UTC(2026, 10, 23, 11),
};
const NONE = async () => undefined;
const NOW = () => EVIDENCE.now;
const OBJECTS = stored(ENTRIES).map(({ name, spec }): KubernetesObject => ({ metadata: { name, uid: name }, spec }));
const LAST = "c0123456789-000000000008";

/** Lines as the operator prints them, among others. */
const HEADS = [
  "operator started",
  '{"level":"info","message":"{"}',
  ...ENTRIES.map(({ chain, seq, hash, time }) => JSON.stringify({ ledger: "securitybaseline.dev/break-glass", chain, seq, hash, time })),
  '{"ledger":"securitybaseline.dev/break-glass","chain":"c0123',
  "",
].join("\n");

async function verified(
  objects: readonly KubernetesObject[],
  files: Readonly<Record<string, string | Uint8Array>> = {},
  evidence: Evidence = EVIDENCE,
) {
  const io = memoryIo(files);
  const [heads] = Object.keys(files);
  const code = await runAuditVerify({ list: async () => objects, heads, evidence: async () => evidence, checkpoint: NONE }, io);
  return { code, out: io.out.join(""), err: io.err.join("") };
}

describe("audit export", () => {
  it("prints one canonical line per entry, in order", async () => {
    const io = memoryIo({});
    const [entry] = chained([{ type: "Requested", actor: "alice", requestUID: "r-1", details: { reason: "Kasse ☕", namespace: "shop" } }]);
    const code = await runAuditExport(
      { list: async () => [{ metadata: { name: "c0123456789-000000000001" }, spec: entry }], now: NOW },
      io,
    );
    expect(code).to.equal(0);
    expect(io.out.join("")).to.equal(
      `{"actor":"alice","chain":"c0123456789","details":{"namespace":"shop","reason":"Kasse ☕"},"hash":"${entry?.hash}",` +
        `"prevHash":"${"0".repeat(64)}","requestUID":"r-1","seq":1,"time":"2026-11-23T10:00:00Z","type":"Requested","v":1}\n`,
    );
  });

  it("is the same however the server lists", async () => {
    const [one, two] = [memoryIo({}), memoryIo({})];
    await runAuditExport({ list: async () => OBJECTS, now: NOW }, one);
    await runAuditExport({ list: async () => OBJECTS.toReversed(), now: NOW }, two);
    expect(two.out).to.deep.equal(one.out);
    expect(one.out.join("").match(/"seq":\d+/g)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8].map((seq) => `"seq":${seq}`));
  });
});

describe("audit verify", () => {
  it("says where an intact ledger ends", async () => {
    const out = `ledger intact: 8 entries, head ${LAST} ${ENTRIES[7]?.hash}\n`;
    expect(await verified(OBJECTS)).to.deep.equal({ code: 0, out, err: "" });
  });

  it("counts one entry as one", async () => {
    expect((await verified(OBJECTS.slice(0, 1))).out).to.match(/^ledger intact: 1 entry, head c0123456789-000000000001 /);
  });

  it("has nothing against an empty ledger", async () => {
    expect(await verified([])).to.deep.equal({ code: 0, out: "ledger intact: 0 entries\n", err: "" });
  });

  it("says which namespaces were not compared with decisions, and does not call the ledger intact", async () => {
    const { code, out } = await verified(OBJECTS, {}, { ...EVIDENCE, decisions: [], unread: ["shop"] });
    expect({ code, out }).to.deep.equal({
      code: 4,
      out: "entries about namespace shop were not compared with requests and decisions, which you may not list there: have the ClusterRole securitybaseline-auditor bound to you for the cluster\n",
    });
  });

  it("has nothing against decisions that are gone with a request that ended long ago, and says so", async () => {
    const { code, out } = await verified(OBJECTS, {}, { ...EVIDENCE, decisions: [], now: Date.UTC(2027, 0, 1) });
    expect(code).to.equal(0);
    expect(out).to.match(
      /^ledger intact: 8 entries, .*\nnot compared: 2 entries rest on what is gone, of requests that ended more than 30 days ago\n$/,
    );
  });

  it("has an exit code of its own for decisions that are gone, unless something is wrong besides", async () => {
    const gone = { ...EVIDENCE, decisions: EVIDENCE.decisions.slice(1) };
    const { code, out } = await verified(OBJECTS, {}, gone);
    expect({ code, out }).to.deep.equal({
      code: 4,
      out: "c0123456789-000000000003 rests on decision d-1, which is gone: it cannot be checked\n",
    });
    expect((await verified(OBJECTS.slice(0, 7), { heads: HEADS }, gone)).code).to.equal(1);
  });

  it("asks for the namespaces that the ledger tells of", async () => {
    const asked: (readonly string[])[] = [];
    const evidence = async (namespaces: readonly string[]): Promise<Evidence> => {
      asked.push(namespaces);
      return EVIDENCE;
    };
    await runAuditVerify({ list: async () => OBJECTS, evidence, checkpoint: NONE }, memoryIo({}));
    expect(asked).to.deep.equal([["shop"]]);
  });

  it("prints one finding per line", async () => {
    const { code, out } = await verified(OBJECTS.filter(({ spec }) => (spec as { requestUID: string }).requestUID !== "r-2"));
    expect({ code, out }).to.deep.equal({
      code: 1,
      out: "c0123456789-000000000002 is missing\nc0123456789-000000000005 is missing\n",
    });
  });

  it("writes out what a terminal would obey", async () => {
    const [entry] = chained([draft(["\u001b[2J", "Issuing"])]);
    const { out } = await verified([{ metadata: { name: "c0123456789-000000000001" }, spec: entry }]);
    expect(out).to.equal("c0123456789-000000000001 records Issuing of request \\u{1b}[2J as its first entry\n");
  });

  it("picks the heads out of a file of other lines", async () => {
    const { code, out } = await verified(OBJECTS.slice(0, 5), { "operator.log": HEADS });
    expect({ code, out }).to.deep.equal({
      code: 1,
      out: `${LAST} was exported as head but is missing: the chain ends with c0123456789-000000000005\n`,
    });
    expect((await verified(OBJECTS, { "operator.log": HEADS })).code).to.equal(0);
  });

  it("reads heads behind what a collector of logs wrote before them, and lines of an earlier export", async () => {
    const [entry] = ENTRIES.slice(-1);
    const collected = `2026-11-23T10:00:08Z stdout F ${JSON.stringify({ chain: entry?.chain, seq: entry?.seq, hash: entry?.hash })}\r\n`;
    expect((await verified(OBJECTS.slice(0, 7), { collected })).code).to.equal(1);
    expect((await verified(OBJECTS.slice(0, 7), { "-": JSON.stringify(entry) })).code).to.equal(1);
    expect((await verified(OBJECTS, { "-": JSON.stringify(entry) })).code).to.equal(0);
  });

  it("finds with a head that the last entry was written anew", async () => {
    const changed = { ...ENTRIES[7], details: { comment: "all is well" } } as (typeof ENTRIES)[number];
    const objects = [...OBJECTS.slice(0, 7), { metadata: { name: LAST }, spec: { ...changed, hash: hashEntry(changed) } }];
    expect((await verified(objects)).code).to.equal(0);
    expect(await verified(objects, { heads: HEADS })).to.deep.equal({
      code: 1,
      out: `${LAST} is not the entry that was exported as head\n`,
      err: "",
    });
  });

  const bad: readonly { reason: string; files: Readonly<Record<string, string | Uint8Array>>; err: RegExp }[] = [
    {
      reason: "holds no head",
      files: { f: "all is well\n" },
      err: /^f: holds no head of a ledger: give the lines that the operator printed/,
    },
    { reason: "is empty", files: { f: "" }, err: /^f: holds no head of a ledger/ },
    { reason: "is no text", files: { f: new Uint8Array([0xff, 0xfe]) }, err: /^f: cannot be read: / },
  ];
  for (const { reason, files, err } of bad) {
    it(`does not pretend to have looked when the file ${reason}`, async () => {
      const told = await verified(OBJECTS, files);
      expect([told.code, told.out]).to.deep.equal([2, ""]);
      expect(told.err).to.match(err);
    });
  }

  it("tells when the file is not there", async () => {
    const io = memoryIo({});
    expect(
      await runAuditVerify({ list: async () => OBJECTS, heads: "missing.log", evidence: async () => EVIDENCE, checkpoint: NONE }, io),
    ).to.equal(2);
    expect(io.err.join("")).to.equal("missing.log: cannot be read: no such file\n");
  });
});
