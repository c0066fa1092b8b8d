/** Runs the commands of `securitybaseline audit` that work on the ledger in a cluster. */
import { runAuditExport, runAuditVerify } from "./audit.ts";
import { ENTRIES, runAuditCheckpoint, runAuditPrune, seenCheckpoint } from "./audit-archive.ts";
import { readEvidence } from "./audit-evidence.ts";
import { type ClusterAccess, type ClusterOptions, listAll, withCluster } from "./cluster-access.ts";
import { type CommandIo, processIo } from "./io.ts";

/** Which ledger. */
export interface AuditFlags extends Pick<ClusterOptions, "kubeconfig" | "context"> {
  readonly breakGlassNamespace: string;
}

/** What is archived, and where it is kept. */
export interface ArchiveFlags extends AuditFlags {
  readonly location: string;
  readonly yes?: boolean;
}

/** What the ledger is held against. */
export interface VerifyFlags extends AuditFlags {
  readonly heads?: string;
  readonly archive?: readonly string[];
}

/** How much is printed. */
export interface ExportFlags extends AuditFlags {
  readonly until?: number;
}

/** @returns exit code, as all of these, see `withCluster` */
export function verifyLedger({ heads, archive, ...flags }: VerifyFlags): Promise<number> {
  return run(flags, (cluster, io) =>
    runAuditVerify(
      {
        list: () => listAll(cluster.transport, ENTRIES, cluster.namespace),
        heads,
        archives: archive,
        evidence: (namespaces) => readEvidence(cluster, namespaces),
        checkpoint: () => seenCheckpoint(cluster),
      },
      io,
    ),
  );
}

/** Prints the entries. */
export function exportLedger({ until, ...flags }: ExportFlags): Promise<number> {
  return run(flags, (cluster, io) =>
    runAuditExport({ list: () => listAll(cluster.transport, ENTRIES, cluster.namespace), until, now: () => cluster.serverNow() }, io),
  );
}

/** Says that a file is kept somewhere. */
export function makeCheckpoint(file: string, { location, ...flags }: ArchiveFlags): Promise<number> {
  return run(flags, (cluster, io) => runAuditCheckpoint({ file, location }, io, cluster));
}

/** Deletes what a file holds. */
export function pruneLedger(file: string, { yes, ...flags }: ArchiveFlags): Promise<number> {
  return run(flags, (cluster, io) => runAuditPrune({ file, yes }, io, cluster));
}

function run(
  { breakGlassNamespace: namespace, kubeconfig, context }: AuditFlags,
  work: (cluster: ClusterAccess, io: CommandIo) => Promise<number>,
): Promise<number> {
  return withCluster({ kubeconfig, context, namespace, output: "text" }, processIo, (cluster) => work(cluster, processIo));
}
