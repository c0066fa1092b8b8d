/** Puts the deeds of one request or grant together for the reader of an audit log: who asked, who decided, who minted which token, and what was done with it. */
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
  // A watch is recorded at its start and at its end: one deed.
  const deeds = [...new Map(all.map((deed) => [deed.auditID, deed])).values()];
  const uids = new Set(known(deeds.filter((deed) => isNamed(deed, target)).map(({ requestUID }) => requestUID)));
  const belongs = (deed: Deed): boolean => isNamed(deed, target) || (deed.requestUID !== undefined && uids.has(deed.requestUID));
  const grants = new Set(known(deeds.filter(belongs).map(({ grant }) => grant)));
  const minters = minted(deeds);
  const traced = deeds
    .filter((deed) => belongs(deed) || (deed.grant !== undefined && grants.has(deed.grant)))
    .map((deed) => ({ ...deed, person: personOf(deed, minters) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  return {
    grants: [...grants].sort(),
    deeds: traced,
    orphans: traced.filter(({ link, person }) => link === "did" && person === undefined),
  };
}

function isNamed(deed: Deed, target: Target): boolean {
  return "grant" in target ? deed.grant === target.grant : deed.request === target.request;
}

/** Who minted each token. Accounts of Kubernetes itself are nobody. */
function minted(deeds: readonly Deed[]): ReadonlyMap<string, string> {
  const mints = deeds.filter(({ link, isPerson }) => link === "minted" && isPerson);
  return new Map(mints.flatMap(({ credential, who }) => (credential === undefined ? [] : [[credential, who]])));
}

function personOf({ link, who, credential }: Deed, minters: ReadonlyMap<string, string>): string | undefined {
  return link === "did" ? minters.get(credential ?? "") : who;
}

function known(values: readonly (string | undefined)[]): string[] {
  return values.filter((value) => value !== undefined);
}
