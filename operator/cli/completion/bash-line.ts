/** Reads a command line as bash does, but evaluates nothing in it, and writes candidates so that bash takes them for text. PURE. */

/** A command line up to the cursor. */
export interface BashLine {
  /** Without quotes and without the program's name; the last one is at the cursor. */
  readonly words: readonly string[];
  /** What bash has to put in place of what it takes for the word at the cursor, so that the whole word means the candidate. */
  inserted(candidate: string): string;
}

type Quote = "" | "'" | '"';

/** Everything else may mean something to bash. */
const NOT_PLAIN = /[^\p{L}\p{N}_@%+=:,./-]/gu;

/** History is expanded inside of double quotes, too, and no backslash helps there: the quotes are left for it. */
const QUOTED: Readonly<Record<Quote, (text: string) => string>> = {
  "": (text) => text.replace(NOT_PLAIN, "\\$&"),
  "'": (text) => text.replaceAll("'", "'\\''"),
  '"': (text) => text.replace(/[$`"\\]/g, "\\$&").replaceAll("!", '"\\!"'),
};

/** Characters before which a backslash counts inside of double quotes. */
const ESCAPED = /^[$`"\\]$/;

/**
 * Reads a line. `breaks` are the characters of `COMP_WORDBREAKS`: of a word at the cursor, bash replaces only what follows the last one that is not quoted,
 * or the quote that is open.
 */
export function readBashLine(line: string, breaks: string): BashLine {
  const reader = new Reader(breaks);
  for (let at = 0; at < line.length; ) at += reader.take(line[at] ?? "", line[at + 1]);
  return reader.end();
}

class Reader {
  readonly #breaks: string;
  readonly #words: string[] = [];
  #word: string | undefined;
  #quote: Quote = "";
  /** How much of the word bash leaves as it is. */
  #kept = 0;

  constructor(breaks: string) {
    this.#breaks = breaks;
  }

  /** Takes a character, with the next one if that is escaped. @returns how many were taken */
  take(character: string, next: string | undefined): 1 | 2 {
    if (character === "\\" && this.#escapes(next)) {
      this.#append(next ?? "");
      return 2;
    }
    if (this.#quote === "") this.#takePlain(character);
    else if (character === this.#quote) this.#close(character);
    else this.#append(character);
    return 1;
  }

  end(): BashLine {
    const [kept, quote] = [this.#kept, this.#quote];
    return {
      words: [...this.#words, this.#word ?? ""].slice(1),
      inserted: (candidate) => QUOTED[quote](candidate.slice(kept)),
    };
  }

  #escapes(next: string | undefined): boolean {
    if (this.#quote === "") return true;
    return this.#quote === '"' && next !== undefined && ESCAPED.test(next);
  }

  #takePlain(character: string): void {
    if (character === "'" || character === '"') {
      this.#append("");
      this.#quote = character;
      this.#kept = this.#length;
    } else if (/\s/.test(character)) this.#endWord();
    else {
      this.#append(character);
      this.#breakAt(character);
    }
  }

  #close(character: string): void {
    this.#quote = "";
    this.#breakAt(character);
  }

  #breakAt(character: string): void {
    if (this.#breaks.includes(character)) this.#kept = this.#length;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
    this.#kept = 0;
  }

  #append(text: string): void {
    this.#word = (this.#word ?? "") + text;
  }

  get #length(): number {
    return this.#word?.length ?? 0;
  }
}
