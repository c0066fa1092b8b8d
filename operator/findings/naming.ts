/** Tells kinds of one name apart: Kubernetes has a NetworkPolicy, and so has Calico. PURE. */
import type { ExceptionRef } from "../api/baseline.ts";
import { groupOf, isOfKubernetes, kindKey } from "../kinds/kind.ts";
import { rules } from "./index.ts";

/** An object as status and plans name it. */
export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** Kinds of Kubernetes itself in which something is found. */
const NATIVE: ReadonlySet<string> = new Set(
  rules.flatMap(({ kinds }) => kinds.filter(({ apiVersion }) => isOfKubernetes(groupOf(apiVersion))).map(({ kind }) => kind)),
);

/** The kind in words: with its group, as kubectl takes it, where Kubernetes itself has another one of that name. */
export function kindTitle(ref: Pick<NamedObject, "apiVersion" | "kind">): string {
  return isNamesake(ref) ? kindKey(ref) : ref.kind;
}

/**
 * Whether an exception is about this object. One that names a group is about kinds of that group, in any version. One that names none is about the kind of
 * Kubernetes itself, or, where Kubernetes has none of that name, about whichever has it: an accepted NetworkPolicy accepts nobody's Calico NetworkPolicy.
 */
export function isAbout({ apiVersion, kind, name }: ExceptionRef, ref: NamedObject): boolean {
  if (kind !== ref.kind || name !== ref.name) return false;
  return apiVersion === undefined ? !isNamesake(ref) : groupOf(apiVersion) === groupOf(ref.apiVersion);
}

function isNamesake({ apiVersion, kind }: Pick<NamedObject, "apiVersion" | "kind">): boolean {
  return NATIVE.has(kind) && !isOfKubernetes(groupOf(apiVersion));
}
