/** Makes of what was listed what the operator has in sight beyond a namespace, and says what of it is not known. PURE. */
import type { KubernetesObject } from "../../api/object.ts";
import { BINDINGS } from "../../findings/binding.ts";
import type { JudgedKind, OwnedKind } from "../../kinds/kind.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import type { Judged, Sight } from "../../plan/beyond.ts";
import { projectLive } from "../../plan/live.ts";
import { Outreaches } from "../../plan/outreach.ts";
import { judgedRow } from "./elsewhere.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reading, Readings } from "./readings.ts";

/** What is in sight of those that are planned together. */
export interface ListedSight {
  readonly sight: Sight;
  /** Whether all rights are known that ServiceAccounts have outside of their namespace. */
  readonly areRightsKnown: boolean;
  /** What is not known of a namespace, one sentence each; `wide`: also of what is outside of all. */
  unknown(namespace: string, options: { readonly wide: boolean }): readonly string[];
}

/** Takes what was listed together. */
export function sightOf(knowledge: Pick<Knowledge, "kinds" | "judged" | "elsewhere" | "clusterRoles">): ListedSight {
  const { kinds, judged, elsewhere, clusterRoles } = knowledge;
  const bindings = [...objectsOf(kinds.get(roleBinding)), ...elsewhere.bindings.objects];
  const problems = [elsewhere.bindings, elsewhere.roles].flatMap(messageOf);
  const outreaches = new Outreaches();
  const note = (kind: JudgedKind, object: KubernetesObject): void =>
    void outreaches.note(kind, { previous: undefined, current: judgedRow(kind, object) });
  // What is half known is not told.
  if (problems.length === 0) for (const binding of bindings) note(roleBinding, binding);
  for (const [kind, readings] of judged) for (const object of objectsOf(readings)) note(kind, object);
  const unlisted = [...judged].flatMap(([kind, readings]) =>
    [...readings].flatMap(([place, reading]) => messageOf(reading).map((message) => ({ message, kind, place }))),
  );
  return {
    sight: {
      judged: new Map([...judged].map(([kind, readings]) => [kind, judgedOf(kind, readings)])),
      observed: new Map(),
      owned: new Map([
        [roleBinding, liveOf(roleBinding, bindings)],
        [role, liveOf(role, [...objectsOf(kinds.get(role)), ...elsewhere.roles.objects])],
      ]),
      clusterRoles,
      outreaches,
    },
    areRightsKnown: problems.length === 0 && !unlisted.some(({ kind }) => BINDINGS.includes(kind)),
    unknown: (namespace, { wide }) => [
      ...problems.map((message) => `${message}; nothing is told of rights of its ServiceAccounts in other namespaces`),
      ...unlisted.flatMap(({ message, kind, place }) => {
        if (concerns(kind, place, { namespace, wide })) return `${message}; nothing is told of ${kind.kind.replace(/y$/, "ie")}s`;
        return BINDINGS.includes(kind) ? `${message}; nothing is told of rights of its ServiceAccounts in the whole cluster` : [];
      }),
    ],
  };
}

/** Whether a kind is judged in this namespace, by its objects at a place ("" outside of all). */
function concerns(
  { namespaced, reaches = false }: JudgedKind,
  place: string,
  at: { readonly namespace: string; readonly wide: boolean },
): boolean {
  return namespaced ? place === at.namespace : at.wide || reaches;
}

function messageOf({ problem }: Reading): readonly string[] {
  return problem === undefined ? [] : [problem.message];
}

function objectsOf(readings: Readings | undefined): readonly KubernetesObject[] {
  return [...(readings?.values() ?? [])].flatMap(({ objects }) => objects);
}

function judgedOf(kind: JudgedKind, readings: Readings): Judged {
  const rows = [...readings].map(([namespace, { objects }]) => {
    const byName = objects.map((object) => judgedRow(kind, object)).map((row) => [row.name, row] as const);
    return [namespace, new Map(byName)] as const;
  });
  const byNamespace = new Map(rows);
  const all = [...readings.values()];
  return {
    store: {
      list: (namespace) => byNamespace.get(namespace) ?? new Map(),
      get: (namespace, name) => byNamespace.get(namespace)?.get(name),
    },
    synced: all.every(({ served, problem }) => served && problem === undefined),
    served: all.some(({ served }) => served),
  };
}

function liveOf(kind: OwnedKind, objects: readonly KubernetesObject[]) {
  const byName = new Map(objects.map((object) => [`${object.metadata?.namespace}/${object.metadata?.name}`, object]));
  return {
    store: {
      get: (namespace: string, name: string) => {
        const object = byName.get(`${namespace}/${name}`);
        return object && projectLive(kind, object);
      },
    },
  };
}
