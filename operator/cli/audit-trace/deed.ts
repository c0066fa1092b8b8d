/** Says what one recorded request means for the story of a grant: which link of the chain it is, and what it hangs on. */
import { BREAK_GLASS_NAMESPACE, REQUEST_UID_ANNOTATION } from "../../api/names.ts";
import { shortened } from "../visible-text.ts";
import { changeOfRights, REFUSED, WRITES } from "./change.ts";
import { type AuditEvent, type AuditUser, textAt } from "./event.ts";

/** The links of the chain, in the words in which they are printed. */
export type Link = "asked" | "decided" | "recorded" | "changed" | "minted" | "did";

/** One request to the API server that belongs to some grant. */
export interface Deed {
  /** Tells it apart from all others; equal for the stages of one request. */
  readonly id: string;
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

/** Form of the name of a grant. */
export const GRANT = /^bg-[a-z0-9]{10}-[0-9]{10}$/;

/** Names as Kubernetes and identity providers write them. Any other is quoted, so that it passes for no other column and no remark of ours. */
const PLAIN_NAME = /^[\w.:@/+#-]+$/;

/** Characters of what is kept of a text; an address may have a million. */
const LONGEST = 1_024;

type Part = Pick<Deed, "link" | "what"> & Partial<Pick<Deed, "request" | "requestUID" | "grant" | "credential" | "change">>;

/** Answers what a recorded request means, or undefined if it is no link of any grant. `home`: the namespace of grants; accounts elsewhere are none. */
export function deedOf(event: AuditEvent, home: string = BREAK_GLASS_NAMESPACE): Deed | undefined {
  const part = actionOf(event, home) ?? mintOf(event, home) ?? changeOf(event) ?? ourKinds[event.objectRef?.resource ?? ""]?.(event);
  if (part === undefined) return undefined;
  const { user, impersonatedUser, requestReceivedTimestamp: at, responseStatus } = event;
  const deed = {
    at: kept(at),
    who: kept(senderOf(user, impersonatedUser)),
    isPerson: !nameOf(user).startsWith("system:"),
    code: responseStatus?.code ?? 0,
    ...part,
    what: kept(part.what),
    ...(part.change === undefined ? {} : { change: kept(part.change) }),
  };
  return { id: identify(event, deed), ...deed };
}

/** The id of the log and everything else that both stages of a request have in common: the client may give all of its requests one id. */
function identify({ auditID, verb }: AuditEvent, { at, who, link, what, grant, credential, change }: Omit<Deed, "id">): string {
  return JSON.stringify([kept(auditID), at, verb, who, link, what, grant, credential, change]);
}

/** What was done as the identity of a grant, by its token or by impersonation, and what it did itself as somebody else. */
function actionOf(event: AuditEvent, home: string): Part | undefined {
  const { verb, requestURI, user, impersonatedUser } = event;
  const borrowed = impersonatedUser && grantOf(impersonatedUser, home);
  const grant = borrowed ?? grantOf(user, home);
  if (grant === undefined) return undefined;
  const credential = borrowed === undefined ? user.extra?.[CREDENTIAL]?.[0] : undefined;
  const guise = borrowed === undefined && impersonatedUser !== undefined ? ` as ${namePrinted(impersonatedUser)}` : "";
  const change = changeOfRights(event);
  return {
    link: "did",
    what: `${verb} ${requestURI}${guise}`,
    grant,
    ...(credential === undefined ? {} : { credential }),
    ...(change === undefined ? {} : { change: change + guise }),
  };
}

function grantOf(user: AuditUser, home: string): string | undefined {
  const [system, kind, namespace, name = "", ...rest] = nameOf(user).split(":");
  const isAccount = system === "system" && kind === "serviceaccount" && namespace === home && rest.length === 0;
  return isAccount && GRANT.test(name) ? name : undefined;
}

function mintOf({ objectRef, annotations, verb }: AuditEvent, home: string): Part | undefined {
  const grant = objectRef?.name ?? "";
  const isToken = objectRef?.resource === "serviceaccounts" && objectRef.subresource === "token" && objectRef.namespace === home;
  if (verb !== "create" || !isToken || !GRANT.test(grant)) return undefined;
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
  const requestUID = textAt(requestObject, "metadata", "annotations", REQUEST_UID_ANNOTATION);
  const place = objectRef?.namespace === undefined ? "" : ` in ${objectRef.namespace}`;
  return {
    link: "changed",
    what: `${verb} ${objectRef?.resource} ${grant}${place}`,
    grant,
    ...(requestUID === undefined ? {} : { requestUID }),
  };
}

/** Creations of our own kinds, by resource. A request that was refused has no uid. */
const ourKinds: Readonly<Record<string, (event: AuditEvent) => Part | undefined>> = {
  breakglassrequests: ({ verb, objectRef, responseObject, responseStatus }) => {
    if (verb !== "create") return undefined;
    const isRefused = (responseStatus?.code ?? 0) >= REFUSED;
    const uid = isRefused ? undefined : textAt(responseObject, "metadata", "uid");
    const given = isRefused ? undefined : textAt(responseObject, "metadata", "name");
    const request = `${objectRef?.namespace}/${given ?? objectRef?.name}`;
    return { link: "asked", what: `for ${request}`, request, ...(uid === undefined ? {} : { requestUID: uid }) };
  },
  breakglassdecisions: ({ verb, objectRef, requestObject }) => {
    const name = textAt(requestObject, "spec", "requestRef", "name");
    if (verb !== "create" || name === undefined) return undefined;
    const requestUID = textAt(requestObject, "spec", "requestRef", "uid");
    const request = `${objectRef?.namespace}/${name}`;
    const what = `${textAt(requestObject, "spec", "decision")} ${request}`;
    return { link: "decided", what, request, ...(requestUID === undefined ? {} : { requestUID }) };
  },
  breakglassauditentries: ({ verb, requestObject }) => {
    const requestUID = textAt(requestObject, "spec", "requestUID");
    if (verb !== "create" || requestUID === undefined) return undefined;
    const grant = textAt(requestObject, "spec", "grant");
    return { link: "recorded", what: `${textAt(requestObject, "spec", "type")}`, requestUID, ...(grant === undefined ? {} : { grant }) };
  },
};

function senderOf(user: AuditUser, impersonated: AuditUser | undefined): string {
  return impersonated === undefined ? namePrinted(user) : `${namePrinted(impersonated)}, impersonated by ${namePrinted(user)}`;
}

function namePrinted(user: AuditUser): string {
  const name = nameOf(user);
  return PLAIN_NAME.test(name) ? name : JSON.stringify(name);
}

function nameOf({ username = "" }: AuditUser): string {
  return username;
}

/** A copy: a piece of a text would keep all of it in memory. */
function kept(text: string): string {
  return text.length <= LONGEST ? text : shortened(text, LONGEST);
}
