/** Owns the policies as the installation declares them, and the kinds of which they consist. */
import type { Json, JsonObject } from "../api/json.ts";
import type { ResourceType } from "../cluster/types.ts";
import { canonicalJson } from "../kinds/canonical.ts";

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
export interface DeclaredPolicy {
  readonly kind: string;
  readonly name: string;
  /** Canonical JSON of its spec. */
  readonly content: string;
}

/** The policies of an installation, by kind and name. */
export class DeclaredPolicies {
  readonly all: readonly DeclaredPolicy[];
  readonly #keys: ReadonlySet<string>;

  /** `manifests`: complete objects, with everything explicit that the API server would fill in. Throws on one of another kind. */
  constructor(manifests: readonly JsonObject[]) {
    this.all = manifests.map(declare);
    this.#keys = new Set(this.all.map(({ kind, name }) => `${kind}/${name}`));
  }

  has(kind: string, name: string): boolean {
    return this.#keys.has(`${kind}/${name}`);
  }
}

/** The text in which a declared spec and a live one are compared. */
export function policyContent(spec: unknown): string {
  return canonicalJson((spec ?? null) as Json);
}

function declare(manifest: JsonObject): DeclaredPolicy {
  const { kind, metadata, spec } = manifest as { kind: string; metadata: { name: string }; spec: Json };
  if (!POLICY_KINDS.has(kind)) throw new Error(`${kind} is no kind of policy`);
  return { kind, name: metadata.name, content: policyContent(spec) };
}
