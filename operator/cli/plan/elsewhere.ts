/** Reads what reaches into some namespaces from others: RoleBindings that name their ServiceAccounts, and the Roles that these give. */
import type { JsonObject } from "../../api/json.ts";
import type { KubernetesObject } from "../../api/object.ts";
import type { Transport } from "../../cluster/types.ts";
import type { JudgedKind, OwnedKind } from "../../kinds/kind.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding, roleRefOf } from "../../kinds/role-binding.ts";
import { traitsOf } from "../../plan/facts.ts";
import { homesOf, type JudgedRow, outreachOf } from "../../plan/outreach.ts";
import { type Everywhere, type Reading, type Readings, readEverywhere } from "./readings.ts";

/** What is known of namespaces that nobody plans. */
export interface Elsewhere {
  /** RoleBindings that name ServiceAccounts of the namespaces that are planned. */
  readonly bindings: Reading;
  /** Roles that RoleBindings to such accounts give and that are not listed otherwise. */
  readonly roles: Reading;
}

const NOTHING: Reading = { objects: [], served: true, problem: undefined };

/** An object as findings judge it. */
export function judgedRow(kind: JudgedKind, object: KubernetesObject): JudgedRow {
  const { namespace = "", name = "" } = object.metadata ?? {};
  return { namespace, name, traits: traitsOf(kind, object as unknown as JsonObject) };
}

/** Whether a RoleBinding of another namespace names accounts of these. */
export function reachesInto(namespaces: readonly string[]): (binding: KubernetesObject) => boolean {
  const wanted = new Set(namespaces);
  return (binding) => {
    const outreach = outreachOf(roleBinding, judgedRow(roleBinding, binding));
    return outreach !== undefined && homesOf(outreach).some((home) => wanted.has(home));
  };
}

/** What is known so far. */
interface Seen {
  readonly namespaces: readonly string[];
  readonly everywhere: Everywhere;
  readonly kinds: ReadonlyMap<OwnedKind, Readings>;
}

/**
 * Most accounts have rights elsewhere by ClusterRoles, which are known: Roles of other namespaces are listed only where a binding gives one.
 * @throws ApiError see `readNamespaced`
 */
export async function readRoles(transport: Transport, { namespaces, everywhere, kinds }: Seen): Promise<Reading> {
  const known = kinds.get(role);
  const bindings = [...[...everywhere.within.values()].flatMap(({ objects }) => objects), ...everywhere.elsewhere.objects];
  const given = bindings.filter(reachesInto(namespaces)).flatMap((binding) => {
    const { kind, name } = roleRefOf(binding as unknown as JsonObject);
    const { namespace = "" } = binding.metadata ?? {};
    const isKnown = known?.has(namespace) === true && known.get(namespace)?.problem === undefined;
    return kind === role.kind && !isKnown ? [`${namespace}/${name}`] : [];
  });
  if (given.length === 0) return NOTHING;
  const names = new Set(given);
  const isWanted = ({ metadata }: KubernetesObject): boolean => names.has(`${metadata?.namespace}/${metadata?.name}`);
  return (await readEverywhere(transport, role, { namespaces: [], isWanted })).elsewhere;
}
