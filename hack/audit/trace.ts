/** Tells auditors from an audit log who stands behind each action of a grant; ends with exit code 1 if nobody does. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { OPERATOR_USERNAME } from "../../operator/api/installation.ts";
import { printTable } from "../../operator/cli/visible-text.ts";
import { type Chain, chainOf, type Target, type TracedDeed } from "./chain.ts";
import { type Deed, deedOf } from "./deed.ts";
import { type AuditEvent, parseEvent } from "./event.ts";

const USAGE = `usage: node hack/audit/trace.ts --log FILE|- [--log FILE ...] (--request NAMESPACE/NAME | --grant bg-...)
`;
const CHAIN_BROKEN = 1;
const NOT_READ = 2;

interface Invocation {
  readonly logs: readonly string[];
  readonly target: Target;
}

/** Answers undefined for anything but one target and at least one log. Throws a TypeError for unknown options. */
function parse(args: string[]): Invocation | undefined {
  const options = { log: { type: "string", multiple: true }, request: { type: "string" }, grant: { type: "string" } } as const;
  const { log: logs = [], request, grant } = parseArgs({ args, options }).values;
  if (logs.length === 0 || (request === undefined) === (grant === undefined)) return undefined;
  return { logs, target: grant === undefined ? { request: request ?? "" } : { grant } };
}

/** Reads line by line and keeps only what concerns grants. A line that is cut off is told and left out. */
async function read(path: string): Promise<Deed[]> {
  const deeds: Deed[] = [];
  const input = path === "-" ? process.stdin : createReadStream(path);
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const event = parsed(line, `${path}:${number}`);
    const deed = event && deedOf(event);
    if (deed) deeds.push(deed);
  }
  return deeds;
}

function parsed(line: string, place: string): AuditEvent | undefined {
  try {
    return parseEvent(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    process.stderr.write(`${place}: left out, because it is not JSON\n`);
    return undefined;
  }
}

function print({ grants, deeds, orphans }: Chain): void {
  for (const grant of grants) process.stdout.write(`grant ${grant}\n`);
  process.stdout.write(printTable([["TIME", "ANSWER", "PERSON", "", "WHAT"], ...deeds.map(row)]));
  printChanges(deeds);
  if (orphans.length > 0) process.stderr.write(`no person is known to have minted the token of ${orphans.length} action(s)\n`);
}

/** Names and verbs only: what is in a Secret or a token is in no log. */
function printChanges(deeds: readonly TracedDeed[]): void {
  const changes = deeds.flatMap(({ at, person, change }) => (change === undefined ? [] : [[at, person ?? "(nobody)", change]]));
  if (changes.length === 0) return;
  process.stdout.write("\nwhat it changed that decides about rights:\n");
  process.stdout.write(printTable([["TIME", "PERSON", "CHANGE"], ...changes]));
}

function row({ at, person, link, what, who, code }: TracedDeed): string[] {
  return [at, code === 0 ? "" : String(code), who === OPERATOR_USERNAME ? "(operator)" : (person ?? `(nobody) ${who}`), link, what];
}

async function main(args: string[]): Promise<number> {
  const invocation = parse(args);
  if (invocation === undefined) {
    process.stderr.write(USAGE);
    return NOT_READ;
  }
  const deeds: Deed[][] = [];
  for (const log of invocation.logs) deeds.push(await read(log));
  const chain = chainOf(deeds.flat(), invocation.target);
  print(chain);
  if (chain.deeds.length === 0) process.stderr.write("the log tells nothing of it\n");
  return chain.deeds.length === 0 || chain.orphans.length > 0 ? CHAIN_BROKEN : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = NOT_READ;
}
