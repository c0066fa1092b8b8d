/** Runs `audit verify` and `audit export`, which show an auditor the ledger of emergency access. */
import type { BreakGlassAuditEntry } from "../api/break-glass-audit-entry.ts";
import type { KubernetesObject } from "../api/object.ts";
import { visible } from "../api/visible.ts";
import { entryName } from "../breakglass/chain.ts";
import { type FindingType, type Head, inOrder, type LedgerObject, verifyLedger } from "../breakglass/verify.ts";
import { compareWithDecisions, type Evidence } from "../breakglass/verify-decisions.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import type { CommandIo } from "./io.ts";

/** Bytes of a file of heads: years of them. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface AuditExportOptions {
  /** All BreakGlassAuditEntries of the break-glass namespace, in any order. */
  readonly list: () => Promise<readonly KubernetesObject[]>;
}

export interface AuditVerifyOptions extends AuditExportOptions {
  /** File of lines that the operator printed, or that `audit export` did; "-" is standard input. */
  readonly heads?: string | undefined;
  /** Requests and decisions of these namespaces, and of all others that can be read. */
  readonly evidence: (namespaces: readonly string[]) => Promise<Evidence>;
}

/**
 * Prints all entries in order, each as one line of canonical JSON (RFC 8785) with its hash.
 * @returns exit code 0
 */
export async function runAuditExport({ list }: AuditExportOptions, io: Pick<CommandIo, "stdout">): Promise<number> {
  const objects = inOrder((await list()).map(toLedgerObject));
  io.stdout(objects.map(({ spec }) => `${canonicalJson({ ...spec })}\n`).join(""));
  return 0;
}

/**
 * Examines the ledger, against requests and decisions and against exported heads if there are any, and prints one finding per line.
 * @returns exit code: 0 intact and borne out, 1 something is wrong, 2 the file cannot be read or holds no head, 4 nothing is wrong, but not all could be
 * compared
 */
export async function runAuditVerify({ list, heads, evidence }: AuditVerifyOptions, io: CommandIo): Promise<number> {
  const exported = heads === undefined ? [] : await readHeads(heads, io);
  if (typeof exported === "string") {
    io.stderr(`${exported}\n`);
    return 2;
  }
  const objects = inOrder((await list()).map(toLedgerObject));
  const compared = compareWithDecisions(objects, await evidence(namespacesOf(objects)));
  const findings = [...verifyLedger(objects, exported), ...compared.findings];
  io.stdout(findings.length > 0 ? findings.map(({ message }) => `${visible(message)}\n`).join("") : intact(objects));
  if (compared.outlived > 0) io.stdout(outlived(compared.outlived));
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
  return `ledger intact: ${objects.length} ${objects.length === 1 ? "entry" : "entries"}${where}\n`;
}

function toLedgerObject(object: KubernetesObject): LedgerObject {
  return { name: object.metadata?.name ?? "", spec: (object as unknown as BreakGlassAuditEntry).spec };
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
