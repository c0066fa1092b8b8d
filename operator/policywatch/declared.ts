/** Knows the policies as the installation declares them, and the kinds of which they consist. */
import type { Json, JsonObject } from "../api/json.ts";
import type { ResourceType } from "../cluster/types.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import { policyDocuments } from "../policies/documents.ts";
import type { Policy } from "../policies/policy.ts";

/** One kind of which policies consist. */
export interface PolicyKind {
  readonly type: ResourceType;
  /** Whether the API server checks the expressions of its objects, and says so in their status. */
  readonly isChecked: boolean;
}

const ADMISSION = "admissionregistration.k8s.io/v1";

/** By kind. */
export const POLICY_KINDS: ReadonlyMap<string, PolicyKind> = new Map([
  [
    "ValidatingAdmissionPolicy",
    { type: { apiVersion: ADMISSION, resource: "validatingadmissionpolicies", namespaced: false }, isChecked: true },
  ],
  [
    "ValidatingAdmissionPolicyBinding",
    { type: { apiVersion: ADMISSION, resource: "validatingadmissionpolicybindings", namespaced: false }, isChecked: false },
  ],
]);

/** One policy or binding as it should be. */
export interface DeclaredObject {
  readonly kind: string;
  readonly name: string;
  /** Name of the policy that it is, or binds. */
  readonly policy: string;
  /** Canonical JSON of its spec. */
  readonly content: string;
}

/** The objects of which policies consist, each once. Throws on a document of another kind. */
export function declaredObjects(policies: readonly Policy[]): readonly DeclaredObject[] {
  return policies.flatMap((policy) => policyDocuments(policy).map((document) => declaredObject(policy.name, document)));
}

/** One document of a policy. Throws on one of a kind that no policy consists of. */
export function declaredObject(policy: string, document: JsonObject): DeclaredObject {
  const { kind, metadata, spec } = document as { kind: string; metadata: { name: string }; spec: Json };
  if (!POLICY_KINDS.has(kind)) throw new Error(`${kind} is no kind of policy`);
  return { kind, name: metadata.name, policy, content: policyContent(spec) };
}

/** The text in which a declared spec and a live one are compared. */
export function policyContent(spec: unknown): string {
  return canonicalJson((spec ?? null) as Json);
}
