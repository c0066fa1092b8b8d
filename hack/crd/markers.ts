/** Reads the markers out of a doc comment; what each one means stands in keywords.ts. */

/** One `@name value` of a doc comment. The value may run over several lines, which are joined by a space. */
export interface Marker {
  readonly name: string;
  readonly value: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** A doc comment taken apart. */
export interface Doc {
  /** Text before the first marker; lines of a paragraph are joined, paragraphs stay apart. */
  readonly text: string;
  readonly markers: readonly Marker[];
}

export const EMPTY_DOC: Doc = { text: "", markers: [] };

/**
 * Takes a doc comment apart.
 * @param comment the comment as it stands in the file, with its delimiters
 * @param firstLine line in the file on which it begins, from 1
 */
export function parseDoc(comment: string, firstLine: number): Doc {
  const text: string[] = [];
  const markers: { name: string; value: string; line: number }[] = [];
  for (const [offset, raw] of stripDelimiters(comment).entries()) {
    const start = /^@([A-Za-z]+)(?:\s+(.*))?$/.exec(raw);
    const last = markers.at(-1);
    if (start) markers.push({ name: start[1] ?? "", value: start[2] ?? "", line: firstLine + offset });
    else if (last === undefined) text.push(raw);
    else if (raw !== "") last.value = `${last.value} ${raw}`.trim();
  }
  return { text: joinParagraphs(text), markers };
}

function stripDelimiters(comment: string): string[] {
  return comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*(?!\/)\s?/, "").trim());
}

function joinParagraphs(lines: readonly string[]): string {
  return lines
    .join("\n")
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll("\n", " "))
    .join("\n\n");
}
