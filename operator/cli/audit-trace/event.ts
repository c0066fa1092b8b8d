/** Reads from one line of an API server's audit log (`audit.k8s.io/v1` Event) what the tracing of a grant needs. */

/** The part of an Event that tells who did what. Bodies are there only at the levels that record them. */
export interface AuditEvent {
  /** The client may choose it (header `Audit-ID`), so that alone it tells no two requests apart. */
  readonly auditID: string;
  readonly stage?: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: AuditUser;
  readonly impersonatedUser?: AuditUser;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  /** As the client sent it, whatever it is: also what the API server refused is recorded. */
  readonly requestObject?: unknown;
  readonly responseObject?: unknown;
  readonly requestReceivedTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface AuditUser {
  readonly username?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What every line of a grant has in it: an identity's name or one of our kinds. Most lines of a large log have neither. */
const CONCERNED = /bg-[a-z0-9]{10}-[0-9]{10}|breakglass/;

const TEXTS = ["auditID", "verb", "requestURI", "requestReceivedTimestamp"] as const;
const OPTIONAL_RECORDS = ["impersonatedUser", "objectRef", "responseStatus", "annotations"] as const;

/**
 * Answers the event of a line, or undefined if no grant can be concerned.
 * @throws SyntaxError if the line is not JSON, or no event
 */
export function parseEvent(line: string): AuditEvent | undefined {
  if (!CONCERNED.test(line)) return undefined;
  const value: unknown = JSON.parse(line);
  if (!isEvent(value)) throw new SyntaxError("no audit event");
  return value;
}

/** The text at a path of a body; undefined where there is none, or something else. */
export function textAt(body: unknown, ...path: readonly string[]): string | undefined {
  let value = body;
  for (const key of path) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** What the API server writes itself has one form; a log that was put together by others may have another. */
function isEvent(value: unknown): value is AuditEvent {
  if (!isRecord(value) || !TEXTS.every((key) => typeof value[key] === "string")) return false;
  if (!Number.isFinite(Date.parse(String(value["requestReceivedTimestamp"])))) return false;
  if (!OPTIONAL_RECORDS.every((key) => value[key] === undefined || isRecord(value[key]))) return false;
  const { user, impersonatedUser = {}, objectRef = {}, annotations = {}, responseStatus } = value;
  const code = isRecord(responseStatus) ? responseStatus["code"] : undefined;
  if (code !== undefined && typeof code !== "number") return false;
  return isUser(user) && isUser(impersonatedUser) && hasTexts(objectRef) && hasTexts(annotations);
}

function isUser(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { username = "", extra = {} } = value;
  return typeof username === "string" && isRecord(extra) && Object.values(extra).every((one) => Array.isArray(one));
}

function hasTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((one) => typeof one === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
