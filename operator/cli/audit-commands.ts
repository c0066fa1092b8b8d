/** Declares the words and flags of `securitybaseline audit ...`. */
import { type Command, InvalidArgumentError } from "commander";
import { runAuditExport, runAuditVerify } from "./audit.ts";
import { ENTRIES, runAuditCheckpoint, runAuditPrune, seenCheckpoint } from "./audit-archive.ts";
import { readEvidence } from "./audit-evidence.ts";
import { addTraceCommand } from "./audit-trace/command.ts";
import { addBreakGlassNamespaceFlag } from "./break-glass/flags.ts";
import { type ClusterAccess, type ClusterOptions, listAll, withCluster } from "./cluster-access.ts";
import { addClusterFlags } from "./cluster-flags.ts";
import { type CommandIo, processIo } from "./io.ts";

interface AuditFlags extends Pick<ClusterOptions, "kubeconfig" | "context"> {
  readonly breakGlassNamespace: string;
}

interface ArchiveFlags extends AuditFlags {
  readonly location: string;
  readonly yes?: boolean;
}

interface VerifyFlags extends AuditFlags {
  readonly heads?: string;
  readonly archive?: readonly string[];
}

interface ExportFlags extends AuditFlags {
  readonly until?: number;
}

/** Adds `audit` and its commands. */
export function addAuditCommands(root: Command): void {
  const group = root.command("audit").description("check, export and archive the ledger of emergency access, and trace it in an audit log");
  addVerify(group.command("verify").description("check the chain, requests and decisions against it, exported heads and archives"));
  addExport(group.command("export").description("print all entries in order, one JSON object per line"));
  addArchiving(group);
  addTraceCommand(group);
}

function addVerify(command: Command): void {
  withAuditFlags(command)
    .option("--heads <file>", "lines that the operator printed; - for standard input")
    .option("--archive <file>", "a file with the beginning of the ledger; as often as there are files", each)
    .action(({ heads, archive, ...flags }: VerifyFlags) =>
      run(flags, (cluster, io) =>
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
      ),
    );
}

function addExport(command: Command): void {
  withAuditFlags(command)
    .option("--until <seq>", "only what is archived by this: the entries up to this place", place)
    .action(({ until, ...flags }: ExportFlags) =>
      run(flags, (cluster, io) =>
        runAuditExport({ list: () => listAll(cluster.transport, ENTRIES, cluster.namespace), until, now: () => cluster.serverNow() }, io),
      ),
    );
}

function addArchiving(group: Command): void {
  withAuditFlags(group.command("checkpoint <file>").description("say that a file of audit export --until is kept somewhere"))
    .requiredOption("--location <text>", "where the file is kept, for people")
    .action((file: string, { location, ...flags }: ArchiveFlags) =>
      run(flags, (cluster, io) => runAuditCheckpoint({ file, location }, io, cluster)),
    );
  withAuditFlags(group.command("prune <file>").description("delete from the ledger what somebody else has archived in a file"))
    .option("-y, --yes", "do not ask")
    .action((file: string, { yes, ...flags }: ArchiveFlags) => run(flags, (cluster, io) => runAuditPrune({ file, yes }, io, cluster)));
}

function withAuditFlags(command: Command): Command {
  return addBreakGlassNamespaceFlag(addClusterFlags(command));
}

async function run(
  { breakGlassNamespace: namespace, kubeconfig, context }: AuditFlags,
  work: (cluster: ClusterAccess, io: CommandIo) => Promise<number>,
): Promise<void> {
  process.exitCode = await withCluster({ kubeconfig, context, namespace, output: "text" }, processIo, (cluster) =>
    work(cluster, processIo),
  );
}

function each(file: string, files: readonly string[] = []): readonly string[] {
  return [...files, file];
}

function place(text: string): number {
  if (!/^[1-9][0-9]{0,11}$/.test(text)) throw new InvalidArgumentError("write the SEQ of an entry, for example 1200");
  return Number(text);
}
