/** Runs `audit checkpoint` and `audit prune`, by which two people move the beginning of the ledger into a file, and reads and chooses what such a file holds. */
import { hash } from "node:crypto";
import type { BreakGlassAuditEntry, LedgerEntry } from "../api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpoint } from "../api/break-glass-checkpoint.ts";
import { API_VERSION, CHECKPOINT_NAME } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import { visible } from "../api/visible.ts";
import { archiveObjection } from "../breakglass/archivable.ts";
import { entryName } from "../breakglass/chain.ts";
import { checkpointIn, type StoredCheckpoint } from "../breakglass/checkpoint.ts";
import { inOrder } from "../breakglass/verify.ts";
import { type Archive, flawOf } from "../breakglass/verify-archive.ts";
import type { LedgerObject } from "../breakglass/verify-findings.ts";
import { ApiError } from "../cluster/errors.ts";
import { collectionPath, objectPath } from "../cluster/paths.ts";
import type { ResourceType, Transport } from "../cluster/types.ts";
import { whoAmI } from "./break-glass/objects.ts";
import { type ClusterAccess, listAll } from "./cluster-access.ts";
import { CommandError } from "./failure-text.ts";
import type { CommandIo } from "./io.ts";

export const ENTRIES: ResourceType = { apiVersion: API_VERSION, resource: "breakglassauditentries", namespaced: true };
const CHECKPOINTS: ResourceType = { apiVersion: API_VERSION, resource: "breakglasscheckpoints", namespaced: true };

/** Bytes of a file of the archive: more than a hundred thousand entries. */
const MAX_BYTES = 256 * 1024 * 1024;
const FIELD_MANAGER = "securitybaseline-cli";

/** Nothing was deleted, because the person at the terminal said no. */
const DECLINED = 1;

/** An entry as it lies in the cluster. */
export function toLedgerObject(object: KubernetesObject): LedgerObject {
  return { name: object.metadata?.name ?? "", spec: (object as unknown as BreakGlassAuditEntry).spec };
}

