/** Gathers for findings what lies beyond the kinds that baselines generate: what reaches into a namespace from outside, and what weakens the whole cluster. */
import type { FindingException } from "../api/baseline.ts";
import type { JsonObject } from "../api/json.ts";
import type { Feed } from "../cluster/types.ts";
import { applyExceptions } from "../findings/exceptions.ts";
import { findingsIn, type Suspect } from "../findings/find.ts";
import type { FindingContext, OutsideBinding, RoleRef } from "../findings/rule.ts";
import { clusterRole } from "../kinds/cluster-role.ts";
import type { JudgedKind } from "../kinds/kind.ts";
import { role } from "../kinds/role.ts";
import type { Right } from "../kinds/role-rights.ts";
import { type Beyond, rightsIn } from "../plan/weaknesses.ts";
import type { Caches } from "./caches.ts";
import type { Outreach, TraitsRow } from "./outreach.ts";

type Judged = Pick<Caches, "judged" | "observed">;

/** What lies beyond one namespace; `wide`: with what is outside of all. */
export function beyondOf(caches: Caches, namespace: string, { wide }: { readonly wide: boolean }): Beyond {
  const feeds = judgedFeeds(caches).filter(([kind]) => kind.namespaced || wide);
  const reaching = caches.outreaches.into(namespace).filter((one) => !isGenerated(caches, one));
  return {
    suspects: feeds.flatMap(([kind, feed]) => suspectsOf(kind, feed, namespace)),
    unseen: feeds.filter(([, { synced, served }]) => !synced && served).map(([{ kind }]) => kind),
    outside: (account) => {
      const names = [`${namespace}/${account}`, ...(account === EVERY_POD ? [`${namespace}/*`] : [])];
      return reaching.filter(({ accounts }) => names.some((name) => accounts.includes(name))).map((one) => outsideBinding(caches, one));
    },
  };
}

/** What all accounts of a namespace have is told of the one that every namespace has. */
const EVERY_POD = "default";

/** What weakens every namespace, and where it is listed. */
export interface ClusterNews {
  /** Findings outside of namespaces that nobody accepted. */
  readonly open: number;
  /** There is a ClusterSecurityBaseline, which lists them. */
  readonly listed: boolean;
}

/** `now`: milliseconds since the epoch. `exceptions`: of the posture of the cluster; undefined without one. */
export function clusterNews(caches: Caches, exceptions: readonly FindingException[] | undefined, now: number): ClusterNews {
  const suspects = judgedFeeds(caches)
    .filter(([{ namespaced }]) => !namespaced)
    .flatMap(([kind, feed]) => suspectsOf(kind, feed, ""));
  const context: FindingContext = {
    namespace: "",
    section: () => undefined,
    rightsOf: (ref) => rightsOf(caches, ref, ""),
    asked: () => [],
    bindings: [],
    outside: () => [],
  };
  const { findings } = applyExceptions(findingsIn(suspects, context), exceptions ?? [], now);
  return { open: findings.filter(({ accepted }) => accepted === undefined).length, listed: exceptions !== undefined };
}

/** What a role gives where a binding in `namespace` (empty: everywhere) names it; undefined for one that is not there. */
export function rightsOf(
  caches: Pick<Caches, "clusterRoles" | "owned">,
  { kind, name }: RoleRef,
  namespace: string,
): readonly Right[] | undefined {
  const row = kind === clusterRole.kind ? caches.clusterRoles.store.get("", name) : caches.owned.get(role)?.store.get(namespace, name);
  return rightsIn(row?.traits);
}

function judgedFeeds({ judged, observed }: Judged): readonly (readonly [JudgedKind, Feed<TraitsRow>])[] {
  return [...judged, ...[...observed].filter(([{ traits }]) => traits !== undefined)];
}

function suspectsOf(kind: JudgedKind, { store }: Feed<TraitsRow>, namespace: string): readonly Suspect[] {
  return [...store.list(kind.namespaced ? namespace : "").values()].flatMap(({ name, traits }) =>
    traits === undefined ? [] : [{ kind, name, traits: JSON.parse(traits) as JsonObject, ours: false }],
  );
}

/** Carries both our marks: a baseline asked for it in plain sight. One whose store has lost it gives nothing any more. */
function isGenerated({ owned }: Pick<Caches, "owned">, { kind, namespace, name }: Outreach): boolean {
  const feed = [...owned].find(([one]) => one === kind)?.[1];
  if (feed === undefined) return false;
  const live = feed.store.get(namespace, name);
  return live === undefined || (live.managed && live.control !== undefined);
}

function outsideBinding(caches: Caches, { kind, namespace, name, role: ref }: Outreach): OutsideBinding {
  return { kind: kind.kind, name, namespace, role: ref, rights: rightsOf(caches, ref, namespace) ?? [] };
}
