/** Tells people how far a build of Go packages is: one line that rewrites itself on a terminal, a line now and then anywhere else. */

/** Where progress is told. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

export interface BuildProgressOptions {
  /** Packages that have to be compiled. */
  readonly total: number;
  readonly output: ProgressOutput;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

/** Milliseconds between lines where none can be rewritten. */
const LINE_INTERVAL = 60_000;
/** Before so many packages the first ones, which are small, say nothing about the others. */
const LEAST_PACKAGES = 100;

export class BuildProgress {
  readonly #options: BuildProgressOptions;
  readonly #started: number;
  #done = 0;
  #told: number;

  constructor(options: BuildProgressOptions) {
    this.#options = options;
    this.#started = options.now();
    this.#told = this.#started;
  }

  /** Notes that so many more packages are being compiled. */
  advance(packages: number): void {
    this.#done += packages;
  }

  /** Tells how far it is, if it is time to. */
  tell(): void {
    const { output, now } = this.#options;
    if (output.isTerminal) {
      output.write(`\r\u001b[K${this.line()}`);
    } else if (now() - this.#told >= LINE_INTERVAL) {
      this.#told = now();
      output.write(`${this.line()}\n`);
    }
  }

  /** Leaves the line that was rewritten. */
  end(): void {
    if (this.#options.output.isTerminal) this.#options.output.write("\r\u001b[K");
  }

  line(): string {
    const { total, now } = this.#options;
    const elapsed = now() - this.#started;
    const done = Math.min(this.#done, total);
    const counted = `  ${done} of ${total} packages, ${minutes(elapsed)} so far`;
    return done < LEAST_PACKAGES || done === total ? counted : `${counted}, about ${minutes((elapsed / done) * (total - done))} to go`;
  }
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
