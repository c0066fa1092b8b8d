/** Prints columns for a terminal, with nothing in them that a terminal would obey. */
import { visible } from "../api/visible.ts";

/** Aligned columns, two blanks apart, with a line break after each row. Every row has as many cells as the first one; there may be any number of rows. */
export function printTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(visible));
  const last = (cells[0]?.length ?? 0) - 1;
  // Nothing stands beside the last column: one long cell must not make every row as long.
  const widths = (cells[0] ?? []).map((_, column) =>
    column === last ? 0 : cells.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return cells.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** At most `length` characters; what is cut ends with an ellipsis. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
