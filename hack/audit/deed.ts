/** Says what one recorded request means for the story of a grant: which link of the chain it is, and what it hangs on. */
import { REQUEST_UID_ANNOTATION } from "../../operator/api/names.ts";
import { changeOfRights, WRITES } from "./change.ts";
import type { AuditBody, AuditEvent, AuditUser } from "./event.ts";

/** The links of the chain, in the words in which they are printed. */
export type Link = "asked" | "decided" | "recorded" | "changed" | "minted" | "did";

/** One request to the API server that belongs to some grant. */
export interface Deed {
  readonly auditID: string;
  readonly at: string;
  /** Who sent it; the identity of the grant itself for what was done with a token. */
  readonly who: string;
  /** Whether `who` is no account of Kubernetes itself. */
  readonly isPerson: boolean;
  readonly link: Link;
  readonly what: string;
  /** HTTP status; 0 while there is none. */
  readonly code: number;
  /** The request as `namespace/name`. */
  readonly request?: string;
  readonly requestUID?: string;
  /** Name of the grant's ServiceAccount. */
  readonly grant?: string;
  /** The token: the one that was issued, or the one that was used. */
  readonly credential?: string;
  /** What was done with the grant that decides about rights; see `changeOfRights`. */
  readonly change?: string;
}

const CREDENTIAL = "authentication.kubernetes.io/credential-id";
const ISSUED_CREDENTIAL = "authentication.kubernetes.io/issued-credential-id";
const IDENTITY = /^system:serviceaccount:[^:]+:(bg-[a-z0-9]{10}-[0-9]{10})$/;
const GRANT = /^bg-[a-z0-9]{10}-[0-9]{10}$/;
type Part = Pick<Deed, "link" | "what"> & Partial<Pick<Deed, "request" | "requestUID" | "grant" | "credential" | "change">>;

/** Answers what a recorded request means, or undefined if it is no link of any grant. */
export function deedOf(event: AuditEvent): Deed | undefined {
  const part = actionOf(event) ?? mintOf(event) ?? changeOf(event) ?? ourKinds[event.objectRef?.resource ?? ""]?.(event);
  if (part === undefined) return undefined;
  const { auditID, user, impersonatedUser, requestReceivedTimestamp: at, responseStatus } = event;
  const isPerson = !nameOf(user).startsWith("system:");
  return { auditID, at, who: senderOf(user, impersonatedUser), isPerson, code: responseStatus?.code ?? 0, ...part };
}

/** What was done as the identity of a grant, by its token or by impersonation, and what it did itself as somebody else. */
function actionOf(event: AuditEvent): Part | undefined {
  const { verb, requestURI, user, impersonatedUser } = event;
  const borrowed = impersonatedUser && grantOf(impersonatedUser);
  const grant = borrowed ?? grantOf(user);
  if (grant === undefined) return undefined;
  const credential = borrowed === undefined ? user.extra?.[CREDENTIAL]?.[0] : undefined;
  const guise = borrowed === undefined && impersonatedUser !== undefined ? ` as ${nameOf(impersonatedUser)}` : "";
  const change = changeOfRights(event);
  return {
    link: "did",
    what: `${verb} ${requestURI}${guise}`,
    grant,
    ...(credential === undefined ? {} : { credential }),
    ...(change === undefined ? {} : { change: change + guise }),
  };
}

function grantOf(user: AuditUser): string | undefined {
  return IDENTITY.exec(nameOf(user))?.[1];
}

function mintOf({ objectRef, annotations, verb }: AuditEvent): Part | undefined {
  const grant = objectRef?.name ?? "";
  if (verb !== "create" || objectRef?.subresource !== "token" || !GRANT.test(grant)) return undefined;
  const credential = annotations?.[ISSUED_CREDENTIAL];
  return {
    link: "minted",
    what: `token ${credential ?? "(none)"}`,
    grant,
    ...(credential === undefined ? {} : { credential }),
  };
}

function changeOf({ verb, objectRef, requestObject }: AuditEvent): Part | undefined {
  const grant = objectRef?.name ?? "";
  if (!WRITES.has(verb) || !GRANT.test(grant)) return undefined;
  const requestUID = requestObject?.metadata?.annotations?.[REQUEST_UID_ANNOTATION];
  const place = objectRef?.namespace === undefined ? "" : ` in ${objectRef.namespace}`;
  return {
    link: "changed",
    what: `${verb} ${objectRef?.resource} ${grant}${place}`,
    grant,
    ...(requestUID === undefined ? {} : { requestUID }),
  };
}

/** Creations of our own kinds, by resource. What nobody linked yet, a refused request for example, has no uid. */
const ourKinds: Readonly<Record<string, (event: AuditEvent) => Part | undefined>> = {
  breakglassrequests: ({ verb, objectRef, responseObject }) => {
    if (verb !== "create") return undefined;
    const request = `${objectRef?.namespace}/${responseObject?.metadata?.name ?? objectRef?.name}`;
    return { link: "asked", what: `for ${request}`, request, ...uidOf(responseObject) };
  },
  breakglassdecisions: ({ verb, objectRef, requestObject }) => {
    const { decision, requestRef } = requestObject?.spec ?? {};
    if (verb !== "create" || requestRef === undefined) return undefined;
    const request = `${objectRef?.namespace}/${requestRef.name}`;
    return {
      link: "decided",
      what: `${decision} ${request}`,
      request,
      ...(requestRef.uid === undefined ? {} : { requestUID: requestRef.uid }),
    };
  },
  breakglassauditentries: ({ verb, requestObject }) => {
    const { type, requestUID, grant } = requestObject?.spec ?? {};
    if (verb !== "create" || requestUID === undefined) return undefined;
    return { link: "recorded", what: `${type}`, requestUID, ...(grant === undefined ? {} : { grant }) };
  },
};

function uidOf(body: AuditBody | undefined): Pick<Part, "requestUID"> {
  return body?.metadata?.uid === undefined ? {} : { requestUID: body.metadata.uid };
}

function senderOf(user: AuditUser, impersonated: AuditUser | undefined): string {
  return impersonated === undefined ? nameOf(user) : `${nameOf(impersonated)}, impersonated by ${nameOf(user)}`;
}

function nameOf({ username = "" }: AuditUser): string {
  return username;
}
