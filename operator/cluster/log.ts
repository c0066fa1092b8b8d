/** Says what the kernel needs of a log. */

/** Facts are short scalars: names, counts, reasons; never an object of the API. */
export interface Log {
  info(message: string, facts: Readonly<Record<string, string | number>>): void;
  warn(message: string, facts: Readonly<Record<string, string | number>>): void;
}
