/** Indexes which bindings give ServiceAccounts rights outside of their own namespace, so that a look at a namespace need not search all others. */
import type { JsonObject } from "../api/json.ts";
import { byText } from "../controls/order.ts";
import type { RoleRef } from "../findings/rule.ts";
import type { JudgedKind } from "../kinds/kind.ts";
import { type BindingTraits, bindingTraits } from "../kinds/role-binding.ts";

/** What is known of any object that findings judge. */
export interface JudgedRow {
  /** "" outside of namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** See `OwnedKind.traits`. */
  readonly traits: string | undefined;
}

/** An object before and after, of which one may be absent. */
export interface JudgedChange {
  readonly previous: JudgedRow | undefined;
  readonly current: JudgedRow | undefined;
}

/** A binding that names accounts of other namespaces. */
export interface Outreach {
  readonly kind: JudgedKind;
  /** Of the binding; empty for the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly role: RoleRef;
  /** See `BindingTraits`. */
  readonly accounts: readonly string[];
}

/** A binding is in the index as long as it names accounts: of an object, whatever its kind, only the traits decide. */
export class Outreaches {
  readonly #all = new Map<string, Outreach>();
  readonly #byNamespace = new Map<string, Set<string>>();
  readonly #byRole = new Map<string, Set<string>>();

  /** Takes in a change; answers the namespaces whose accounts have other rights outside than before. */
  note(kind: JudgedKind, { previous, current }: JudgedChange): readonly string[] {
    const row = current ?? previous;
    if (row === undefined || previous?.traits === current?.traits) return [];
    const key = `${kind.resource} ${row.namespace}/${row.name}`;
    const before = this.#all.get(key);
    const after = current && outreachOf(kind, current);
    if (before !== undefined) this.#forget(key, before);
    if (after !== undefined) this.#keep(key, after);
    return [...new Set([before, after].flatMap((one) => (one === undefined ? [] : homesOf(one))))];
  }

  /** The bindings elsewhere of accounts of a namespace, sorted. */
  into(namespace: string): readonly Outreach[] {
    const found = [...(this.#byNamespace.get(namespace) ?? [])].flatMap((key) => this.#all.get(key) ?? []);
    return found.toSorted((a, b) => byText(a.namespace, b.namespace) || byText(a.kind.kind, b.kind.kind) || byText(a.name, b.name));
  }

  /** Namespaces with accounts that have this role elsewhere. `namespace`: of the role; empty for a ClusterRole. */
  holding(role: RoleRef, namespace: string): readonly string[] {
    const holders = [...(this.#byRole.get(roleKey(role, namespace)) ?? [])].flatMap((key) => this.#all.get(key) ?? []);
    return [...new Set(holders.flatMap(homesOf))];
  }

  #keep(key: string, one: Outreach): void {
    this.#all.set(key, one);
    for (const home of homesOf(one)) add(this.#byNamespace, home, key);
    add(this.#byRole, roleKeyOf(one), key);
  }

  #forget(key: string, one: Outreach): void {
    this.#all.delete(key);
    for (const home of homesOf(one)) remove(this.#byNamespace, home, key);
    remove(this.#byRole, roleKeyOf(one), key);
  }
}

/** What a binding gives to accounts of other namespaces; undefined if nothing. */
export function outreachOf(kind: JudgedKind, { namespace, name, traits }: JudgedRow): Outreach | undefined {
  // Most objects name no accounts, and are not worth being read.
  if (traits?.includes('"accounts"') !== true) return undefined;
  const { role, accounts = [] }: Partial<BindingTraits> = bindingTraits(JSON.parse(traits) as JsonObject);
  return role === undefined || accounts.length === 0 ? undefined : { kind, namespace, name, role, accounts };
}

/** The namespaces of the accounts, each once. */
export function homesOf({ accounts }: Outreach): readonly string[] {
  return [...new Set(accounts.map((account) => account.split("/")[0] ?? ""))];
}

/** A role outside of namespaces is the same for all bindings. */
function roleKeyOf({ role, namespace }: Outreach): string {
  return roleKey(role, role.kind === "ClusterRole" ? "" : namespace);
}

function roleKey({ kind, name }: RoleRef, namespace: string): string {
  return `${kind} ${namespace}/${name}`;
}

function add(index: Map<string, Set<string>>, at: string, key: string): void {
  const keys = index.get(at) ?? new Set<string>();
  keys.add(key);
  index.set(at, keys);
}

function remove(index: Map<string, Set<string>>, at: string, key: string): void {
  const keys = index.get(at);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(at);
}
