/** Writes text that others chose so that it cannot pass for text of ours: in a terminal, and in a status that people read there. */

/** Control, format and unpaired surrogate characters and line separators: other people's text must not move the cursor or turn letters round. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text in one line, with everything that a terminal would obey written out as `\u{...}`. */
export function visible(text: string): string {
  return text.replace(OBEYED, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
