/** Reads the lines of an audit log of any size for the tracing of a grant: in bounded memory, packed by gzip or not, and without a line that is beyond all bounds. */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Bytes of a line; a request to the API server has three million at most. Longer ones are not kept. */
export const LONGEST_LINE = 32 * 1024 * 1024;

const LINE_FEED = 0x0a;
const GZIP = [0x1f, 0x8b] as const;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** A line, or that there was one which is too long. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  readonly text: string | "TooLong";
}

/** The lines of a log without what ends them. A stream that begins as gzip does is unpacked. Rejects as the stream does, and where a packed one is cut off. */
export async function* logLines(input: Readable, longest: number = LONGEST_LINE): AsyncGenerator<LogLine> {
  const collector = new LineCollector(longest);
  for await (const chunk of await unpacked(input)) yield* collector.take(chunk);
  yield* collector.end();
}

async function unpacked(input: Readable): Promise<AsyncIterable<Buffer>> {
  const chunks: AsyncIterator<Buffer> = input[Symbol.asyncIterator]();
  const head = await begin(chunks);
  const whole = joined(head, chunks);
  if (head[0] !== GZIP[0] || head[1] !== GZIP[1]) return whole;
  return pipeline(Readable.from(whole), createGunzip(), () => undefined);
}

/** As many bytes as tell how a stream is packed, or all of a shorter one. */
async function begin(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* joined(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/** Puts lines together from pieces. */
class LineCollector {
  readonly #longest: number;
  #pieces: Buffer[] = [];
  #size = 0;
  #number = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  *take(chunk: Buffer): Generator<LogLine> {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end));
      yield this.#line();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  *end(): Generator<LogLine> {
    if (this.#size > 0) yield this.#line();
  }

  /** Of a line that is too long only the length is kept. */
  #add(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#longest) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  #line(): LogLine {
    this.#number += 1;
    const isTooLong = this.#size > this.#longest;
    const text = isTooLong ? "TooLong" : textOf(this.#pieces).replace(BYTE_ORDER_MARK, "").replace(/\r$/, "");
    this.#pieces = [];
    this.#size = 0;
    return { number: this.#number, text };
  }
}

/** Most lines lie in one piece, which is not copied. */
function textOf(pieces: readonly Buffer[]): string {
  const [only] = pieces;
  return (pieces.length === 1 && only ? only : Buffer.concat(pieces)).toString("utf8");
}
