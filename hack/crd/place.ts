/** Names file and line in every error of the generator, so that the author finds the place. */

/** A problem in the types that the CRDs come from. The message begins with `file:line: `. */
export class GeneratorError extends Error {
  override readonly name = "GeneratorError";
}

/** Where a type or a field is declared. */
export class Place {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number) {
    this.file = file;
    this.line = line;
  }

  /** An error at this place, or at another line of the same file. */
  error(message: string, line: number = this.line): GeneratorError {
    return new GeneratorError(`${this.file}:${line}: ${message}`);
  }
}
