/** Proves how two people move the beginning of the ledger into a file: what is exported, what is said of it, and what is deleted. */
import { hash } from "node:crypto";
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { StoredCheckpoint } from "../../../operator/breakglass/checkpoint.ts";
import { runAuditExport, runAuditVerify } from "../../../operator/cli/audit.ts";
import { runAuditCheckpoint, runAuditPrune } from "../../../operator/cli/audit-archive.ts";
import type { ClusterAccess } from "../../../operator/cli/cluster-access.ts";
import { CommandError } from "../../../operator/cli/failure-text.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import type { ApiRequest } from "../../../operator/cluster/types.ts";
import { canonicalJson } from "../../../operator/kinds/canonical.ts";
import { chainedAt, checkpointAt, MADE, OLD, recording } from "../breakglass/archives.ts";
import { draft, stored } from "../breakglass/ledgers.ts";
import { memoryIo } from "../lint/memory-io.ts";

const FILE = OLD.map((entry) => `${canonicalJson({ ...entry })}\n`).join("");
const DIGEST = hash("sha256", FILE, "hex");
const CHECKPOINT = checkpointAt(OLD[7], { fileDigest: DIGEST }, 9);
/** Place 9 records the file. */
const LEDGER = chainedAt([[recording(CHECKPOINT, OLD[7]), MADE]], OLD);
const NOW = Date.parse(MADE);
const name = (seq: number): string => `c0123456789-${String(seq).padStart(12, "0")}`;

const objectsOf = (entries: readonly LedgerEntry[]): KubernetesObject[] =>
  stored(entries).map((each) => ({ metadata: { name: each.name, uid: `uid-${each.name}` }, spec: each.spec }));

async function exported(entries: readonly LedgerEntry[], until: number, now = NOW) {
  const io = memoryIo({});
  await runAuditExport({ list: async () => objectsOf(entries), until, now: () => now }, io);
  return { out: io.out.join(""), err: io.err.join("") };
}

async function complaint(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof CommandError)) throw new Error("expected the command to refuse", { cause: error });
  return error.message;
}

/** A cluster that holds this ledger, and what was asked of it. */
function clusterWith(entries: readonly LedgerEntry[], checkpoint?: StoredCheckpoint) {
  const seen: ApiRequest[] = [];
  const notFound = new ApiError({ status: 404, reason: "NotFound", message: "not found" });
  const answer = (request: ApiRequest): object => {
    if (request.path.includes("selfsubjectreviews")) return { status: { userInfo: { username: "ada", groups: [] } } };
    if (request.method !== "GET") return {};
    if (request.path.endsWith("/breakglassauditentries")) return { items: objectsOf(entries), metadata: {} };
    if (checkpoint === undefined) throw notFound;
    return { metadata: { uid: checkpoint.uid }, spec: checkpoint.spec, status: checkpoint.status };
  };
  const request = async (sent: ApiRequest): Promise<KubernetesObject> => {
    if (sent.method !== "GET" && !sent.path.includes("selfsubjectreviews")) seen.push(sent);
    return answer(sent) as KubernetesObject;
  };
  const cluster = { transport: { request }, namespace: "glass", serverNow: () => NOW } as unknown as ClusterAccess;
  return { cluster, seen };
}

describe("audit export --until", () => {
  it("prints the entries up to a place, and apart from them what to note down", async () => {
    const { out, err } = await exported(OLD, 8);
    expect(out).to.equal(FILE);
    expect(err).to.equal(`8 entries, 1 to 8\nSHA-256 of the file: ${DIGEST}\nhash of ${name(8)}: ${OLD[7]?.hash}\n`);
  });

  it("begins behind what was archived and deleted before", async () => {
    const later = chainedAt(
      [
        [draft(["r-9", "Requested"]), MADE],
        [draft(["r-9", "Denied"]), MADE],
      ],
      LEDGER,
    );
    const { err } = await exported(later.slice(8), 11, NOW + 31 * 24 * 3600_000);
    expect(err).to.match(/^3 entries, 9 to 11\n/);
  });

  const refused: readonly { reason: string; entries: readonly LedgerEntry[]; until: number; says: string }[] = [
    { reason: "a place that is not there", entries: OLD, until: 9, says: "the ledger has no entry 9: choose the SEQ of one" },
    {
      reason: "a place that is needed",
      entries: OLD,
      until: 7,
      says: `the ledger cannot be archived up to 7: ${name(8)} is about the end of request shop/of r-1`,
    },
    { reason: "a ledger whose beginning is missing", entries: OLD.slice(2), until: 8, says: "the ledger lacks entries before 3" },
    {
      reason: "an entry that was changed",
      entries: OLD.map((entry) => (entry.seq === 2 ? { ...entry, actor: "mallory" } : entry)),
      until: 8,
      says: `the ledger holds ${name(2)}, which was changed`,
    },
  ];
  for (const { reason, entries, until, says } of refused) {
    it(`refuses ${reason}`, async () => {
      expect(await complaint(exported(entries, until))).to.contain(says);
    });
  }
});

