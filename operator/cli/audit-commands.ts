/** Declares the words and flags of `securitybaseline audit ...`. */
import { type Command, InvalidArgumentError } from "commander";
import type { ArchiveFlags, ExportFlags, VerifyFlags } from "./audit-run.ts";
import { addTraceCommand } from "./audit-trace/command.ts";
import { addBreakGlassNamespaceFlag } from "./break-glass/flags.ts";
import { addClusterFlags } from "./cluster-flags.ts";

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
    .action(async (flags: VerifyFlags) => {
      const { verifyLedger } = await import("./audit-run.ts");
      process.exitCode = await verifyLedger(flags);
    });
}

function addExport(command: Command): void {
  withAuditFlags(command)
    .option("--until <seq>", "only what is archived by this: the entries up to this place", place)
    .action(async (flags: ExportFlags) => {
      const { exportLedger } = await import("./audit-run.ts");
      process.exitCode = await exportLedger(flags);
    });
}

function addArchiving(group: Command): void {
  withAuditFlags(group.command("checkpoint <file>").description("say that a file of audit export --until is kept somewhere"))
    .requiredOption("--location <text>", "where the file is kept, for people")
    .action(async (file: string, flags: ArchiveFlags) => {
      const { makeCheckpoint } = await import("./audit-run.ts");
      process.exitCode = await makeCheckpoint(file, flags);
    });
  withAuditFlags(group.command("prune <file>").description("delete from the ledger what somebody else has archived in a file"))
    .option("-y, --yes", "do not ask")
    .action(async (file: string, flags: ArchiveFlags) => {
      const { pruneLedger } = await import("./audit-run.ts");
      process.exitCode = await pruneLedger(file, flags);
    });
}

function withAuditFlags(command: Command): Command {
  return addBreakGlassNamespaceFlag(addClusterFlags(command));
}

function each(file: string, files: readonly string[] = []): readonly string[] {
  return [...files, file];
}

function place(text: string): number {
  if (!/^[1-9][0-9]{0,11}$/.test(text)) throw new InvalidArgumentError("write the SEQ of an entry, for example 1200");
  return Number(text);
}
