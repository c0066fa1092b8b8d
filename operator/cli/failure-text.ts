/** Tells users in one line why a command failed, and picks the exit code that goes with it. */

import { visible } from "../api/visible.ts";
import { ApiError } from "../cluster/errors.ts";
import type { CommandIo } from "./io.ts";

/** Form of what a command prints. */
export type Output = "text" | "json";

/** Wrong usage, or something that the server refuses. */
const INVALID = 2;
const UNREACHABLE = 3;

/** Reasons of requests that nobody answered, as the transport names them. */
const UNANSWERED: ReadonlySet<string> = new Set(["Unreachable", "Timeout", "Aborted", "BadReply"]);

const POLICY = /ValidatingAdmissionPolicy '([^']*)' with binding '[^']*' denied request: ([\s\S]*)$/;
const WEBHOOK = /admission webhook "([^"]*)" denied the request: ([\s\S]*)$/;
/** `breakglassrequests.securitybaseline.dev "x" is invalid: ...`: the user knows what they sent. */
const INVALID_OBJECT = /^\S+ "[^"]*" is invalid: ([\s\S]*)$/;

/** A command that cannot do what it was asked; the message says what to do instead. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** A failure as it is told. */
interface Failure {
  readonly exitCode: number;
  /** One line. */
  readonly error: string;
  /** As the API server names it. */
  readonly reason?: string;
  readonly status?: number;
  /** Name of the admission policy or webhook that refused. */
  readonly policy?: string;
}

/** How a command tells its failures. */
export interface Telling {
  readonly output: Output;
  readonly io: Pick<CommandIo, "stderr">;
  /** Address of the API server, if one is known by then. */
  readonly server?: () => string | undefined;
  /** Puts a refusal of the API server in the command's own words. */
  readonly worded?: (message: string) => string;
}

/**
 * Does the work of a command. A failure of the cluster or a CommandError is told on stderr, in one line, with `-o json` as an object; other
 * errors are thrown on.
 * @returns exit code: that of `work`, 2 if something was refused, 3 if the cluster cannot be reached
 */
export async function tellFailures({ output, io, server, worded }: Telling, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const failure = describeFailure(error, server?.() ?? "the cluster", worded);
    if (failure === undefined) throw error;
    const { exitCode, ...told } = failure;
    io.stderr(output === "json" ? `${JSON.stringify(told)}\n` : `securitybaseline: ${told.error}\n`);
    return exitCode;
  }
}

function describeFailure(error: unknown, server: string, worded: Telling["worded"] = (message) => message): Failure | undefined {
  if (error instanceof CommandError) return { exitCode: INVALID, error: visible(error.message) };
  if (!(error instanceof ApiError)) return undefined;
  if (error.status === 0) return withoutAnswer(error, server);
  const { message, policy } = refused(error.message);
  return {
    exitCode: error.status === 429 || error.status >= 500 ? UNREACHABLE : INVALID,
    error: visible(worded(message.replace(/\s*\n\s*/g, " ").trim())),
    reason: error.reason,
    status: error.status,
    ...(policy === undefined ? {} : { policy }),
  };
}

function withoutAnswer({ message, reason }: ApiError, server: string): Failure {
  if (!UNANSWERED.has(reason)) return { exitCode: INVALID, error: visible(message), reason };
  const cause = message.replace(/^no answer from the API server: /, "");
  return { exitCode: UNREACHABLE, error: visible(`cannot reach ${server}: ${cause}`), reason };
}

/** The server's sentence without what it says about itself. */
function refused(message: string): { message: string; policy?: string } {
  for (const form of [POLICY, WEBHOOK]) {
    const [, policy, sentence] = form.exec(message) ?? [];
    if (policy !== undefined && sentence !== undefined) return { message: sentence, policy };
  }
  return { message: INVALID_OBJECT.exec(message)?.[1] ?? message };
}