describe("audit checkpoint", () => {
  const run = async (text: string, checkpoint?: StoredCheckpoint) => {
    const { cluster, seen } = clusterWith(OLD, checkpoint);
    const io = memoryIo({ "l.jsonl": text });
    await runAuditCheckpoint({ file: "l.jsonl", location: "the safe" }, io, cluster);
    return { seen, out: io.out.join("") };
  };
  const spec = { chain: "c0123456789", lastSeq: 8, headHash: OLD[7]?.hash, fileDigest: DIGEST, location: "the safe" };

  it("makes the checkpoint from the file, in the user's own name", async () => {
    const { seen, out } = await run(FILE);
    expect(out).to.equal(`checkpoint ledger: 8 entries, 1 to 8, SHA-256 ${DIGEST}\n`);
    expect(seen.map(({ method, body }) => ({ method, body }))).to.deep.equal([
      {
        method: "POST",
        body: {
          apiVersion: "securitybaseline.dev/v1alpha1",
          kind: "BreakGlassCheckpoint",
          metadata: { namespace: "glass", name: "ledger" },
          spec: { ...spec, archivist: { username: "ada" } },
        },
      },
    ]);
  });

  it("raises the one that is there, without the uid of an earlier archivist", async () => {
    const { seen } = await run(FILE, checkpointAt(OLD[3], { archivist: { username: "al", uid: "1" } }, 5));
    expect(seen.map(({ method, body }) => ({ method, body }))).to.deep.equal([
      { method: "PATCH", body: { spec: { ...spec, archivist: { username: "ada", uid: null } } } },
    ]);
  });

  const bad: readonly { reason: string; text: string; says: RegExp }[] = [
    { reason: "nothing", text: "", says: /^l\.jsonl holds no entry of a ledger: export it again$/ },
    {
      reason: "something else",
      text: "hello\n",
      says: /^l\.jsonl cannot be read: .*: give a file that securitybaseline audit export has written$/,
    },
    { reason: "JSON of something else", text: "{}\n", says: /a line of it is no entry of a ledger/ },
    { reason: "a hole", text: FILE.replace(/^.*"seq":4.*\n/m, ""), says: new RegExp(`holds ${name(5)}, which does not continue`) },
  ];
  for (const { reason, text, says } of bad) {
    it(`refuses a file that holds ${reason}`, async () => {
      expect(await complaint(run(text))).to.match(says);
    });
  }
});

describe("audit prune", () => {
  const run = async (entries: readonly LedgerEntry[], more: { answer?: string; text?: string; yes?: boolean } = {}) => {
    const { cluster, seen } = clusterWith(entries, CHECKPOINT);
    const asked: string[] = [];
    const { answer, text = FILE, yes } = more;
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return answer ?? "";
    };
    const io = { ...memoryIo({ "l.jsonl": text }), ...(answer !== undefined && { ask }) };
    const code = await runAuditPrune({ file: "l.jsonl", yes }, io, cluster);
    return { code, asked, out: io.out.join(""), err: io.err.join(""), deleted: seen.map(({ path }) => path.split("/").at(-1)), seen };
  };

  it("deletes what the file holds, the oldest first and no other object of the name", async () => {
    const { code, deleted, out, seen } = await run(LEDGER.toReversed());
    expect({ code, deleted, out }).to.deep.equal({
      code: 0,
      deleted: [1, 2, 3, 4, 5, 6, 7, 8].map(name),
      out: "deleted 8 entries, 1 to 8\n",
    });
    expect(seen.at(0)?.body).to.have.nested.property("preconditions.uid", `uid-${name(1)}`);
  });

  it("goes on after an interruption, and then has nothing to do", async () => {
    expect((await run(LEDGER.slice(5))).out).to.equal("deleted 3 entries, 6 to 8\n");
    expect((await run(LEDGER.slice(8))).out).to.equal("nothing of l.jsonl is left in the ledger\n");
  });

  it("asks whoever sits at a terminal, and does nothing without a yes", async () => {
    const question = "delete 8 entries, 1 to 8 from the ledger, archived by ada at the safe? [y/N] ";
    const declined = await run(LEDGER, { answer: "\n" });
    expect([declined.code, declined.asked, declined.deleted]).to.deep.equal([1, [question], []]);
    expect((await run(LEDGER, { answer: "y\n" })).deleted).to.have.length(8);
    expect((await run(LEDGER, { answer: "", yes: true })).asked).to.deep.equal([]);
  });

  it("leaves what is in the ledger and not in the file", async () => {
    const other = LEDGER.map((entry) => (entry.seq === 3 ? { ...entry, hash: "f".repeat(64) } : entry));
    const { deleted, err } = await run(other);
    expect(deleted).to.deep.equal([1, 2, 4, 5, 6, 7, 8].map(name));
    expect(err).to.equal("1 archived entry is not in l.jsonl, and will stay\n");
  });

  it("refuses a file that the ledger has not recorded", async () => {
    expect(await complaint(run(OLD))).to.match(
      /^l\.jsonl is no file that the ledger has recorded: its SHA-256 is .*: nothing was deleted$/,
    );
    expect(await complaint(run(LEDGER, { text: `${FILE}\n` }))).to.contain("is no file that the ledger has recorded");
  });
});

