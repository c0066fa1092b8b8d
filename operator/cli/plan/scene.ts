/** Makes of what was listed the snapshot that the operator takes from its caches, and keeps the whole objects beside it. PURE. */
import type { JsonObject } from "../../api/json.ts";
import type { KubernetesObject } from "../../api/object.ts";
import type { Effective } from "../../controls/effective.ts";
import { ownedKinds } from "../../controls/index.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import type { Listed } from "../../plan/changes.ts";
import type { Inventory } from "../../plan/inventory.ts";
import { projectLive } from "../../plan/live.ts";
import { type KindState, type Section, type Snapshot, sectionsOf } from "../../plan/snapshot.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reading } from "./readings.ts";

/** Stands for what the API server gives an object that is not made yet. */
export const NOT_GIVEN_YET = "not given yet";

/** A snapshot, and the whole objects that it was made of. */
export interface Scene {
  readonly snapshot: Snapshot;
  readonly sections: readonly Section[];
  readonly listed: readonly Listed[];
  /** The namespace is not there: what Kubernetes makes with it is taken to be there. */
  readonly isNew: boolean;
}

/** Makes the snapshot that the operator would take of the baseline's namespace. */
export function sceneOf(baseline: Effective, { kinds, facts }: Knowledge, inventory: Inventory): Scene {
  const { namespace } = baseline;
  const readings = new Map(
    [...kinds].map(([kind, byNamespace]): [OwnedKind, Reading] => [kind, byNamespace.get(namespace) ?? NEVER_ASKED]),
  );
  const isNew = [...readings].some(
    ([{ scope }, { objects, problem }]) => scope === "TheNamespace" && problem === undefined && objects.length === 0,
  );
  const states = new Map([...readings].map(([kind, reading]) => [kind, stateOf(reading)]));
  const bare: Snapshot = { baseline, facts, kinds: states, live: [], inventory, marks: baseline.kind === "SecurityBaseline" };
  const sections = sectionsOf(bare);
  const found = [...readings].flatMap(([kind, { objects }]) => objects.map((object) => ({ kind, object })));
  const listed = [...found, ...(isNew ? comingWith(sections, namespace) : [])].map(({ kind, object }): Listed => {
    const live = projectLive(kind, object, { expected: inventory.has(kind, object.metadata?.name ?? "") });
    return { live, object: object as unknown as JsonObject };
  });
  return { snapshot: { ...bare, live: listed.map(({ live }) => live) }, sections, listed, isNew };
}

/** A section as it would be if it did not only report. */
export function inEnforce(section: Section): Section {
  return { ...section, mode: "Enforce" };
}

const NEVER_ASKED: Reading = { objects: [], served: true, problem: { reason: "Progressing", message: "was not asked for" } };

function stateOf({ served, problem }: Reading): KindState {
  return { known: served && problem === undefined, served, problem };
}

/** The Namespace and what Kubernetes itself makes in it, as far as it is asked for: bare. */
function comingWith(
  sections: readonly Section[],
  namespace: string,
): readonly { readonly kind: OwnedKind; readonly object: KubernetesObject }[] {
  const itself = ownedKinds.filter(({ scope }) => scope === "TheNamespace").map((kind) => ({ kind, name: namespace }));
  const inIt = sections.flatMap(({ desired }) => desired.filter(({ kind, shared }) => shared && kind.namespaced));
  return [...itself, ...inIt].map(({ kind, name }) => ({
    kind,
    object: { metadata: { name, uid: NOT_GIVEN_YET, ...(kind.namespaced && { namespace }) } } as KubernetesObject,
  }));
}
