/** What a fact of the cluster is: something that sections depend on and that no baseline says. */
import type { KubernetesObject } from "../api/object.ts";
import type { SectionProblem } from "../api/reasons.ts";

/** What is known of a fact at one moment. */
export interface Known<T> {
  /** Undefined while it is not known: what depends on it and differs from the most cautious guess is left as it is. */
  readonly value: T | undefined;
  /** Why it cannot be known. */
  readonly problem?: SectionProblem;
  /** What to add whatever else is told, one sentence: an older value still holds. */
  readonly caveat?: string;
}

/** Where the objects are that a fact is read from. */
export interface FactSource {
  readonly type: { readonly apiVersion: string; readonly resource: string; readonly namespaced: boolean };
  readonly namespace: string;
  readonly labelSelector?: string;
}

/** A fact that is read from objects. PURE: `project` and `combine` read nothing else. */
export interface ObjectFact<Row, T> {
  readonly source: FactSource;
  /** What one object adds; undefined for an object that does not count. */
  project(object: KubernetesObject): Row | undefined;
  /** The value that all objects together give, whatever their order. */
  combine(rows: readonly Row[]): T;
  /** Present for a fact that may be lost for a moment: until when the last value that was not lost still holds. */
  readonly patience?: {
    isLost(value: T): boolean;
    /** Milliseconds. */
    readonly holds: number;
    /** What to tell meanwhile, one sentence. */
    readonly says: string;
  };
}

/** A fact that is known. */
export function known<T>(value: T): Known<T> {
  return { value };
}
