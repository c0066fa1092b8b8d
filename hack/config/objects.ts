/** Owns the policies on generated objects: the operator's token reaches only what was made for a baseline. */
import { FIELD_MANAGER, MANAGED_BY_LABEL, MANAGED_BY_VALUE } from "../../operator/api/names.ts";
import type { OwnedKind } from "../../operator/kinds/kind.ts";
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../operator/kinds/service-account.ts";
import { type Confinement, type Matched, matchKind, quote } from "./confinement.ts";

const labelled = (object: string): string =>
  `${object}.metadata.?labels[?${quote(MANAGED_BY_LABEL)}].orValue('') == ${quote(MANAGED_BY_VALUE)}`;

/** The ServiceAccount `default` belongs to the namespace and is judged by a policy of its own. */
const notTheDefaultAccount = (object: string): Record<string, string> => ({
  "not-the-default-account": `!(request.resource.resource == ${quote(serviceAccount.resource)} && ${object}.metadata.name == ${quote(DEFAULT_ACCOUNT_NAME)})`,
});

/** Writes: only objects that carry our label afterwards. */
export function objects(kinds: readonly OwnedKind[]): Confinement {
  return {
    name: "objects",
    operations: ["CREATE", "UPDATE"],
    matches: matchGenerated(kinds),
    conditions: notTheDefaultAccount("object"),
    validations: [
      {
        expression: labelled("object"),
        message: `refused to write an object without the label ${MANAGED_BY_LABEL}=${MANAGED_BY_VALUE}: only objects that carry it may be written`,
      },
    ],
  };
}

/** Updates of what somebody else made. A stolen label is put back: our entry in managedFields tells that the object was ours. */
export function adoption(kinds: readonly OwnedKind[]): Confinement {
  const ours = `oldObject.metadata.?managedFields.orValue([]).exists(f, f.?manager.orValue('') == ${quote(FIELD_MANAGER)})`;
  return {
    name: "adoption",
    operations: ["UPDATE"],
    matches: matchGenerated(kinds),
    withoutBaseline: "Allow",
    // What stays without the label is refused anyway; one policy answers, not either of two.
    conditions: { ...notTheDefaultAccount("object"), "takes-the-label": `${labelled("object")} && !(${labelled("oldObject")})` },
    validations: [
      {
        expression: [ours, "params.?spec.?adoptExisting.orValue(false)"].join("\n|| "),
        message:
          "refused to take over an object that somebody else made: set spec.adoptExisting in the namespace's SecurityBaseline to allow it",
      },
    ],
  };
}

/** Deletions, also where the baseline is gone already: only labelled objects. */
export function deletions(kinds: readonly OwnedKind[]): Confinement {
  return {
    name: "deletions",
    operations: ["DELETE"],
    matches: matchGenerated(kinds),
    conditions: notTheDefaultAccount("oldObject"),
    validations: [
      {
        expression: labelled("oldObject"),
        message: `refused to delete an object without the label ${MANAGED_BY_LABEL}=${MANAGED_BY_VALUE}: only objects that carry it may be deleted`,
      },
    ],
  };
}

/** Kinds outside namespaces are shared, never generated. */
function matchGenerated(kinds: readonly OwnedKind[]): Matched[] {
  return kinds.filter((kind) => kind.namespaced).map(matchKind);
}
