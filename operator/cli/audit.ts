/** Runs `audit verify` and `audit export`, which show an auditor the ledger of emergency access. */
import { hash } from "node:crypto";
import type { KubernetesObject } from "../api/object.ts";
import { visible } from "../api/visible.ts";
import { entryName } from "../breakglass/chain.ts";
import type { StoredCheckpoint } from "../breakglass/checkpoint.ts";
import { inOrder, verifyLedger } from "../breakglass/verify.ts";
import { type Archive, archivedOf, judgeLastCheckpoint, placesNotIn, unseenHeads, withArchives } from "../breakglass/verify-archive.ts";
import { compareWithDecisions, type Evidence } from "../breakglass/verify-decisions.ts";
import type { Finding, FindingType, Head, LedgerObject } from "../breakglass/verify-findings.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import { archiveOf, archiveWords, readArchive, toLedgerObject } from "./audit-archive.ts";
import type { CommandIo } from "./io.ts";

/** Bytes of a file of heads: years of them. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface AuditExportOptions {
  /** All BreakGlassAuditEntries of the break-glass namespace, in any order. */
  readonly list: () => Promise<readonly KubernetesObject[]>;
  /** The last place that is to be archived; absent: all are printed. */
  readonly until?: number | undefined;
  /** Milliseconds since the epoch by the API server's clock, known after its first answer. */
  readonly now: () => number | undefined;
}

export interface AuditVerifyOptions extends Pick<AuditExportOptions, "list"> {
  /** File of lines that the operator printed, or that `audit export` did; "-" is standard input. */
  readonly heads?: string | undefined;
  /** Requests and decisions of these namespaces, and of all others that can be read. */
  readonly evidence: (namespaces: readonly string[]) => Promise<Evidence>;
  /** Files with the beginning of the ledger, as `audit export --until` has printed them. */
  readonly archives?: readonly string[] | undefined;
  /** The object that says what is archived; undefined where there is none. */
  readonly checkpoint: () => Promise<StoredCheckpoint | "hidden" | undefined>;
}

/**
 * Prints all entries in order, each as one line of canonical JSON (RFC 8785) with its hash; with `until` those that a file of the archive holds.
 * @returns exit code 0
 * @throws CommandError if the ledger cannot be archived up to there
 */
export async function runAuditExport({ list, until, now }: AuditExportOptions, io: Pick<CommandIo, "stdout" | "stderr">): Promise<number> {
  const entries = inOrder((await list()).map(toLedgerObject)).map(({ spec }) => spec);
  const chosen = until === undefined ? entries : archiveOf(entries, until, now() ?? 0);
  const text = chosen.map((entry) => `${canonicalJson({ ...entry })}\n`).join("");
  io.stdout(text);
  if (until !== undefined) io.stderr(archiveWords(chosen, hash("sha256", text, "hex")));
  return 0;
}

/**
 * Examines the ledger, against requests and decisions and against exported heads if there are any, and prints one finding per line.
 * @returns exit code: 0 intact and borne out, 1 something is wrong, 2 the file cannot be read or holds no head, 4 nothing is wrong, but not all could be
 * compared
 */
export async function runAuditVerify(options: AuditVerifyOptions, io: CommandIo): Promise<number> {
  const { list, heads, evidence } = options;
  const exported = heads === undefined ? [] : await readHeads(heads, io);
  if (typeof exported === "string") {
    io.stderr(`${exported}\n`);
    return 2;
  }
  const archives = await Promise.all((options.archives ?? []).map((file) => readArchive(file, io)));
  const objects = inOrder((await list()).map(toLedgerObject));
  const compared = compareWithDecisions(objects, await evidence(namespacesOf(objects)));
  const findings = [
    ...verifyLedger(objects, exported, archives),
    ...checkpointFindings(objects, await options.checkpoint()),
    ...compared.findings,
  ];
  io.stdout(findings.length > 0 ? findings.map(({ message }) => `${visible(message)}\n`).join("") : intact(objects));
  if (compared.outlived > 0) io.stdout(outlived(compared.outlived));
  io.stdout(outOfReach(objects, exported, archives));
  if (findings.some(({ type }) => !UNCOMPARED.includes(type))) return 1;
  return findings.length > 0 ? 4 : 0;
}

