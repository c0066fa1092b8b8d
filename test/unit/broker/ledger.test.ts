/** Proves that entries are appended one by one behind the last one, and what becomes of them when a second writer or the wire gets in between. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import { entryManifest } from "../../../operator/breakglass/chain.ts";
import type { StoredCheckpoint } from "../../../operator/breakglass/checkpoint.ts";
import type { EntryDraft } from "../../../operator/breakglass/types.ts";
import { verifyLedger } from "../../../operator/breakglass/verify.ts";
import type { Ledger } from "../../../operator/broker/ledger.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { apiErrorOf } from "../../support/failure.ts";
import { refused } from "../../support/scripted-transport.ts";
import { checkpointAt, OLD, SHORTENED } from "../breakglass/archives.ts";
import { chained, draft, type Happening, STORY } from "../breakglass/ledgers.ts";
import { HOME, LedgerServer, type View } from "./ledger-server.ts";

/** 2026-11-23T10:00:00Z and a bit. */
const NOW = Date.UTC(2026, 10, 23, 10) + 250;
const REQUESTED = draft(["r-1", "Requested"]);

/** Appends on the ground of all that the ledger knows. */
function appendTo(ledger: Ledger, entry: EntryDraft, now: number): Promise<LedgerEntry> {
  return ledger.append(entry, { now, known: ledger.history(entry.requestUID).length });
}

function told(entries: readonly LedgerEntry[]): Happening[] {
  return entries.map(({ requestUID, type }) => [requestUID, type]);
}

/** Entries as they lie on the server. */
function lying(server: LedgerServer) {
  return [...server.objects].map(([name, { spec }]) => ({ name, spec: spec as LedgerEntry }));
}

