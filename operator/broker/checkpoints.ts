/** Records for the broker that the beginning of the ledger is kept in a file, once a person says so: an entry first, then the status of their checkpoint. */
import type { LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpointStatus } from "../api/break-glass-checkpoint.ts";
import type { JsonObject } from "../api/json.ts";
import { API_VERSION } from "../api/names.ts";
import { checkpointObjection } from "../breakglass/archivable.ts";
import { checkpointEntry, checkpointIn, isRecordOf } from "../breakglass/checkpoint.ts";
import { type Clock, sleep } from "../cluster/clock.ts";
import type { ServerClock } from "../cluster/server-clock.ts";
import type { Writer } from "../cluster/types.ts";
import type { Log } from "../observe/log.ts";
import { type BrokerCaches, CHECKPOINTS } from "./caches.ts";
import type { Ledger } from "./ledger.ts";
import type { CheckpointRow } from "./rows.ts";
import type { StepParts } from "./steps.ts";
import { errorOf } from "./walk.ts";

export interface CheckpointParts {
  /** Undefined where nobody has made one. */
  readonly checkpoint: () => CheckpointRow | undefined;
  readonly caches: Pick<BrokerCaches, "checkpoints">;
  readonly ledger: Pick<Ledger, "run" | "history" | "append">;
  readonly writer: Pick<Writer, "apply">;
  readonly appended: StepParts["appended"];
  readonly serverClock: Pick<ServerClock, "now">;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  /** Whether the whole ledger is known, and the policies that hold deletions to what is recorded are in force. */
  readonly mayRecord: () => boolean;
}

/** Milliseconds between two looks, which ask nobody while nothing is to be done. */
const PAUSE = 10_000;

/** Longest message that the kind takes: names in it are what somebody wrote into the ledger. */
const MAX_MESSAGE = 1024;

export class Checkpoints {
  readonly #parts: CheckpointParts;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  /** Looks again and again until the signal is aborted: to be called while this instance leads. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.round();
      await sleep(this.#parts.clock, PAUSE, signal);
    }
  }

  /** Records what is not recorded, or says why not. What is refused is tried again in the next round. Throws nothing that the API server is the cause of. */
  async round(): Promise<void> {
    const { checkpoint, mayRecord, log } = this.#parts;
    const present = checkpoint();
    if (present === undefined || present.status?.recorded?.lastSeq === present.spec.lastSeq || !mayRecord()) return;
    const error = await errorOf(() => this.#record(present));
    if (error === undefined || error.class === "fenced") return;
    log.warn("the checkpoint of the ledger could not be recorded, will be tried again", { message: error.message });
  }

  async #record(checkpoint: CheckpointRow): Promise<void> {
    const { ledger, serverClock } = this.#parts;
    const { uid, spec, status } = checkpoint;
    const known = ledger.history(uid);
    const made = known.find((entry) => isRecordOf(entry, checkpoint));
    if (made !== undefined) return this.#print(checkpoint, recorded(checkpoint, made));
    const now = serverClock.now();
    if (now === undefined) return;
    const run = ledger.run();
    const objection = objectionTo(checkpoint, run, now);
    const last = run.find(({ seq }) => seq === spec.lastSeq);
    if (objection !== undefined || last === undefined) {
      const told = { ...status, message: (objection ?? "").slice(0, MAX_MESSAGE) };
      return told.message === status?.message ? undefined : this.#print(checkpoint, told);
    }
    const entry = await ledger.append(checkpointEntry(checkpoint, last), { now, known: known.length });
    this.#parts.appended(entry);
    await this.#print(checkpoint, recorded(checkpoint, entry));
  }

  /** The API server takes it for this very spec alone: see the rules of the kind. */
  async #print({ namespace, name, uid }: CheckpointRow, status: BreakGlassCheckpointStatus): Promise<void> {
    const { caches, writer } = this.#parts;
    const manifest: JsonObject = {
      apiVersion: API_VERSION,
      kind: "BreakGlassCheckpoint",
      metadata: { namespace, name, uid },
      status: JSON.parse(JSON.stringify(status)),
    };
    caches.checkpoints.store.observe(await writer.apply({ type: CHECKPOINTS, namespace, name, subresource: "status" }, manifest));
  }
}

function recorded({ spec: { lastSeq, headHash } }: CheckpointRow, { seq }: LedgerEntry): BreakGlassCheckpointStatus {
  return { recorded: { lastSeq, headHash, entry: seq } };
}

/** An entry that another checkpoint has left, or somebody with the operator's token, is never followed by a lower one. */
function objectionTo({ spec }: CheckpointRow, run: readonly LedgerEntry[], now: number): string | undefined {
  const highest = Math.max(0, ...run.flatMap((entry) => checkpointIn(entry)?.lastSeq ?? []));
  if (highest >= spec.lastSeq) return `the ledger records another archive up to ${highest}: choose a later place`;
  return checkpointObjection(spec, run, now);
}
