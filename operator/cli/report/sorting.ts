/** Puts the rows of a report into an order that does not depend on that of the lists they come from. */
import { byText } from "../../controls/order.ts";

/** Compares by the keys in turn: numbers by size, texts by code units, and what is not known last. */
export function byKeys<T>(keys: (row: T) => readonly (string | number | null)[]): (a: T, b: T) => number {
  return (a, b) => {
    const others = keys(b);
    for (const [index, key] of keys(a).entries()) {
      const order = compare(key, others[index] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === "number" && typeof b === "number") return a - b;
  return byText(String(a), String(b));
}

/** How many rows there are of which this is true. */
export function count<T>(rows: readonly T[], test: (row: T) => boolean): number {
  return rows.filter(test).length;
}
