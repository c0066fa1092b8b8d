/** Reads from one line of an API server's audit log (`audit.k8s.io/v1` Event) what the tracing of a grant needs. */

/** The part of an Event that tells who did what. Bodies are there only at the levels that record them. */
export interface AuditEvent {
  readonly auditID: string;
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
  readonly requestObject?: AuditBody;
  readonly responseObject?: AuditBody;
  readonly requestReceivedTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface AuditUser {
  readonly username?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The fields of our kinds and of grants that link one request to the next. */
export interface AuditBody {
  readonly metadata?: { readonly name?: string; readonly uid?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly type?: string;
    readonly requestUID?: string;
    readonly grant?: string;
    readonly decision?: string;
    readonly requestRef?: { readonly name?: string; readonly uid?: string };
  };
}

/** What every line of a grant has in it: an identity's name or one of our kinds. Most lines of a large log have neither. */
const CONCERNED = /bg-[a-z0-9]{10}-[0-9]{10}|breakglass/;

/** Answers the event of a line, or undefined if no grant can be concerned. Throws a SyntaxError if the line is not JSON. */
export function parseEvent(line: string): AuditEvent | undefined {
  return CONCERNED.test(line) ? JSON.parse(line) : undefined;
}
