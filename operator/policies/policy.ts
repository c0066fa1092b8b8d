/** Describes one admission policy in terms of what it allows; every policy of the installation has this form. */
import { NAMESPACE_NAME_LABEL } from "../controls/network/peers.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** Requests that a policy looks at. */
export interface Matched {
  /** API group; "" is the core group, "*" all. */
  readonly group: string;
  /** "*" for all; other versions of a named one match as well. */
  readonly version: string;
  readonly resources: readonly string[];
  /** Only objects of these names; default all. Not for creations, of which the API server need not know a name. */
  readonly names?: readonly string[];
  readonly operations: readonly Operation[];
}

/** One condition on labels; a selector is a list of them, and an empty one selects everything. */
export type Requirement =
  | { readonly key: string; readonly operator: "In" | "NotIn"; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: "Exists" | "DoesNotExist" };

/** What happens where the parameter is missing: the request is refused, whoever sends it, or it is not judged. */
export type IfMissing = "Deny" | "Allow";

/** Judged with these objects as `params`, one after the other. */
export interface Params {
  readonly kind: string;
  /** The one object of this name; absent: all in the namespace of the request. */
  readonly name?: string;
  readonly ifMissing: IfMissing;
}

export interface Validation {
  /** CEL: true lets the request pass. */
  readonly expression: string;
  /** What to write instead. */
  readonly message: string;
  /** CEL: as `message`, with what only the request knows. */
  readonly messageExpression?: string;
}

/** Requests by where they go and what they are about; the API server looks at this first, whoever sends them. */
export interface Selection {
  /** Only requests in namespaces with such labels. Objects outside namespaces are matched in any case; a Namespace by its own labels. */
  readonly namespaces?: readonly Requirement[];
  /** Only objects with such labels, before or after the request. */
  readonly objects?: readonly Requirement[];
}

/** One place where a policy is in force; it narrows what the policy itself selects. */
export interface Binding extends Selection {
  /** What is added to the policy's name; "" is the usual one. */
  readonly suffix: string;
  readonly matches?: readonly Matched[];
  /** Another answer than the policy's own. */
  readonly ifMissing?: IfMissing;
}

/** What becomes of a request that a validation does not let pass: it is refused, its sender is warned, or it is noted in the audit log. */
export type Action = "Deny" | "Warn" | "Audit";

export interface Policy extends Selection {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** Labels of the policy itself besides those of the installation, for tools of others. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What becomes of a request that cannot be judged: by default it is refused (`Fail`), and `Ignore` lets it pass. */
  readonly onFailure?: "Ignore";
  /** Default: `Deny`. */
  readonly actions?: readonly Action[];
  readonly matches: readonly Matched[];
  readonly params?: Params;
  /** CEL, by name: narrows which requests are judged. Has no variables. */
  readonly conditions?: Readonly<Record<string, string>>;
  /** CEL, by name, in order: later ones may use earlier ones as `variables.<name>`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly validations: readonly Validation[];
  /** CEL by key: strings for the audit log. */
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  /** Default: one, of the policy's own name, for everything that the policy selects. */
  readonly bindings?: readonly Binding[];
}

/** Selects namespaces by name. */
export function namespacesNamed(operator: "In" | "NotIn", ...values: readonly string[]): readonly Requirement[] {
  return [{ key: NAMESPACE_NAME_LABEL, operator, values }];
}
