/** Reads JSON documents from bytes: whole bodies, and one document per line as they arrive. */
import type { JsonObject } from "../api/json.ts";
import { badReply } from "./failures.ts";

const NEWLINE = 0x0a;

/** Parses one JSON object. @throws ApiError `BadReply` for anything else; the message does not quote the text. */
export function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badReply("the answer is not JSON");
  }
  if (!isObject(value)) throw badReply("the answer is not a JSON object");
  return value;
}

/** Reads a body to its end. @throws ApiError `BadReply` beyond `limit` bytes. */
export async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) throw badReply(`the answer is longer than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/**
 * Splits bytes at line ends and parses each line; blank lines are skipped. Lines are put together as bytes: a character may arrive in pieces.
 * @throws ApiError `BadReply` for a line that is no JSON object or is longer than `limit` bytes.
 */
export async function* decodeFrames(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<JsonObject> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const keep = (part: Uint8Array) => {
    size += part.length;
    if (size > limit) throw badReply(`a line of the answer is longer than ${limit} bytes`);
    parts.push(part);
  };
  const take = (): string => {
    const line = Buffer.concat(parts).toString("utf8").trim();
    parts.length = 0;
    size = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (line !== "") yield parseObject(line);
    }
    keep(chunk.subarray(start));
  }
  const last = take();
  if (last !== "") yield parseObject(last);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
