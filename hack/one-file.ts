/** Puts the parts of a program into one file that can be copied alone, and that loads only the parts which it runs. */

/** A part of a program: the name by which others import it, and its text. */
export interface Part {
  readonly name: string;
  readonly text: string;
}

/** Where a part is, counted from the end of the file: what stands before the parts may then say so itself. */
export interface Place {
  readonly fromEnd: number;
  readonly length: number;
}

/** Stands for the end of a comment, since all parts together are one comment for whoever reads the file as a program. */
export const COMMENT_END = "*~/";

/** What stands behind the launcher, and where in it each part is. Throws for a text that would not come back as it was. */
export function packed(parts: readonly Part[]): { readonly text: string; readonly places: Readonly<Record<string, Place>> } {
  const bodies = parts.map((part) => ({ name: part.name, body: commentable(part) }));
  let text = `/*\n`;
  const starts = new Map<string, number>();
  for (const { name, body } of bodies) {
    text += `// ${name}\n`;
    starts.set(name, text.length);
    text += body;
  }
  text += "*/\n";
  const places = bodies.map(({ name, body }) => [name, { fromEnd: text.length - (starts.get(name) ?? 0), length: body.length }] as const);
  return { text, places: Object.fromEntries(places) };
}

function commentable({ name, text }: Part): string {
  if (text.includes(COMMENT_END))
    throw new Error(`${name} holds ${COMMENT_END}, which stands for the end of a comment: choose another sign`);
  return inAscii(text).replaceAll("*/", COMMENT_END);
}

/**
 * So that a character is a byte, in the file and in memory. The bundler leaves characters beyond ASCII in comments, where they matter to nobody, and in
 * regular expressions, where the escape means the same.
 */
function inAscii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
