/** Prints the answer of `status` as a tree, baseline by baseline. */
import { visible } from "../../api/visible.ts";
import type { Paint } from "../colour.ts";
import type { CommandIo } from "../io.ts";
import type { Printer, Total } from "./printer.ts";
import { briefOf, standingOf } from "./standing.ts";
import { briefLine, treeLines } from "./tree.ts";

/** How it is printed. `now` answers milliseconds since the epoch; without `whole`, what is in order is only counted. */
export interface TreeOptions {
  readonly paint: Paint;
  readonly now: () => number;
  readonly whole: boolean;
}

/** A printer that writes each baseline as it comes. */
export function createTreePrinter(io: Pick<CommandIo, "stdout">, { paint, now, whole }: TreeOptions): Printer {
  const print = (lines: readonly string[]): void => io.stdout(lines.map((line) => `${line}\n`).join(""));
  return {
    begin: () => undefined,
    baseline(baseline) {
      const drawing = { paint, now: now(), whole };
      const brief = briefOf(baseline);
      const isLine = !whole && brief.state === "Compliant";
      print(isLine ? [briefLine(brief, drawing)] : treeLines(standingOf(baseline), drawing));
    },
    note: (sentence) => print([visible(sentence)]),
    end(total) {
      if (total.baselines === 0) print([visible(nothingText(total))]);
      else if (!whole) print([`${total.compliant} of ${total.baselines} baselines are compliant`]);
    },
  };
}

function nothingText({ namespace }: Total): string {
  if (namespace === undefined) return "there is no SecurityBaseline in this cluster: nothing says how a namespace should be";
  return `there is no SecurityBaseline in namespace ${namespace}, or no such namespace: nothing says how it should be`;
}
