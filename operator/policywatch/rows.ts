/** Reads what is kept of a policy or a binding in the cluster. */
import type { KubernetesObject } from "../api/object.ts";
import type { Stored } from "../cluster/types.ts";
import { policyContent } from "./declared.ts";

/** A ValidatingAdmissionPolicy or its binding. */
export interface PolicyRow extends Stored {
  /** Canonical JSON of its spec. */
  readonly content: string;
  /** What the API server's check of its expressions said of this very spec; a binding has none. */
  readonly typed: "unchecked" | "clean" | "warned";
}

interface PolicyStatus {
  readonly observedGeneration?: number;
  readonly typeChecking?: { readonly expressionWarnings?: readonly unknown[] };
}

/** Keeps what a policy or a binding says, and of a policy whether the API server could make sense of it (admissionregistration.k8s.io/v1). */
export function projectPolicy(object: KubernetesObject, isChecked: boolean): PolicyRow {
  const { name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  const typed = isChecked ? typedAs(object) : "clean";
  return { namespace: "", name, uid, resourceVersion, content: policyContent(object["spec"]), typed };
}

function typedAs({ metadata, status }: KubernetesObject & { readonly status?: PolicyStatus }): PolicyRow["typed"] {
  if (status?.observedGeneration === undefined || status.observedGeneration !== metadata?.generation) return "unchecked";
  return (status.typeChecking?.expressionWarnings ?? []).length > 0 ? "warned" : "clean";
}