describe("ledger", () => {
  let server: LedgerServer;
  let view: View;

  const has = (happenings: readonly Happening[]): void => {
    server.fill(chained(happenings.map((each) => draft(each))));
    view = server.view();
  };

  beforeEach(() => {
    server = new LedgerServer();
    view = server.view();
  });

  it("begins a chain that is named after the namespace", async () => {
    const entry = await appendTo(view.ledger, REQUESTED, NOW);
    expect([...server.objects.keys()]).to.deep.equal(["c0123456789-000000000001"]);
    expect(entry).to.include({ chain: "c0123456789", seq: 1, prevHash: "0".repeat(64), time: "2026-11-23T10:00:00Z", type: "Requested" });
  });

  it("continues what is there", async () => {
    has(STORY);
    const entry = await appendTo(view.ledger, draft(["r-3", "Requested"]), NOW);
    expect([entry.seq, view.ledger.head()]).to.deep.equal([9, entry]);
    expect(verifyLedger(lying(server), [])).to.deep.equal([]);
  });

  it("knows what it appended before any watch tells of it", async () => {
    await appendTo(view.ledger, REQUESTED, NOW);
    await appendTo(view.ledger, draft(["r-1", "Approved"]), NOW);
    expect(told(view.ledger.history("r-1"))).to.deep.equal([
      ["r-1", "Requested"],
      ["r-1", "Approved"],
    ]);
  });

  it("appends one after the other, however many are asked for at once", async () => {
    const uids = ["r-1", "r-2", "r-3", "r-4", "r-5"];
    const entries = await Promise.all(uids.map((uid) => appendTo(view.ledger, draft([uid, "Requested"]), NOW)));
    expect(entries.map(({ seq, requestUID }) => [seq, requestUID])).to.deep.equal(uids.map((uid, index) => [index + 1, uid]));
    expect(server.mostInFlight).to.equal(1);
    expect(verifyLedger(lying(server), entries)).to.deep.equal([]);
  });

  describe("whose beginning was archived", () => {
    const shortened = (checkpoint: StoredCheckpoint | undefined, from = 8): void => {
      server.checkpoint = checkpoint;
      server.fill(SHORTENED.slice(from));
      view = server.view();
    };
    const RECORDED = checkpointAt(OLD[7], {}, 9);

    for (const from of [0, 5, 8]) {
      it(`goes on behind the end, with ${from} entries deleted`, async () => {
        shortened(RECORDED, from);
        expect(view.ledger.obstacle()).to.equal(undefined);
        const { seq, prevHash } = await appendTo(view.ledger, draft(["r-4", "Requested"]), NOW);
        expect([seq, prevHash]).to.deep.equal([12, SHORTENED[10]?.hash]);
        expect(view.ledger.run().map((entry) => entry.seq)).to.deep.equal([9, 10, 11, 12]);
      });
    }

    it("tells nothing of what was archived, whether it is deleted or not", () => {
      shortened(RECORDED, 3);
      expect([...view.ledger.requests()].sort()).to.deep.equal(["r-3", "u-ledger"]);
      expect(view.ledger.archivedUntil()).to.equal(Date.parse("2026-11-23T10:00:07Z"));
    });

    it("goes on while entries are deleted", async () => {
      shortened(RECORDED, 0);
      expect(view.ledger.head()?.seq).to.equal(11);
      for (const seq of [1, 2, 3]) server.objects.delete(`c0123456789-00000000000${seq}`);
      server.list(view.store);
      expect((await appendTo(view.ledger, draft(["r-4", "Requested"]), NOW)).seq).to.equal(12);
    });

    for (const [reason, checkpoint] of [
      ["its checkpoint is gone", undefined],
      ["its checkpoint names another entry", checkpointAt({ ...(OLD[7] as LedgerEntry), hash: "f".repeat(64) }, {}, 9)],
    ] as const) {
      it(`never begins at 1 again: ${reason}`, async () => {
        shortened(checkpoint);
        const error = await apiErrorOf(appendTo(view.ledger, draft(["r-4", "Requested"]), NOW));
        expect(error.message).to.contain("the ledger and its checkpoint do not fit");
        expect(view.ledger.obstacle()).to.equal(error.message);
        expect((await apiErrorOf(view.ledger.isAllKnown())).message).to.equal(error.message);
        expect(view.ledger.history("r-3")).to.have.length(2);
        expect(server.objects.size).to.equal(3);
      });
    }

    it("looks again when the checkpoint is there", () => {
      shortened(undefined);
      expect(view.ledger.head()).to.equal(undefined);
      server.checkpoint = RECORDED;
      expect([view.ledger.head()?.seq, view.ledger.obstacle()]).to.deep.equal([11, undefined]);
    });

    it("takes no forged checkpoint for one", async () => {
      server.fill(SHORTENED.slice(0, 3));
      const [, , , , , , , , forged] = SHORTENED;
      if (forged !== undefined) server.put(entryManifest(forged, HOME));
      view = server.view();
      expect((await appendTo(view.ledger, draft(["r-4", "Requested"]), NOW)).seq).to.equal(4);
    });
  });

  describe("behind a gap", () => {
    /** As somebody with the operator's token could make it: the API server cannot know the number that is next. */
    const plant = (seq: number): void => {
      const [, ...later] = chained([draft(["r-9", "Requested"]), draft(["r-9", "Approved"])]);
      for (const entry of later) server.put(entryManifest({ ...entry, seq }, HOME));
      view = server.view();
    };

    it("an entry takes no place: the next one follows what was there before the gap", async () => {
      server.fill(chained(STORY.map((each) => draft(each))));
      plant(999_999_999_999);
      expect((await appendTo(view.ledger, draft(["r-3", "Requested"]), NOW)).seq).to.equal(9);
      expect((await appendTo(view.ledger, draft(["r-3", "Approved"]), NOW)).seq).to.equal(10);
      expect(view.ledger.caveat()).to.match(
        /^entry c0123456789-999999999999 stands behind a gap in the ledger: the operator wrote none there; see what/,
      );
    });

    it("an entry in an empty ledger takes no place either", async () => {
      plant(7);
      expect((await appendTo(view.ledger, draft(["r-3", "Requested"]), NOW)).seq).to.equal(1);
    });

    it("an entry that is reached is gone around, and found by who verifies", async () => {
      plant(2);
      const [first, second] = [
        await appendTo(view.ledger, draft(["r-3", "Requested"]), NOW),
        await appendTo(view.ledger, draft(["r-3", "Denied"]), NOW),
      ];
      expect([first.seq, second.seq]).to.deep.equal([1, 3]);
      expect(view.ledger.caveat()).to.equal(undefined);
      expect(verifyLedger(lying(server), []).map(({ type, entry }) => [type, entry])).to.deep.include([
        "Unlinked",
        "c0123456789-000000000002",
      ]);
    });

    it("several entries are told as one and so many more", () => {
      plant(5);
      plant(6);
      expect(view.ledger.caveat()).to.match(/^entry c0123456789-000000000005 and 1 more stand behind a gap/);
    });
  });

  describe("that cannot be written", () => {
    const REFUSED = new ApiError({ status: 403, reason: "Forbidden", message: "quota" });

    it("says so until an entry is written", async () => {
      expect(view.ledger.refusal()).to.equal(undefined);
      server.faults.push({ error: REFUSED });
      await apiErrorOf(appendTo(view.ledger, REQUESTED, NOW));
      expect(view.ledger.refusal()).to.equal("the ledger cannot be written, and nothing is granted that it does not tell of: quota");
      await appendTo(view.ledger, REQUESTED, NOW);
      expect(view.ledger.refusal()).to.equal(undefined);
    });

    it("does not say so because another entry came first", async () => {
      await appendTo(server.view().ledger, draft(["r-2", "Requested"]), NOW);
      await apiErrorOf(appendTo(view.ledger, REQUESTED, NOW));
      expect(view.ledger.refusal()).to.equal(undefined);
    });
  });

  it("gives way to a second writer, and continues what that one wrote", async () => {
    const other = server.view();
    await appendTo(other.ledger, draft(["r-2", "Requested"]), NOW);
    const error = await apiErrorOf(appendTo(view.ledger, REQUESTED, NOW));
    expect([error.status, error.class]).to.deep.equal([409, "retry"]);
    expect(told(view.ledger.history("r-2"))).to.deep.equal([["r-2", "Requested"]]);
    expect((await appendTo(view.ledger, REQUESTED, NOW)).seq).to.equal(2);
    expect(verifyLedger(lying(server), [])).to.deep.equal([]);
  });

  it("two writers never fork the chain", async () => {
    const append = async ({ ledger }: View, uid: string): Promise<void> => {
      for (let appended = false; !appended; ) {
        appended = await appendTo(ledger, draft([uid, "Requested"]), NOW).then(
          () => true,
          (error: unknown) => {
            if (error instanceof ApiError && error.status === 409) return false;
            throw error;
          },
        );
      }
    };
    const views = [view, server.view()];
    await Promise.all(views.flatMap((each, writer) => [1, 2, 3, 4].map((turn) => append(each, `r-${writer}-${turn}`))));
    expect(server.objects.size).to.equal(8);
    expect(verifyLedger(lying(server), [])).to.deep.equal([]);
  });

  it("takes an entry that is there for its own if it is the very same", async () => {
    const [entry] = chained([REQUESTED]);
    if (entry !== undefined) server.fill([entry]);
    expect(await appendTo(view.ledger, REQUESTED, NOW)).to.deep.equal(entry);
    expect(view.ledger.head()).to.deep.equal(entry);
    expect(server.objects.size).to.equal(1);
  });

  it("finds its own entry after an answer that got lost, so that it is not recorded twice", async () => {
    server.faults.push({ error: refused(0), lost: true });
    expect((await apiErrorOf(appendTo(view.ledger, REQUESTED, NOW))).reason).to.equal("Unreachable");
    expect((await apiErrorOf(appendTo(view.ledger, REQUESTED, NOW + 5_000))).status).to.equal(409);
    expect(told(view.ledger.history("r-1"))).to.deep.equal([["r-1", "Requested"]]);
  });

  it("leaves alone a request that the ledger tells more of than the decision knew, though the next place is free", async () => {
    await appendTo(view.ledger, REQUESTED, NOW);
    const late = view.ledger.append(REQUESTED, { now: NOW, known: 0 });
    expect((await apiErrorOf(late)).status).to.equal(409);
    expect(view.ledger.history("r-1").map(({ type }) => type)).to.deep.equal(["Requested"]);
  });

  it("passes a refusal on, and appends again afterwards in the same place", async () => {
    server.faults.push({ error: refused(403) });
    const [first, second] = [appendTo(view.ledger, REQUESTED, NOW), appendTo(view.ledger, draft(["r-2", "Requested"]), NOW)];
    expect((await apiErrorOf(first)).status).to.equal(403);
    expect(await second).to.include({ seq: 1, requestUID: "r-2" });
  });

  it("appends nothing while the break-glass namespace is not there", async () => {
    let uid: string | undefined;
    const early = server.view(() => uid);
    const error = await apiErrorOf(appendTo(early.ledger, REQUESTED, NOW));
    expect([error.status, error.message]).to.deep.equal([404, "namespace securitybaseline-breakglass is not there"]);
    uid = "fedcba98-7654-4321-8000-000000000000";
    expect(await appendTo(early.ledger, REQUESTED, NOW)).to.include({ chain: "cfedcba9876", seq: 1 });
  });

  describe("reading", () => {
    it("answers the entries of each request in order, and which requests there are", () => {
      has(STORY);
      expect([...view.ledger.requests()]).to.deep.equal(["r-1", "r-2"]);
      expect(told(view.ledger.history("r-2"))).to.deep.equal([
        ["r-2", "Requested"],
        ["r-2", "Denied"],
      ]);
      expect(view.ledger.history("r-3")).to.deep.equal([]);
    });

    it("follows what the watch tells", () => {
      has(STORY.slice(0, 2));
      expect(view.ledger.history("r-2")).to.have.length(1);
      server.fill(chained(STORY.map((each) => draft(each))).slice(2));
      for (const object of server.objects.values()) view.store.change(object);
      expect(view.ledger.history("r-2")).to.have.length(2);
      expect(view.ledger.head()?.seq).to.equal(8);
    });

    it("does not go through known entries again", () => {
      has(STORY);
      view.ledger.history("r-1");
      let reads = 0;
      const { get, list } = view.store;
      view.store.get = (namespace, name) => {
        reads += 1;
        return get.call(view.store, namespace, name);
      };
      view.store.list = (namespace) => {
        const rows = new Map(list.call(view.store, namespace));
        rows.values = () => expect.fail("read from the start");
        return rows;
      };
      for (let look = 0; look < 10; look += 1) view.ledger.history("r-1");
      // Each time the place of the next entry, the last entry, and the six of the request.
      expect(reads).to.equal(80);
    });

    it("goes by what stands there now where an entry was replaced in its place", () => {
      has(STORY);
      expect(told(view.ledger.history("r-2")).at(-1)).to.deep.equal(["r-2", "Denied"]);
      const name = [...server.objects].find(([, { spec }]) => (spec as LedgerEntry).type === "Denied")?.[0] ?? "";
      server.overwrite(name, { type: "Withdrawn" });
      view.store.change(server.objects.get(name) ?? {});
      expect(told(view.ledger.history("r-2")).at(-1)).to.deep.equal(["r-2", "Withdrawn"]);
    });

    const foreign: readonly { reason: string; spec: object | undefined }[] = [
      { reason: "of a newer form", spec: { v: 2 } },
      { reason: "of a type that is not known here", spec: { type: "Extended" } },
      { reason: "of a type that every object has", spec: { type: "constructor" } },
      { reason: "with a place that is no number", spec: { seq: "8" } },
      { reason: "with details that are no texts", spec: { details: { until: 5 } } },
      { reason: "without a request", spec: { requestUID: undefined } },
      { reason: "without content", spec: undefined },
    ];
    for (const { reason, spec } of foreign) {
      it(`tells of an entry ${reason}, knows the others, and appends nothing in its place`, async () => {
        has(STORY);
        view.ledger.history("r-1");
        const name = "c0123456789-000000000008";
        server.overwrite(name, spec);
        view.store.change(server.objects.get(name) ?? {});
        expect(view.ledger.obstacle()).to.equal(
          `the ledger cannot be read: entry ${name} is of another form than this version of the operator knows; install the version that wrote it`,
        );
        expect(view.ledger.history("r-2")).to.have.length(STORY.filter(([uid]) => uid === "r-2").length);
        const error = await apiErrorOf(appendTo(view.ledger, draft(["r-3", "Requested"]), NOW));
        expect([error.status, error.message]).to.deep.equal([0, `the ledger does not go on: what stands at ${name} cannot be read`]);
      });
    }

    it("has no obstacle once what could not be read is gone", () => {
      has(STORY);
      const name = "c0123456789-000000000008";
      const good = server.objects.get(name);
      server.overwrite(name, { v: 2 });
      view = server.view();
      expect(view.ledger.obstacle()).not.to.equal(undefined);
      view.store.change({ ...good, metadata: { ...good?.metadata, uid: "anew", resourceVersion: "200" } });
      expect(view.ledger.obstacle()).to.equal(undefined);
    });

    it("reads again from the start when entries were removed, and takes the first place that is free, which who verifies finds", async () => {
      has(STORY);
      const removed = server.objects.get("c0123456789-000000000005");
      expect(view.ledger.history("r-2")).to.have.length(2);
      if (removed !== undefined) view.store.remove({ ...removed, metadata: { ...removed.metadata, resourceVersion: "100" } });
      expect(told(view.ledger.history("r-2"))).to.deep.equal([["r-2", "Requested"]]);
      server.objects.delete("c0123456789-000000000005");
      expect(await appendTo(view.ledger, draft(["r-4", "Requested"]), NOW)).to.include({ seq: 5 });
      expect(verifyLedger(lying(server), []).map(({ type, entry }) => [type, entry])).to.deep.include([
        "Unlinked",
        "c0123456789-000000000006",
      ]);
    });

    it("of a namespace that was made anew continues only its own chain", async () => {
      server.fill(
        chained(
          STORY.map((each) => draft(each)),
          "cffffffffff",
        ),
      );
      view = server.view();
      expect(view.ledger.head()).to.equal(undefined);
      expect(view.ledger.history("r-1")).to.have.length(6);
      expect(await appendTo(view.ledger, draft(["r-9", "Requested"]), NOW)).to.include({ chain: "c0123456789", seq: 1 });
    });
  });
});
