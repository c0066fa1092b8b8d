/** Sends one JSON request over HTTPS for the test client, which shares no code with the operator's transport, or it would hide its faults. */
import { once } from "node:events";
import { type Agent, type RequestOptions, request } from "node:https";
import { text } from "node:stream/consumers";

const REQUEST_TIMEOUT = 30_000;

/** Who is asking whom. */
export interface Connection {
  readonly server: string;
  readonly agent: Agent;
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

export interface JsonRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly body?: unknown;
  /** Instead of `body`, as it is: for JSON that no JavaScript value stands for. */
  readonly text?: string;
  readonly contentType?: string;
}

export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
  /** What the server adds to its answer for the sender to read, as `kubectl` prints it behind "Warning:". */
  readonly warnings: readonly string[];
}

/** Sends one request and answers whatever status comes; throws only when no answer comes within 30 s. */
export async function sendJson(connection: Connection, call: JsonRequest): Promise<JsonReply> {
  const outgoing = request(`${connection.server}${call.path}`, optionsOf(connection, call));
  outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer to ${call.method} ${call.path}`)));
  outgoing.end(call.text ?? (call.body === undefined ? undefined : JSON.stringify(call.body)));
  const [response = undefined] = await once(outgoing, "response").catch((error: NodeJS.ErrnoException) => {
    // The server ends connections that were idle for long: what is sent on one at that moment was not read by anybody.
    if (outgoing.reusedSocket && error.code === "ECONNRESET") return [];
    throw error;
  });
  if (response === undefined) return sendJson(connection, call);
  const content = await text(response);
  const isJson = String(response.headers["content-type"]).startsWith("application/json");
  return {
    status: response.statusCode,
    body: isJson ? JSON.parse(content) : content,
    warnings: warningsIn(response.headers["warning"] ?? ""),
  };
}

/** Texts of a Warning header (RFC 7234, section 5.5), in which quotes and backslashes of the text are escaped. */
function warningsIn(header: string): readonly string[] {
  const texts = header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g);
  return Array.from(texts, ([, escaped = ""]) => escaped.replaceAll(/\\(.)/g, "$1"));
}

function optionsOf(connection: Connection, call: JsonRequest): RequestOptions {
  const { agent, ca, cert, key } = connection;
  const headers = { ...connection.headers, accept: "application/json", "content-type": call.contentType ?? "application/json" };
  return { method: call.method, agent, ca, timeout: REQUEST_TIMEOUT, headers, ...(cert && key ? { cert, key } : {}) };
}
