/** Prints the answer of `status` as one JSON document, baseline by baseline, for programs. */
import type { CommandIo } from "../io.ts";
import { printVisibleJson } from "../manifest-text.ts";
import { isWell, type Printer } from "./printer.ts";
import { standingOf } from "./standing.ts";

/** Form of the document: raised if a field goes or gets another meaning. */
const VERSION = 1;

/** A printer that writes each baseline as it comes: what was cut off before its end is no JSON. */
export function createJsonPrinter(io: Pick<CommandIo, "stdout">): Printer {
  const notKnown: string[] = [];
  let separator = "";
  return {
    begin: () => io.stdout(`{"version":${VERSION},"baselines":[`),
    baseline(baseline) {
      io.stdout(`${separator}\n${printVisibleJson(standingOf(baseline)).trimEnd()}`);
      separator = ",";
    },
    note: (sentence) => void notKnown.push(sentence),
    end(total) {
      const { baselines, compliant } = total;
      const summary = JSON.stringify({ baselines, compliant, isCompliant: isWell(total) });
      io.stdout(`\n],"summary":${summary},"notKnown":${JSON.stringify(notKnown)}}\n`);
    },
  };
}