describe("audit verify of a ledger that was archived", () => {
  const verified = async (
    entries: readonly LedgerEntry[],
    archives: readonly string[] = [],
    checkpoint: StoredCheckpoint | "hidden" | undefined = CHECKPOINT,
  ) => {
    const heads = OLD.slice(0, 2)
      .map((entry) => JSON.stringify(entry))
      .join("\n");
    const io = memoryIo({ "l.jsonl": FILE, "other.jsonl": FILE.split("\n").slice(2).join("\n"), heads });
    const evidence = { requests: [], decisions: [], unread: [], now: NOW };
    const code = await runAuditVerify(
      {
        list: async () => objectsOf(entries),
        heads: "heads",
        archives,
        evidence: async () => evidence,
        checkpoint: async () => checkpoint,
      },
      io,
    );
    return { code, out: io.out.join("") };
  };
  const head = `head ${name(9)} ${LEDGER[8]?.hash}\n`;
  const archived = `the last file by ada at the safe, SHA-256 ${DIGEST}\n`;

  it("says from where on it is intact, who has archived the rest, and what it cannot compare", async () => {
    expect(await verified(LEDGER.slice(8))).to.deep.equal({
      code: 0,
      out: `ledger intact: 1 entry, ${head}1 to 8 were archived; ${archived}not compared: 2 exported heads are of archived entries: give their files by --archive\n`,
    });
  });

  it("compares all of it with the file", async () => {
    expect(await verified(LEDGER.slice(8), ["l.jsonl"])).to.deep.equal({
      code: 0,
      out: `ledger intact: 1 entry, ${head}1 to 8 were archived; ${archived}`,
    });
  });

  it("says what is still there", async () => {
    expect((await verified(LEDGER.slice(6), ["l.jsonl"])).out).to.contain("1 to 8 were archived, 2 of them are still here; ");
  });

  it("finds that a file is another one, and what is in none", async () => {
    const { code, out } = await verified(LEDGER.slice(8), ["other.jsonl"]);
    expect(code).to.equal(1);
    expect(out).to.match(/^other\.jsonl is no file that the ledger has recorded: its SHA-256 is .*\n/);
    expect(out).to.contain("not compared: 2 archived entries are in none of these files\n");
  });

  it("finds a checkpoint that nobody asked for", async () => {
    const io = memoryIo({});
    const evidence = async () => ({ requests: [], decisions: [], unread: [], now: NOW });
    const code = await runAuditVerify({ list: async () => objectsOf(LEDGER.slice(8)), evidence, checkpoint: async () => undefined }, io);
    expect([code, io.out.join("")]).to.deep.equal([1, `${name(9)} records an archive that no BreakGlassCheckpoint names\n`]);
  });

  it("says that it was not compared with the checkpoint by who may not read that", async () => {
    const { code, out } = await verified(LEDGER.slice(8), ["l.jsonl"], "hidden");
    expect(code).to.equal(4);
    expect(out).to.match(/^what the ledger says that was archived was not compared with its BreakGlassCheckpoint, which you may not read/);
  });
});
