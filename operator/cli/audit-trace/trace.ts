/** Runs `audit trace`, which tells auditors from an audit log who stands behind each action of a grant. */
import type { Readable } from "node:stream";
import { OPERATOR_USERNAME } from "../../api/installation.ts";
import { visible } from "../../api/visible.ts";
import type { Output } from "../failure-text.ts";
import type { CommandIo } from "../io.ts";
import { printVisibleJson } from "../manifest-text.ts";
import { printTable } from "../visible-text.ts";
import { type Chain, chainOf, type TracedDeed } from "./chain.ts";
import { type LeftOut, type Question, readLogs } from "./read-logs.ts";

export interface TraceRequest extends Question {
  readonly output: Output;
}

/** Streams and input of the command. */
export interface TraceIo extends Pick<CommandIo, "stdout" | "stderr"> {
  /** The bytes of a file, or of standard input for "-". */
  readonly open: (file: string) => Readable;
}

/** Raised when a field goes or gets another meaning; new fields do not raise it. */
const FORM = 1;

const REASONS: Readonly<Record<LeftOut["reason"], string>> = { NotJson: "no audit event in JSON", TooLong: "too long" };

/**
 * Prints what the logs tell of a request or grant, in order of time.
 * @returns exit code: 0 a person stands behind each action, 1 for one that nobody stands behind, for nothing at all, and for lines that were left out
 * @throws CommandError for a log that cannot be read, and for more than can be kept
 */
export async function runAuditTrace(request: TraceRequest, { open, ...io }: TraceIo): Promise<number> {
  const { deeds, leftOut } = await readLogs(request, open);
  const chain = chainOf(deeds, request.target);
  if (request.output === "json") io.stdout(printVisibleJson(jsonOf(request, chain, leftOut)));
  else printText(chain, io);
  for (const line of remarks(chain, leftOut)) io.stderr(`${visible(line)}\n`);
  return chain.deeds.length === 0 || chain.orphans.length > 0 || leftOut.length > 0 ? 1 : 0;
}

function remarks({ deeds, orphans }: Chain, leftOut: readonly LeftOut[]): readonly string[] {
  return [
    ...leftOut.map(
      ({ file, reason, lines, first }) => `${file}:${first}: ${lines === 1 ? "1 line" : `${lines} lines`} left out: ${REASONS[reason]}`,
    ),
    ...(orphans.length > 0 ? [`no person is known to have minted the token of ${orphans.length} action(s)`] : []),
    ...(deeds.length === 0 ? ["the log tells nothing of it"] : []),
  ];
}

function printText({ grants, deeds }: Chain, io: Pick<CommandIo, "stdout">): void {
  if (deeds.length === 0) return;
  for (const grant of grants) io.stdout(`grant ${grant}\n`);
  io.stdout(printTable([["TIME", "ANSWER", "PERSON", "", "WHAT"], ...deeds.map(row)]));
  printChanges(deeds, io);
}

/** Names and verbs only: what is in a Secret or a token is in no log. */
function printChanges(deeds: readonly TracedDeed[], io: Pick<CommandIo, "stdout">): void {
  const changes = deeds.flatMap(({ at, person, change }) => (change === undefined ? [] : [[at, person ?? "(nobody)", change]]));
  if (changes.length === 0) return;
  io.stdout("\nwhat it changed that decides about rights:\n");
  io.stdout(printTable([["TIME", "PERSON", "CHANGE"], ...changes]));
}

function row({ at, person, link, what, who, code }: TracedDeed): string[] {
  return [at, code === 0 ? "" : String(code), who === OPERATOR_USERNAME ? "(operator)" : (person ?? `(nobody) ${who}`), link, what];
}

function jsonOf({ target }: TraceRequest, { grants, deeds, orphans }: Chain, leftOut: readonly LeftOut[]) {
  return { version: FORM, target, grants, deeds: deeds.map(deedJson), unexplained: orphans.length, leftOut };
}

function deedJson({ at, code, link, what, who, person, request, requestUID, grant, credential, change }: TracedDeed) {
  return { at, code, link, what, sender: who, person: person ?? null, request, requestUID, grant, credential, change };
}
