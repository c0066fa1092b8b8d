/** Gives a command its streams and files, so that tests can stand in for the process around it. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";

/** Output streams and input files of a command. */
export interface CommandIo {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Content of a file, or of standard input for "-". Rejects if it cannot be read or has more than `limit` bytes. */
  readFile(file: string, limit: number): Promise<Uint8Array>;
  /** Asks the person at the terminal and answers the line that they type; "" if they type none. Absent where nobody sits there. */
  readonly ask?: (question: string) => Promise<string>;
}

/** The process's own streams and files. */
export const processIo: CommandIo = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  readFile: (file, limit) => readAtMost(openInput(file), limit),
  ...(isatty(0) && isatty(2) ? { ask: askPerson } : {}),
};

/** The bytes of a file, or of standard input for "-". */
export function openInput(file: string): Readable {
  return file === "-" ? process.stdin : createReadStream(file);
}

/** The terminal gives a line at a time. The question goes where no program reads the answer of the command. */
async function askPerson(question: string): Promise<string> {
  process.stderr.write(question);
  for await (const line of process.stdin) return String(line);
  return "";
}

/**
 * Ends the process without a word when the reader of its output has gone, as `head` does once it has enough; a process that works for others
 * (`isServing`) goes on without it.
 */
export function endWithReader(isServing: () => boolean): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (!isServing()) process.exit();
    });
  }
}

/** Stops reading at the limit: a pipe or a device may never end. */
async function readAtMost(stream: Readable, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Error(`more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
