/** Tells people how far a build of Go packages is: one line that rewrites itself on a terminal, a line now and then anywhere else. */

/** Where progress is told. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

export interface BuildProgressOptions {
  /** Packages that have to be compiled, by path, with the bytes of their sources: the time that a package takes follows its size. */
  readonly packages: ReadonlyMap<string, number>;
  /** How many packages Go compiles at a time. */
  readonly parallel: number;
  readonly output: ProgressOutput;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
}

/** Milliseconds between lines where none can be rewritten. */
const LINE_INTERVAL = 60_000;
/** Share of the bytes before which what was measured says nothing about the rest: the first packages are the runtime's, with assembler and cgo. */
const LEAST_SHARE = 0.05;

export class BuildProgress {
  readonly #options: BuildProgressOptions;
  readonly #begun: number;
  readonly #bytes: number;
  /** In the order in which Go named them. */
  readonly #started: string[] = [];
  #told: number;

  constructor(options: BuildProgressOptions) {
    this.#options = options;
    this.#begun = options.now();
    this.#told = this.#begun;
    this.#bytes = sum(options.packages.values());
  }

  /** Notes that a package is being compiled. Go says so when it begins, and not when it is done. */
  start(path: string): void {
    if (this.#options.packages.has(path)) this.#started.push(path);
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
    const { packages, now } = this.#options;
    const counted = `  ${this.#started.length} of ${packages.size} packages, ${minutes(now() - this.#begun)} so far`;
    if (this.#started.length === packages.size) return `${counted}, the last ones and the linker are at work`;
    const toGo = this.#toGo();
    return toGo === undefined ? counted : `${counted}, about ${minutes(toGo)} to go`;
  }

  /** Milliseconds. What was named last is still being compiled, and counts as not begun. */
  #toGo(): number | undefined {
    const { packages, parallel, now } = this.#options;
    const done = sum(this.#started.slice(0, -parallel).map((path) => packages.get(path) ?? 0));
    if (done < this.#bytes * LEAST_SHARE) return undefined;
    return ((now() - this.#begun) / done) * (this.#bytes - done);
  }
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}

function minutes(ms: number): string {
  return ms < 59_500 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
