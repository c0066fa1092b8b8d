/** Shows whoever sits at a terminal what they are about to approve, and asks once more. */
import type { Transport } from "../../cluster/types.ts";
import type { CommandIo } from "../io.ts";
import { readCase } from "./case.ts";
import type { StoredBreakGlassRequest } from "./objects.ts";
import { printCase, scopeIn } from "./show.ts";

export interface Confirmation {
  readonly breakGlassNamespace: string;
  /** Said beforehand. */
  readonly yes?: boolean | undefined;
  /** The person stands in for the approvers. */
  readonly standIn?: boolean;
}

/**
 * True if the person at the terminal says yes, or said it beforehand, and for programs, which nobody asks. What is shown is what is approved: the
 * decision names the request's uid and the fingerprint of its profile as they were read.
 */
export async function isConfirmed(
  transport: Transport,
  request: StoredBreakGlassRequest,
  options: Confirmation,
  io: CommandIo,
): Promise<boolean> {
  if (options.yes || io.ask === undefined) return true;
  const shown = await readCase(transport, request, scopeIn(request.metadata.namespace, options));
  const answer = await io.ask(`${printCase(shown, options)}approve${options.standIn ? " as a stand-in" : ""}? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}
