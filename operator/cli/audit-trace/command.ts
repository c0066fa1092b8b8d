/** Declares the words and flags of `securitybaseline audit trace`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { addBreakGlassNamespaceFlag } from "../break-glass/flags.ts";
import { CommandError, type Output, tellFailures } from "../failure-text.ts";
import { openInput, processIo } from "../io.ts";
import type { Target } from "./chain.ts";
import { GRANT } from "./deed.ts";

interface TraceFlags {
  readonly auditLog: readonly string[];
  readonly request?: string;
  readonly grant?: string;
  readonly since?: number;
  readonly until?: number;
  readonly output: Output;
  readonly breakGlassNamespace: string;
}

const REQUEST = /^[a-z0-9][-a-z0-9]{0,62}\/[a-z0-9][-.a-z0-9]{0,252}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Adds `trace`. */
export function addTraceCommand(group: Command): void {
  const command = group
    .command("trace")
    .description("tell from an API server's audit log who stands behind each action of a grant; asks no cluster");
  addBreakGlassNamespaceFlag(command)
    .requiredOption("--audit-log <file...>", "audit logs in any order, packed by gzip or not; - for standard input")
    .addOption(new Option("--request <namespace/name>", "the request to trace").argParser(request).conflicts("grant"))
    .addOption(new Option("--grant <name>", "the grant to trace, bg-...").argParser(grant))
    .option("--since <time>", "leave out what was done before, for example 2026-11-23T10:00:00Z", time)
    .option("--until <time>", "leave out what was done after", time)
    .addOption(new Option("-o, --output <format>", "form of the answer").choices(["text", "json"]).default("text"))
    .action(async (flags: TraceFlags) => {
      const { auditLog: logs, breakGlassNamespace: home, since, until, output } = flags;
      const { runAuditTrace } = await import("./trace.ts");
      process.exitCode = await tellFailures({ output, io: processIo }, async () =>
        runAuditTrace({ logs, home, since, until, output, target: targetOf(flags) }, { ...processIo, open: openInput }),
      );
    });
}

function targetOf(flags: TraceFlags): Target {
  if (flags.grant !== undefined) return { grant: flags.grant };
  if (flags.request !== undefined) return { request: flags.request };
  throw new CommandError("say what to trace: --request NAMESPACE/NAME or --grant bg-...");
}

function request(text: string): string {
  if (!REQUEST.test(text)) throw new InvalidArgumentError("write NAMESPACE/NAME, for example payments/incident-x7k2p");
  return text;
}

function grant(text: string): string {
  if (!GRANT.test(text)) throw new InvalidArgumentError("write the name of its ServiceAccount, for example bg-q3fz81m0ab-1795429800");
  return text;
}

function time(text: string): number {
  const milliseconds = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new InvalidArgumentError("write a time as 2026-11-23T10:00:00Z");
  return milliseconds;
}
