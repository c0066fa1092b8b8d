/** Colours text for a terminal, where whoever reads it wants that. */

/** Colours of ECMA-48 (Select Graphic Rendition). */
export const Colour = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Colour = (typeof Colour)[keyof typeof Colour];

/** Answers the text in a colour, or as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** A paint that colours, or one that does not. */
export function paintFor(colour: boolean): Paint {
  return (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
}

/**
 * Whether to colour. `NO_COLOR` (no-color.org) forbids it, `CLICOLOR_FORCE` (bixense.com/clicolors) wants it also where no terminal is, and
 * `TERM=dumb` and `CLICOLOR=0` say that the terminal shows none.
 */
export function wantsColour(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const { NO_COLOR = "", CLICOLOR_FORCE = "0", CLICOLOR, TERM } = environment;
  if (NO_COLOR !== "") return false;
  if (CLICOLOR_FORCE !== "0" && CLICOLOR_FORCE !== "") return true;
  return isTerminal && TERM !== "dumb" && CLICOLOR !== "0";
}
