/** Reads the selector language of Calico (libcalico-go, lib/selector): what cannot be read is not guessed. */

/** A selector as it was read. `values` are what a label must have, whole or, with a star, in part. */
export type Selector =
  | { readonly is: "All" | "Global" }
  | { readonly is: "Has"; readonly label: string }
  | { readonly is: "Value"; readonly label: string; readonly values: readonly string[] }
  | { readonly is: "Not"; readonly of: Selector }
  | { readonly is: "And" | "Or"; readonly of: readonly Selector[] };

/** Characters of a part of a value below which it is as good as any value. */
const TELLING = 3;

/** Longer ones Calico refuses; deeper ones nobody writes. */
const LIMITS = { characters: 8_192, depth: 64 };

/** Undefined for what is no selector. An empty one selects all. */
export function parseSelector(text: string): Selector | undefined {
  if (text.length > LIMITS.characters) return undefined;
  const tokens = tokensIn(text);
  if (tokens === undefined) return undefined;
  return tokens.length === 0 ? { is: "All" } : new Reader(tokens).whole();
}

const NAME = "[A-Za-z0-9_./-]+";
const TOKEN = new RegExp(
  `[ \\t]*(?:(?<call>has|all|global)\\([ \\t]*(?<argument>${NAME})?[ \\t]*\\)|(?<sign>==|!=|&&|\\|\\||[!(){},])|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<name>${NAME}))`,
  "y",
);

type Token = { readonly type: "call" | "sign" | "text" | "name"; readonly text: string; readonly argument?: string | undefined };

function tokensIn(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const trimmed = text.replace(/[ \t]+$/, "");
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const groups = TOKEN.exec(trimmed)?.groups;
    if (groups === undefined) return undefined;
    tokens.push(tokenOf(groups));
  }
  return tokens;
}

function tokenOf({ call, argument, sign, double, single, name }: Readonly<Record<string, string | undefined>>): Token {
  if (call !== undefined) return { type: "call", text: call, argument };
  if (sign !== undefined) return { type: "sign", text: sign };
  if (name !== undefined) return { type: "name", text: name };
  return { type: "text", text: double ?? single ?? "" };
}

/** Reads by recursive descent: `||` binds least, then `&&`, then `!`. Each step answers undefined where it cannot go on. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Selector | undefined {
    const read = this.#list("||");
    return this.#at === this.#tokens.length ? read : undefined;
  }

  #list(sign: "||" | "&&"): Selector | undefined {
    const of: Selector[] = [];
    do {
      const next = sign === "||" ? this.#list("&&") : this.#one();
      if (next === undefined) return undefined;
      of.push(next);
    } while (this.#skip(sign));
    return of.length === 1 ? of[0] : { is: sign === "||" ? "Or" : "And", of };
  }

  #one(): Selector | undefined {
    let isNegated = false;
    while (this.#skip("!")) isNegated = !isNegated;
    const read = this.#skip("(") ? this.#inParentheses() : this.#term();
    return read !== undefined && isNegated ? { is: "Not", of: read } : read;
  }

  #inParentheses(): Selector | undefined {
    this.#depth += 1;
    const read = this.#depth > LIMITS.depth ? undefined : this.#list("||");
    this.#depth -= 1;
    return this.#skip(")") ? read : undefined;
  }

  #term(): Selector | undefined {
    const token = this.#next();
    if (token?.type === "call") return called(token);
    return token?.type === "name" ? this.#comparison(token.text) : undefined;
  }

  #comparison(label: string): Selector | undefined {
    if (this.#skip("==")) return this.#value(label, whole);
    if (this.#skip("!=")) return negated(this.#value(label, whole));
    if (this.#word("contains") || this.#words("starts", "with") || this.#words("ends", "with")) return this.#value(label, part);
    if (this.#words("not", "in")) return negated(this.#set(label));
    return this.#word("in") ? this.#set(label) : undefined;
  }

  #value(label: string, compared: (label: string, value: string) => Selector): Selector | undefined {
    const token = this.#next();
    return token?.type === "text" ? compared(label, token.text) : undefined;
  }

  #set(label: string): Selector | undefined {
    const values: string[] = [];
    if (!this.#skip("{")) return undefined;
    while (this.#tokens[this.#at]?.type === "text") {
      values.push(this.#next()?.text ?? "");
      if (!this.#skip(",")) break;
    }
    return this.#skip("}") ? { is: "Value", label, values } : undefined;
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  #skip(sign: string): boolean {
    return this.#take("sign", sign);
  }

  #word(name: string): boolean {
    return this.#take("name", name);
  }

  /** Also written as one. */
  #words(first: string, second: string): boolean {
    if (this.#word(first + second)) return true;
    const [one, two] = [this.#tokens[this.#at], this.#tokens[this.#at + 1]];
    const isThere = one?.type === "name" && one.text === first && two?.type === "name" && two.text === second;
    if (isThere) this.#at += 2;
    return isThere;
  }

  #take(type: Token["type"], text: string): boolean {
    const token = this.#tokens[this.#at];
    const isThere = token?.type === type && token.text === text;
    if (isThere) this.#at += 1;
    return isThere;
  }
}

function called({ text, argument }: Token): Selector | undefined {
  if (text === "has") return argument === undefined ? undefined : { is: "Has", label: argument };
  if (argument !== undefined) return undefined;
  return { is: text === "all" ? "All" : "Global" };
}

function whole(label: string, value: string): Selector {
  return { is: "Value", label, values: [value] };
}

/** A part of a value that is too short tells no more than that there is one. */
function part(label: string, value: string): Selector {
  return value.length < TELLING ? { is: "Has", label } : { is: "Value", label, values: [`*${value}*`] };
}

function negated(selector: Selector | undefined): Selector | undefined {
  return selector && { is: "Not", of: selector };
}
