/** Prepares text for a terminal: aligned columns, and nothing in them that a terminal would obey. */

/** Control, format and unpaired surrogate characters and line separators: other people's text must not move the cursor or turn letters round. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text in one line, with everything that a terminal would obey written out as `\u{...}`. */
export function visible(text: string): string {
  return text.replace(OBEYED, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Aligned columns, two blanks apart, with a line break after each row. Every row has as many cells as the first one. */
export function printTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(visible));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return cells.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** At most `length` characters; what is cut ends with an ellipsis. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