/** Findings that say what could not be found out. */
const UNCOMPARED: readonly FindingType[] = ["Unproven", "Unread"];

function namespacesOf(objects: readonly LedgerObject[]): readonly string[] {
  return [...new Set(objects.flatMap(({ spec }) => spec.details?.["namespace"] ?? []))].sort();
}

function outlived(count: number): string {
  const entries = count === 1 ? "1 entry rests" : `${count} entries rest`;
  return `not compared: ${entries} on what is gone, of requests that ended more than 30 days ago\n`;
}

function intact(objects: readonly LedgerObject[]): string {
  const head = inOrder(objects).at(-1)?.spec;
  const where = head === undefined ? "" : `, head ${entryName(head.chain, head.seq)} ${head.hash}`;
  return `ledger intact: ${objects.length} ${objects.length === 1 ? "entry" : "entries"}${where}\n${beginning(objects)}`;
}

/** What of the ledger is elsewhere. */
function beginning(objects: readonly LedgerObject[]): string {
  const { record } = archivedOf(objects);
  if (record === undefined) return "";
  const { lastSeq, archivist, location, fileDigest } = record;
  const left = objects.filter(({ spec }) => spec.seq <= lastSeq).length;
  const rest = left === 0 ? "" : `, ${left} of them are still here`;
  return visible(`1 to ${lastSeq} were archived${rest}; the last file by ${archivist} at ${location}, SHA-256 ${fileDigest}`).concat("\n");
}

function outOfReach(objects: readonly LedgerObject[], heads: readonly Head[], archives: readonly Archive[]): string {
  const whole = withArchives(objects, archives).objects;
  const unseen = unseenHeads(whole, heads);
  const lacking = archives.length === 0 ? 0 : placesNotIn(archives, whole);
  return [
    ...(unseen === 0
      ? []
      : [
          `not compared: ${unseen} exported ${unseen === 1 ? "head is" : "heads are"} of archived entries: give their files by --archive\n`,
        ]),
    ...(lacking === 0 ? [] : [`not compared: ${lacking} archived ${lacking === 1 ? "entry is" : "entries are"} in none of these files\n`]),
  ].join("");
}

function checkpointFindings(objects: readonly LedgerObject[], checkpoint: StoredCheckpoint | "hidden" | undefined): readonly Finding[] {
  if (checkpoint !== "hidden") return judgeLastCheckpoint(objects, checkpoint);
  const message =
    "what the ledger says that was archived was not compared with its BreakGlassCheckpoint, which you may not read: have the ClusterRole securitybaseline-auditor bound to you for the cluster";
  return judgeLastCheckpoint(objects, undefined).map(({ entry }) => ({ type: "Unread", entry, message }));
}

/** The heads of a file, or what is wrong with it. A file without any would make a ledger look examined that was not. */
async function readHeads(file: string, io: Pick<CommandIo, "readFile">): Promise<readonly Head[] | string> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await io.readFile(file, MAX_BYTES));
    const heads = text.split("\n").flatMap(headOf);
    return heads.length > 0 ? heads : `${file}: holds no head of a ledger: give the lines that the operator printed to its standard output`;
  } catch (cause) {
    return `${file}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** The head in a line; collectors of logs may have put something before it. Any other line has none. */
function headOf(line: string): Head[] {
  try {
    const value: unknown = JSON.parse(line.slice(Math.max(line.indexOf("{"), 0)));
    return isHead(value) ? [{ chain: value.chain, seq: value.seq, hash: value.hash }] : [];
  } catch {
    return [];
  }
}

function isHead(value: unknown): value is Head {
  if (typeof value !== "object" || value === null) return false;
  const { chain, seq, hash } = value as Record<string, unknown>;
  return typeof chain === "string" && Number.isSafeInteger(seq) && typeof hash === "string";
}
