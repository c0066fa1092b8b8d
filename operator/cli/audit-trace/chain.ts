/** Puts the deeds of one request or grant together for the reader of an audit log: who asked, who decided, who minted which token, and what was done with it. */
import { byText } from "../../controls/order.ts";
import { REFUSED } from "./change.ts";
import type { Deed } from "./deed.ts";

/** What is traced: a request as `namespace/name`, or a grant by the name of its ServiceAccount. */
export type Target = { readonly request: string } | { readonly grant: string };

/** One deed with the person behind it: for what was done with a token, who minted that token. */
export interface TracedDeed extends Deed {
  /** Undefined where the log knows nobody. */
  readonly person: string | undefined;
}

export interface Chain {
  readonly grants: readonly string[];
  /** In order of time. */
  readonly deeds: readonly TracedDeed[];
  /** What was done with a token that no person minted, as far as the log knows. */
  readonly orphans: readonly TracedDeed[];
}

/** Everything the log says about the target. Deeds of other grants are left out. */
export function chainOf(all: readonly Deed[], target: Target): Chain {
  const deeds = eachOnce(all);
  const uids = uidsOf(deeds, target);
  const belongs = (deed: Deed): boolean => isNamed(deed, target) || (deed.requestUID !== undefined && uids.has(deed.requestUID));
  const grants = new Set(known(deeds.filter((deed) => belongs(deed) && !isRefused(deed)).map(({ grant }) => grant)));
  if ("grant" in target && deeds.some(belongs)) grants.add(target.grant);
  const minters = minted(deeds);
  const traced = deeds
    .filter((deed) => belongs(deed) || (deed.grant !== undefined && grants.has(deed.grant)))
    .map((deed) => ({ ...deed, person: personOf(deed, minters) }))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || byText(a.at, b.at));
  return {
    grants: [...grants].sort(byText),
    deeds: traced,
    orphans: traced.filter(({ link, person }) => link === "did" && person === undefined),
  };
}

/** Whether a deed may belong to the target, by itself alone: what certainly does not, need not be kept. */
export function mayBelong(deed: Deed, target: Target): boolean {
  if (isNamed(deed, target)) return true;
  if (deed.request !== undefined && isRefused(deed)) return false;
  return "grant" in target ? deed.link === "asked" || deed.link === "decided" || deed.link === "recorded" : deed.request === undefined;
}

/** Keeps a deed by its id. A watch is recorded at its start and at its end, in any order, and files may overlap: a request with its answer beats the same one without. */
export function remember(deeds: Map<string, Deed>, deed: Deed): void {
  const seen = deeds.get(deed.id);
  if (seen === undefined || deed.code > seen.code) deeds.set(deed.id, deed);
}

function eachOnce(all: readonly Deed[]): readonly Deed[] {
  const deeds = new Map<string, Deed>();
  for (const deed of all) remember(deeds, deed);
  return [...deeds.values()];
}

/**
 * The uids of the request, or of those that a grant was made for. What was refused claims whatever its sender likes, and so does a decision: it is believed
 * only where the log does not have the request itself.
 */
function uidsOf(deeds: readonly Deed[], target: Target): ReadonlySet<string> {
  const named = deeds.filter((deed) => isNamed(deed, target) && !isRefused(deed) && deed.requestUID !== undefined);
  const asked = named.filter(({ link }) => link === "asked");
  return new Set(known((asked.length > 0 ? asked : named).map(({ requestUID }) => requestUID)));
}

function isRefused({ code }: Deed): boolean {
  return code >= REFUSED;
}

function isNamed(deed: Deed, target: Target): boolean {
  return "grant" in target ? deed.grant === target.grant : deed.request === target.request;
}

/** Who minted each token. Accounts of Kubernetes itself are nobody. */
function minted(deeds: readonly Deed[]): ReadonlyMap<string, string> {
  const mints = deeds.filter(({ link, isPerson }) => link === "minted" && isPerson);
  return new Map(mints.flatMap(({ grant, credential, who }) => (credential === undefined ? [] : [[tokenKey(grant, credential), who]])));
}

/** A token of another grant proves nothing about this one. */
function tokenKey(grant: string | undefined, credential: string | undefined): string {
  return `${grant} ${credential}`;
}

function personOf({ link, who, grant, credential }: Deed, minters: ReadonlyMap<string, string>): string | undefined {
  return link === "did" ? minters.get(tokenKey(grant, credential)) : who;
}

function known(values: readonly (string | undefined)[]): string[] {
  return values.filter((value) => value !== undefined);
}
