/** Reads audit logs for the tracing of a request or grant: keeps what may belong to it, and counts what could not be read. */
import type { Readable } from "node:stream";
import { CommandError } from "../failure-text.ts";
import { mayBelong, remember, type Target } from "./chain.ts";
import { type Deed, deedOf } from "./deed.ts";
import { type AuditEvent, parseEvent } from "./event.ts";
import { type LogLine, logLines } from "./lines.ts";

/** Deeds that are kept: whoever floods the log must not fill the memory of its reader. */
const MOST_DEEDS = 100_000;

/** What of the logs to look at. */
export interface Question {
  /** In any order; "-" is standard input. */
  readonly logs: readonly string[];
  readonly target: Target;
  /** Namespace of grants. */
  readonly home: string;
  /** Milliseconds since the epoch: what was done with a grant before or after is left out. Who asked, decided and minted is not. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** Lines of a file that were left out. What they hold is not known. */
export interface LeftOut {
  readonly file: string;
  readonly reason: "NotJson" | "TooLong";
  readonly lines: number;
  /** Number of the first one. */
  readonly first: number;
}

export interface Reading {
  readonly deeds: readonly Deed[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Reads all files one after another.
 * @throws CommandError for a file that cannot be read, and for more deeds than are kept
 */
export async function readLogs(question: Question, open: (file: string) => Readable, most: number = MOST_DEEDS): Promise<Reading> {
  const deeds = new Map<string, Deed>();
  const leftOut: LeftOut[] = [];
  for (const file of new Set(question.logs)) {
    const lost = new Map<LeftOut["reason"], LeftOut>();
    for await (const line of linesOf(file, open)) {
      take(line, { deeds, lost, file, question });
      if (deeds.size > most) throw new CommandError(tooMany(most));
    }
    leftOut.push(...lost.values());
  }
  return { deeds: [...deeds.values()], leftOut };
}

/** What is known so far, and of which file. */
interface State {
  readonly deeds: Map<string, Deed>;
  readonly lost: Map<LeftOut["reason"], LeftOut>;
  readonly file: string;
  readonly question: Question;
}

function take(line: LogLine, { deeds, lost, file, question }: State): void {
  const event = eventIn(line);
  if (event === "NotJson" || event === "TooLong") {
    const { lines = 0, first = line.number } = lost.get(event) ?? {};
    lost.set(event, { file, reason: event, lines: lines + 1, first });
  } else if (event !== undefined) keep(deeds, event, question);
}

async function* linesOf(file: string, open: (file: string) => Readable): AsyncGenerator<LogLine> {
  try {
    yield* logLines(open(file));
  } catch (cause) {
    throw new CommandError(`${file}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Undefined where no grant can be concerned. */
function eventIn({ text }: LogLine): AuditEvent | LeftOut["reason"] | undefined {
  if (text === "TooLong") return text;
  try {
    return parseEvent(text);
  } catch (error) {
    if (error instanceof SyntaxError) return "NotJson";
    throw error;
  }
}

function keep(deeds: Map<string, Deed>, event: AuditEvent, question: Question): void {
  const deed = deedOf(event, question.home);
  if (deed !== undefined && mayBelong(deed, question.target) && isWithin(deed, question)) remember(deeds, deed);
}

function isWithin({ link, at }: Deed, { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }: Question): boolean {
  if (link !== "did") return true;
  const time = Date.parse(at);
  return time >= since && time <= until;
}

function tooMany(most: number): string {
  return `more than ${most} recorded requests may belong to it: trace one grant (--grant), or a part of its time (--since, --until)`;
}
