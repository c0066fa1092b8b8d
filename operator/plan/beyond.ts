/** Gathers for findings what lies beyond the kinds that baselines generate: what reaches into a namespace from outside, and what weakens the whole cluster. */
import type { FindingException } from "../api/baseline.ts";
import type { JsonObject } from "../api/json.ts";
import { applyExceptions } from "../findings/exceptions.ts";
import { findingsIn, type Suspect } from "../findings/find.ts";
import type { FindingContext, OutsideBinding, RoleRef } from "../findings/rule.ts";
import { clusterRole } from "../kinds/cluster-role.ts";
import type { JudgedKind, ObservedKind, OwnedKind } from "../kinds/kind.ts";
import { role } from "../kinds/role.ts";
import type { Right } from "../kinds/role-rights.ts";
import type { JudgedRow, Outreach, Outreaches } from "./outreach.ts";
import type { Live } from "./types.ts";
import { type Beyond, rightsIn } from "./weaknesses.ts";

/** The objects of one kind by their names; in namespace "" those outside of namespaces. */
interface Named<Row> {
  readonly store: { get(namespace: string, name: string): Row | undefined };
}

/** All objects of one kind, as far as they are known. */
export interface Judged extends Named<JudgedRow> {
  readonly store: Named<JudgedRow>["store"] & { list(namespace: string): ReadonlyMap<string, JudgedRow> };
  readonly synced: boolean;
  /** False while the API server is known not to have the kind. */
  readonly served: boolean;
}

/** What is in sight of a cluster: the caches of the operator, or what a command line has listed. */
export interface Sight {
  /** Kinds that only findings read. */
  readonly judged: ReadonlyMap<JudgedKind, Judged>;
  /** Kinds that are only read; findings judge those with traits. */
  readonly observed: ReadonlyMap<ObservedKind, Judged>;
  readonly owned: ReadonlyMap<OwnedKind, Named<Pick<Live, "traits" | "managed" | "control">>>;
  readonly clusterRoles: Named<Pick<JudgedRow, "traits">>;
  readonly outreaches: Pick<Outreaches, "into">;
}

/** What lies beyond one namespace; `wide`: with what is outside of all. */
export function beyondOf(sight: Sight, namespace: string, { wide }: { readonly wide: boolean }): Beyond {
  const judged = judgedOf(sight);
  const all = judged.filter(([kind]) => kind.namespaced || wide);
  // What is outside of all is judged by its meaning here, unless all of it is judged here.
  const near = wide ? [] : judged.filter(([{ reaches = false }]) => reaches);
  const reaching = sight.outreaches.into(namespace).filter((one) => !isGenerated(sight, one));
  return {
    suspects: [
      ...all.flatMap(([kind, one]) => suspectsOf(kind, one, namespace)),
      ...near.flatMap(([kind, one]) => suspectsOf(kind, one, namespace).map((suspect) => ({ ...suspect, reaching: true }))),
    ],
    unseen: [...all, ...near].filter(([, { synced, served }]) => !synced && served).map(([kind]) => kind),
    outside: (account) => {
      const names = [`${namespace}/${account}`, ...(account === EVERY_POD ? [`${namespace}/*`] : [])];
      return reaching.filter(({ accounts }) => names.some((name) => accounts.includes(name))).map((one) => outsideBinding(sight, one));
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
export function clusterNews(sight: Sight, exceptions: readonly FindingException[] | undefined, now: number): ClusterNews {
  const suspects = judgedOf(sight)
    .filter(([{ namespaced }]) => !namespaced)
    .flatMap(([kind, one]) => suspectsOf(kind, one, ""));
  const context: FindingContext = {
    namespace: "",
    home: {},
    section: () => undefined,
    rightsOf: (ref) => rightsOf(sight, ref, ""),
    asked: () => [],
    bindings: [],
    outside: () => [],
  };
  const { findings } = applyExceptions(findingsIn(suspects, context), exceptions ?? [], now);
  return { open: findings.filter(({ accepted }) => accepted === undefined).length, listed: exceptions !== undefined };
}

/** What a role gives where a binding in `namespace` (empty: everywhere) names it; undefined for one that is not there. */
export function rightsOf(
  sight: Pick<Sight, "clusterRoles" | "owned">,
  { kind, name }: RoleRef,
  namespace: string,
): readonly Right[] | undefined {
  const row = kind === clusterRole.kind ? sight.clusterRoles.store.get("", name) : sight.owned.get(role)?.store.get(namespace, name);
  return rightsIn(row?.traits);
}

function judgedOf({ judged, observed }: Pick<Sight, "judged" | "observed">): readonly (readonly [JudgedKind, Judged])[] {
  return [...judged, ...[...observed].filter(([{ traits }]) => traits !== undefined)];
}

function suspectsOf(kind: JudgedKind, { store }: Judged, namespace: string): readonly Suspect[] {
  return [...store.list(kind.namespaced ? namespace : "").values()].flatMap(({ name, traits }) =>
    traits === undefined ? [] : [{ kind, name, traits: JSON.parse(traits) as JsonObject, ours: false }],
  );
}

/** Carries both our marks: a baseline asked for it in plain sight. One whose store has lost it gives nothing any more. */
function isGenerated({ owned }: Pick<Sight, "owned">, { kind, namespace, name }: Outreach): boolean {
  const feed = [...owned].find(([one]) => one === kind)?.[1];
  if (feed === undefined) return false;
  const live = feed.store.get(namespace, name);
  return live === undefined || (live.managed && live.control !== undefined);
}

function outsideBinding(sight: Sight, { kind, namespace, name, role: ref }: Outreach): OutsideBinding {
  return { kind: kind.kind, name, namespace, role: ref, rights: rightsOf(sight, ref, namespace) ?? [] };
}
