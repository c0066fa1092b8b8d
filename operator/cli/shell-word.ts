/** Writes text so that a shell takes it for one word, for commands that people copy. */

const PLAIN = /^[\w@%+=:,./-]+$/;

/** The text as it is where no shell minds, otherwise in quotes. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