/** Reads a file that `audit export` has written. @throws CommandError if it cannot be read, or is something else */
export async function readArchive(file: string, io: Pick<CommandIo, "readFile">): Promise<Archive> {
  try {
    const bytes = await io.readFile(file, MAX_BYTES);
    const lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n");
    const entries = lines.filter((line) => line !== "").map((line): unknown => JSON.parse(line));
    return { file, digest: hash("sha256", bytes, "hex"), entries: entries.map(entryOrThrow) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${file} cannot be read: ${why}: give a file that securitybaseline audit export has written`);
  }
}

function entryOrThrow(value: unknown): LedgerEntry {
  const { chain, seq } = (value ?? {}) as Partial<Record<"chain" | "seq", unknown>>;
  if (typeof chain !== "string" || !Number.isSafeInteger(seq)) throw new Error("a line of it is no entry of a ledger");
  return value as LedgerEntry;
}

/**
 * The entries that a file of the archive holds: the unbroken run that ends at a place. `entries`: all that there are, in order; `now` in milliseconds.
 * @throws CommandError if they may not be archived
 */
export function archiveOf(entries: readonly LedgerEntry[], until: number, now: number): readonly LedgerEntry[] {
  const at = entries.findIndex(({ seq }) => seq === until);
  if (at < 0) throw new CommandError(`the ledger has no entry ${until}: choose the SEQ of one that securitybaseline audit export prints`);
  let start = at;
  while (entries[start - 1]?.seq === (entries[start]?.seq ?? 0) - 1) start -= 1;
  let end = at;
  while (entries[end + 1]?.seq === (entries[end]?.seq ?? 0) + 1) end += 1;
  const run = entries.slice(start, end + 1);
  const before = (run[0]?.seq ?? 1) - 1;
  const isArchived = before === 0 || entries.some((entry) => (checkpointIn(entry)?.lastSeq ?? 0) >= before);
  const chosen = entries.slice(start, at + 1);
  const flaw = isArchived ? flawOf(chosen) : `lacks entries before ${before + 1}`;
  if (flaw !== undefined) throw new CommandError(`the ledger ${flaw}: see what securitybaseline audit verify says`);
  const objection = archiveObjection(run, until, now);
  if (objection !== undefined) throw new CommandError(`the ledger cannot be archived up to ${until}: ${objection}`);
  return chosen;
}

/** Tells people what a file holds, apart from the file. */
export function archiveWords(entries: readonly LedgerEntry[], digest: string): string {
  const last = entries.at(-1);
  if (last === undefined) return "";
  return `${counted(entries)}\nSHA-256 of the file: ${digest}\nhash of ${entryName(last.chain, last.seq)}: ${last.hash}\n`;
}

function counted(entries: readonly Pick<LedgerEntry, "seq">[]): string {
  const [first, last] = [entries[0]?.seq, entries.at(-1)?.seq];
  return entries.length === 1 ? `1 entry, ${first}` : `${entries.length} entries, ${first} to ${last}`;
}

/** The checkpoint of a ledger; undefined where there is none. @throws ApiError */
export async function readCheckpoint({
  transport,
  namespace,
}: Pick<ClusterAccess, "transport" | "namespace">): Promise<StoredCheckpoint | undefined> {
  try {
    const path = objectPath({ type: CHECKPOINTS, namespace, name: CHECKPOINT_NAME });
    const { spec, status, metadata } = (await transport.request({ method: "GET", path })) as unknown as BreakGlassCheckpoint;
    return { uid: (metadata as { uid?: string }).uid ?? "", spec, status };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** As `readCheckpoint`, for whoever need not be allowed to. */
export async function seenCheckpoint(
  cluster: Pick<ClusterAccess, "transport" | "namespace">,
): Promise<StoredCheckpoint | "hidden" | undefined> {
  try {
    return await readCheckpoint(cluster);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return "hidden";
    throw error;
  }
}

export interface CheckpointOptions {
  readonly file: string;
  /** Where the file is kept, for people. */
  readonly location: string;
}

/**
 * Says in the user's own name that a file holds the beginning of the ledger.
 * @returns exit code 0
 * @throws CommandError if the file does not hold it, ApiError if the API server refuses
 */
export async function runAuditCheckpoint({ file, location }: CheckpointOptions, io: CommandIo, cluster: ClusterAccess): Promise<number> {
  const { transport, namespace } = cluster;
  const { digest, entries } = await readArchive(file, io);
  const flaw = flawOf(entries);
  const last = entries.at(-1);
  if (flaw !== undefined || last === undefined) throw new CommandError(`${file} ${flaw}: export it again`);
  const { person } = await whoAmI(transport);
  const archivist = { username: person.username, uid: person.uid ?? null };
  const spec = { chain: last.chain, lastSeq: last.seq, headHash: last.hash, fileDigest: digest, location };
  if ((await readCheckpoint(cluster)) === undefined) {
    const metadata = { namespace, name: CHECKPOINT_NAME };
    const body = { apiVersion: API_VERSION, kind: "BreakGlassCheckpoint", metadata, spec: { ...spec, archivist: { ...person } } };
    await transport.request({ method: "POST", path: collectionPath(CHECKPOINTS, namespace), query: { fieldManager: FIELD_MANAGER }, body });
  } else {
    const path = objectPath({ type: CHECKPOINTS, namespace, name: CHECKPOINT_NAME });
    const query = { fieldManager: FIELD_MANAGER };
    const contentType = "application/merge-patch+json";
    await transport.request({ method: "PATCH", path, query, contentType, body: { spec: { ...spec, archivist } } });
  }
  io.stdout(`checkpoint ${CHECKPOINT_NAME}: ${counted(entries)}, SHA-256 ${digest}\n`);
  io.stderr(
    `see whether the operator has recorded it: kubectl get breakglasscheckpoint ${CHECKPOINT_NAME} -n ${namespace}; then somebody else runs: securitybaseline audit prune FILE\n`,
  );
  return 0;
}

export interface PruneOptions {
  readonly file: string;
  /** Said beforehand. */
  readonly yes?: boolean | undefined;
}

/**
 * Deletes from the ledger what a file holds, the oldest first. That somebody else has archived it, the API server judges.
 * @returns exit code: 0 fine, 1 somebody thought better of it
 * @throws CommandError if the ledger has not recorded the file, ApiError if the API server refuses
 */
export async function runAuditPrune({ file, yes }: PruneOptions, io: CommandIo, { transport, namespace }: ClusterAccess): Promise<number> {
  const archive = await readArchive(file, io);
  const objects = inOrder(
    (await listAll(transport, ENTRIES, namespace)).map((object) => ({ ...toLedgerObject(object), uid: object.metadata?.uid ?? "" })),
  );
  const { lastSeq, archivist, location } = recordOf(archive, objects);
  const held = new Map(archive.entries.map((entry) => [entryName(entry.chain, entry.seq), entry.hash]));
  const doomed = objects.filter(({ name, spec }) => held.get(name) === spec.hash);
  const left = objects.filter(({ name, spec }) => spec.seq <= lastSeq && held.get(name) !== spec.hash).length;
  if (left > 0) io.stderr(`${left} archived ${left === 1 ? "entry is" : "entries are"} not in ${file}, and will stay\n`);
  const question = visible(
    `delete ${counted(doomed.map(({ spec }) => spec))} from the ledger, archived by ${archivist} at ${location}? [y/N] `,
  );
  if (doomed.length > 0 && !yes && io.ask !== undefined && !/^y(es)?$/i.test((await io.ask(question)).trim())) {
    io.stderr("nothing was deleted\n");
    return DECLINED;
  }
  for (const { name, uid } of doomed) await remove(transport, { namespace, name, uid });
  io.stdout(doomed.length === 0 ? `nothing of ${file} is left in the ledger\n` : `deleted ${counted(doomed.map(({ spec }) => spec))}\n`);
  return 0;
}

/** What the ledger records of a file. */
function recordOf({ file, digest, entries }: Archive, objects: readonly LedgerObject[]) {
  const record = objects.flatMap(({ spec }) => checkpointIn(spec) ?? []).find(({ fileDigest }) => fileDigest === digest);
  const flaw = flawOf(entries);
  if (flaw !== undefined) throw new CommandError(`${file} ${flaw}: nothing was deleted`);
  if (record === undefined) {
    throw new CommandError(`${file} is no file that the ledger has recorded: its SHA-256 is ${digest}: nothing was deleted`);
  }
  return record;
}

interface Doomed {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

async function remove(transport: Transport, { namespace, name, uid }: Doomed): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } };
  try {
    await transport.request({ method: "DELETE", path: objectPath({ type: ENTRIES, namespace, name }), body });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}
