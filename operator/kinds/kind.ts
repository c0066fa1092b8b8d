/** What the operator must know about a kind that it generates: where its objects live, and which fields decide security. */
import type { Json, JsonObject } from "../api/json.ts";
import { FIELD_MANAGER } from "../api/names.ts";

/** Segments of a field path: `["metadata", "labels", "a.b/c"]` reads `metadata.labels["a.b/c"]`. */
export type FieldPath = readonly string[];

/**
 * One field that decides security, at the granularity at which server-side apply owns it: a list that the API calls
 * atomic is one field.
 */
export interface Field {
  readonly path: FieldPath;
  /**
   * Brings a value into the one form in which equal meanings are equal JSON, and applies what the API server would
   * fill in: the desired and the live value both pass through it. `undefined` stands for an absent field.
   */
  readonly normalise?: Normalise;
  /** Decides only where a baseline sets it: otherwise it is left to others. */
  readonly ifSet?: true;
}

/** `object` is the whole object, for the few defaults that depend on a neighbouring field. */
export type Normalise = (value: Json | undefined, object: JsonObject) => Json | undefined;

/**
 * Order of writes. Lower ranks are applied first, higher ranks are deleted first: restrictions come before grants,
 * grants go before restrictions, allow policies stand before the default-deny that makes them matter and outlive it. What has the API server judge workloads
 * comes when all else is in place, and goes first.
 */
export const Rank = {
  podSecurity: 10,
  serviceAccount: 20,
  networkAllow: 30,
  networkDeny: 40,
  runtime: 42,
  secretStore: 44,
  secret: 46,
  role: 50,
  roleBinding: 60,
  admission: 70,
} as const;

/** From this rank on an object grants rights: such objects are deleted before anything else is written. */
export const FIRST_GRANT_RANK = Rank.role;

export type Rank = (typeof Rank)[keyof typeof Rank];

/** Where objects of a kind live, as seen from one namespace: in it, as the Namespace itself, or outside of all namespaces. */
export type Scope = "InNamespace" | "TheNamespace" | "InCluster";

/** A kind that controls generate. Shared code reads these facts and never asks for a kind's name. */
export interface OwnedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in URLs and RBAC rules. */
  readonly resource: string;
  readonly scope: Scope;
  /** As the API server sees it: true for scope `InNamespace` alone. */
  readonly namespaced: boolean;
  readonly fields: readonly Field[];
  /** Field that the API refuses to change in place: an object of ours that differs there must be replaced. */
  readonly immutable?: FieldPath;
  /** Place of an object of this name in the order of writes. */
  rank(name: string): Rank;
  /** True for names that exist without us: such an object is shared, never created, owned or deleted. Default: none is. */
  shareable?(name: string): boolean;
  /** Declares one concern of an object that several sections share. Default: the object as a whole is declared here. */
  readonly aspect?: Aspect;
  /** True for a kind of another project: it may appear and go while the operator runs. Default false. */
  readonly optional?: boolean;
  /** True where somebody may have written a secret into a field although none belongs there: values are told nowhere. Default false. */
  readonly confidential?: boolean;
  /** What health needs to know of an object, besides its fields; see `ObservedKind.facts`. */
  facts?(object: JsonObject): JsonObject;
  /**
   * Milliseconds since the epoch from when on silence alone means that something is wrong; health reads it as fact `due`. Moving it costs no look, so
   * that a backend may tell of itself as often as it likes.
   */
  due?(object: JsonObject): number | undefined;
  /**
   * What findings judge an object by, in a few short words: what it gives to whom, or opens, never data. It is kept of each object, so it must not grow
   * with the object. Default: nothing is found in objects of this kind. PURE.
   */
  traits?(object: JsonObject): JsonObject;
}

/**
 * One concern of an object that several sections share, such as a label of a Namespace. Each is declared as a kind of its own and applied in a name of its own,
 * so that no section names the fields of another.
 */
export interface Aspect {
  /** Tells it from other declarations of the same kind. */
  readonly name: string;
  /** Field manager that applies it, and nothing else. */
  readonly manager: string;
  /**
   * It means something without its baseline, so the deletion policy decides whether it stays. Default: it goes with its section and its baseline, whatever
   * that policy says.
   */
  readonly outlives?: true;
}

/** Whether the deletion policy decides what becomes of such objects. */
export function obeysDeletionPolicy({ aspect }: Pick<OwnedKind, "aspect">): boolean {
  return aspect === undefined || aspect.outlives === true;
}

/** Field manager that applies objects of this kind. */
export function fieldManagerOf({ aspect }: Pick<OwnedKind, "aspect">): string {
  return aspect?.manager ?? FIELD_MANAGER;
}

/** `<resource>.<group>` of a kind, without a dot in the core group: names it among all kinds of the API. */
export function resourceName({ apiVersion, resource }: Pick<OwnedKind, "apiVersion" | "resource">): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? resource : `${resource}.${group}`;
}

/** API group of an `apiVersion`; "" is the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
}

/** `<Kind>.<group>`, whatever its version: kinds of one name in two API groups are two. */
export function kindKey({ apiVersion, kind }: Pick<JudgedKind, "apiVersion" | "kind">): string {
  return `${kind}.${groupOf(apiVersion)}`;
}

/** Whether a group is of Kubernetes itself: those of other projects have dots, and do not end as its own. */
export function isOfKubernetes(group: string): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/** A kind that findings judge, generated or not. */
export interface JudgedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: boolean;
  /** See `OwnedKind.optional`. */
  readonly optional?: boolean;
  /** An `apiVersion` by which the same objects are seen: while it is served, this kind is left alone. For optional kinds. */
  readonly unlessServed?: string;
  /**
   * True where an object outside of namespaces means something else in each of them: rules that say so judge it there, too, and a change of one brings a look at
   * every namespace. Default false.
   */
  readonly reaches?: boolean;
  /** See `OwnedKind.traits`. */
  traits?(object: JsonObject): JsonObject;
}

/** A kind that is only read, to tell the health of what was generated. All of them may be absent. */
export interface ObservedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: boolean;
  /** A few short words and numbers of spec and status: names and reasons, never data and no free text of others. PURE. */
  facts(object: JsonObject): JsonObject;
  /** See `OwnedKind.traits`. */
  traits?(object: JsonObject): JsonObject;
}
