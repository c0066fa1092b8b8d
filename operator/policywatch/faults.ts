/** Compares a declared policy or binding with the one in the cluster, and says in a sentence what is wrong. */
import type { DeclaredObject } from "./declared.ts";
import type { PolicyRow } from "./rows.ts";

/** `unchecked` passes by itself; the others stay until somebody installs the policies again. */
export type Flaw = "missing" | "changed" | "warned" | "unchecked";

/** A policy or binding that is not in force as it is declared. */
export interface Fault {
  readonly object: DeclaredObject;
  readonly flaw: Flaw;
}

/** What is wrong with one object, or undefined. */
export function flawOf({ content }: DeclaredObject, row: PolicyRow | undefined): Flaw | undefined {
  if (row === undefined) return "missing";
  if (row.content !== content) return "changed";
  return row.typed === "clean" ? undefined : row.typed;
}

/** Whether somebody has taken it away or changed it. That it does not fit the API server, or was not checked yet, came with a version and not with a person. */
export function isLost({ flaw }: Fault): boolean {
  return flaw === "missing" || flaw === "changed";
}

/** What a reader can do about it is up to who asks: `remedy` is an imperative without a full stop. */
export function faultText({ object: { kind, name }, flaw }: Fault, remedy: string): string {
  const texts: Readonly<Record<Flaw, string>> = {
    missing: `is missing: ${remedy}`,
    changed: `is not as declared: ${remedy}`,
    warned: "does not fit this API server: its expressions have type errors",
    unchecked: "was not checked by the API server yet",
  };
  return `${kind} ${name} ${texts[flaw]}`;
}
